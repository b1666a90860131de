// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// A loop of so many steps: costs what one wants it to.

#pragma once

#include <dad/dad.hpp>

#include <array>
#include <cstddef>
#include <cstdint>

#include "numbers.hpp"

namespace bench {

/// y_0 = x_0, y_{k+1} = sin(x_1 y_k + x_2). Where `is_replayable` is false it reads a number out of its
/// scalars, and so is evaluated on the tape, input by input.
template <bool is_replayable = true>
struct chain {
  using point_type = std::array<double, 3>;
  std::size_t steps;

  template <class X>
  real_of<X> operator()(const X& x) const {
    using std::sin;
    real_of<X> y = x[0];
    if (!is_replayable && dad::value(y) > 10.0) return y;
    for (std::size_t k = 0; k < steps; ++k) y = sin(x[1] * y + x[2]);
    return y;
  }

  [[nodiscard]] point_type point(std::uint64_t i = 0) const {
    return {uniform(1, 3 * i, -1.5, 1.5), uniform(1, 3 * i + 1, 0.5, 1.5), uniform(1, 3 * i + 2, -0.5, 0.5)};
  }
};

}  // namespace bench
