// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// Replay as a way to differentiate, behind the interface of op/modes.hpp.

#pragma once

#include <array>
#include <cstddef>
#include <vector>

#include <dad/program/path.hpp>

#include "op/modes.hpp"
#include "program/recorded.hpp"
#include "program/replayed.hpp"

/// Programs of the gradient and of the Hessian, recorded at the point itself.
struct replay_mode {
  static constexpr const char* name = "replay";
  static constexpr int order = 2;

  template <class F, std::size_t N>
  static outcome<N> differentiate(const F& f, const operands<N>& x) {
    dad::detail::recording r;
    {
      dad::detail::recorder recorder(r);
      const dad::detail::listening on(recorder);
      std::array<dad::traced, N> active;
      for (std::size_t i = 0; i < N; ++i) active[i] = recorder.input(x[i]);
      recorder.output(dad::traced(call_with(f, active)));
    }
    CHECK(r.is_replayable());
    using dad::detail::derivative_code;
    using dad::detail::derivative_kind;
    const std::vector<double> row(x.begin(), x.end());
    const std::vector<double> gradient =
        test::replay_one(derivative_code(r, derivative_kind::gradient).main(), row);
    const std::vector<double> hessian =
        test::replay_one(derivative_code(r, derivative_kind::hessian).main(), row);
    outcome<N> y;
    y.value = gradient[0];
    CHECK(test::same_bits(gradient[0], hessian[0]));
    for (std::size_t i = 0; i < N; ++i) {
      y.first[i] = gradient[1 + i];
      for (std::size_t j = 0; j < N; ++j) y.second[i][j] = hessian[1 + i * N + j];
    }
    return y;
  }
};
