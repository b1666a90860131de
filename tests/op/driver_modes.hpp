// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// The ways to differentiate with drivers and batches, behind the interface of op/modes.hpp.

#pragma once

#include <array>
#include <cstddef>
#include <tuple>
#include <vector>

#include <dad/dad.hpp>

#include "op/modes.hpp"

/// f as a function of one array of operands.
template <class F>
auto of_array(const F& f) {
  return [&f](const auto& x) { return std::apply(f, x); };
}

/// dad::derivative and its second order of a function of one operand; dad::jvp along each axis for more.
struct forward_drivers {
  static constexpr const char* name = "derivative, jvp";
  static constexpr int order = 1;
  template <class F, std::size_t N>
  static outcome<N> differentiate(const F& f, const operands<N>& x) {
    outcome<N> y;
    if constexpr (N == 1) {
      y.value = dad::derivative<0>(f, x[0]);
      y.first[0] = dad::derivative(f, x[0]);
    } else {
      for (std::size_t i = 0; i < N; ++i) {
        operands<N> axis{};
        axis[i] = 1;
        const auto along = dad::jvp(of_array(f), x, axis);
        y.value = along.value;
        y.first[i] = along.tangent;
      }
    }
    return y;
  }
};

/// dad::value_and_gradient and dad::hessian.
struct reverse_drivers {
  static constexpr const char* name = "gradient, hessian";
  static constexpr int order = 2;
  template <class F, std::size_t N>
  static outcome<N> differentiate(const F& f, const operands<N>& x) {
    const auto [value, gradient] = dad::value_and_gradient(of_array(f), x);
    const dad::matrix hessian = dad::hessian(of_array(f), x);
    outcome<N> y;
    y.value = value;
    for (std::size_t i = 0; i < N; ++i) {
      y.first[i] = gradient[i];
      for (std::size_t j = 0; j < N; ++j) y.second[i][j] = hessian(i, j);
    }
    return y;
  }
};

/// dad::batch_eval with neighbours that are well in the middle of the domain.
struct batch {
  static constexpr const char* name = "batch";
  static constexpr int order = 1;
  template <class F, std::size_t N>
  static outcome<N> differentiate(const F& f, const operands<N>& x) {
    operands<N> neighbour;
    neighbour.fill(0.25);
    const auto results = dad::batch_eval(of_array(f), std::vector{neighbour, x, neighbour});
    outcome<N> y;
    y.value = results[1].value;
    for (std::size_t i = 0; i < N; ++i) y.first[i] = results[1].gradient[i];
    return y;
  }
};

using all_modes = std::tuple<forward, vector_forward, reverse, reverse_one, forward_over_forward,
                             forward_over_reverse, forward_drivers, reverse_drivers, batch>;
