// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// Rosenbrock's function, in the chained form, and its gradient by hand.

#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "numbers.hpp"

namespace bench {

/// sum_i 100 (x_{i+1} - x_i^2)^2 + (1 - x_i)^2
template <std::size_t N = 10>
struct rosenbrock {
  using point_type = std::array<double, N>;

  template <class X>
  real_of<X> operator()(const X& x) const {
    using T = real_of<X>;
    T sum(0.0);
    for (std::size_t i = 0; i + 1 < x.size(); ++i) {
      const T a = x[i + 1] - x[i] * x[i];
      const T b = 1.0 - x[i];
      sum += 100.0 * a * a + b * b;
    }
    return sum;
  }

  [[nodiscard]] point_type point(std::uint64_t i = 0) const {
    point_type x;
    for (std::size_t k = 0; k < N; ++k) x[k] = uniform(1, i * N + k, -1.5, 1.5);
    return x;
  }

  /// The value, with the gradient by hand.
  template <class X>
  static real_of<X> by_hand(const X& x, X& gradient) {
    using T = real_of<X>;
    T sum(0.0);
    gradient.fill(T(0.0));
    for (std::size_t i = 0; i + 1 < N; ++i) {
      const T a = x[i + 1] - x[i] * x[i];
      const T b = 1.0 - x[i];
      sum += 100.0 * a * a + b * b;
      gradient[i] -= 400.0 * a * x[i] + 2.0 * b;
      gradient[i + 1] += 200.0 * a;
    }
    return sum;
  }
};

}  // namespace bench
