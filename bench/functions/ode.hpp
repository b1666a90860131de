// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// A system of ordinary differential equations solved with fixed steps, as in GradBench (from CppAD's cmpad).

#pragma once

#include <cstddef>
#include <vector>

#include "numbers.hpp"

namespace bench {

/// The last component at time 1 of y_0' = x_0, y_i' = x_i y_{i-1}, y(0) = 0, by `steps` steps of the
/// classical Runge-Kutta method of order 4.
struct ode {
  using point_type = std::vector<double>;

  std::size_t size, steps;

  template <class X>
  auto operator()(const X& x) const {
    using T = real_of<X>;
    const double h = 1.0 / static_cast<double>(steps);
    std::vector<T> y(size, T(0.0)), k1(size), k2(size), k3(size), k4(size), at(size);
    const auto slope = [&](const std::vector<T>& from, std::vector<T>& k) {
      k[0] = x[0];
      for (std::size_t i = 1; i < size; ++i) k[i] = x[i] * from[i - 1];
    };
    const auto move = [&](double step, const std::vector<T>& k) {
      for (std::size_t i = 0; i < size; ++i) at[i] = y[i] + step * k[i];
    };
    for (std::size_t s = 0; s < steps; ++s) {
      slope(y, k1);
      move(0.5 * h, k1);
      slope(at, k2);
      move(0.5 * h, k2);
      slope(at, k3);
      move(h, k3);
      slope(at, k4);
      for (std::size_t i = 0; i < size; ++i) y[i] += h / 6.0 * (k1[i] + 2.0 * k2[i] + 2.0 * k3[i] + k4[i]);
    }
    return y[size - 1];
  }

  [[nodiscard]] point_type point() const { return uniform_vector(12, size, 0.5, 1.5); }
};

}  // namespace bench
