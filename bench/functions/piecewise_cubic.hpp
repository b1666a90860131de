// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// A function with branches and no transcendentals, and its gradient by hand.

#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "numbers.hpp"

namespace bench {

/// A cubic spline with a penalty on its roughness (Eilers and Marx, Statistical Science 11, 1996): a sum of
/// 11 uniform cubic B-splines at one place in [0, 8), and the squares of the second differences of their
/// coefficients. The inputs: the coefficients, and the place. Each of the 8 intervals is a path of its own.
struct piecewise_cubic {
  static constexpr std::size_t interval_count = 8, coefficient_count = interval_count + 3;
  static constexpr double smoothing = 0.1;
  using point_type = std::array<double, coefficient_count + 1>;

  template <class X>
  real_of<X> operator()(const X& x) const {
    using T = real_of<X>;
    const T& place = x[coefficient_count];
    const std::size_t i = interval(place);
    const T u = place - static_cast<double>(i);
    const T v = 1.0 - u;
    const T spline = (x[i] * v * v * v + x[i + 1] * (4.0 + u * u * (3.0 * u - 6.0)) +
                      x[i + 2] * (4.0 + v * v * (3.0 * v - 6.0)) + x[i + 3] * u * u * u) /
                     6.0;
    T roughness(0.0);
    for (std::size_t k = 0; k + 2 < coefficient_count; ++k) {
      const T second = x[k] - 2.0 * x[k + 1] + x[k + 2];
      roughness += second * second;
    }
    return spline + smoothing * roughness;
  }

  [[nodiscard]] static point_type point(std::uint64_t i = 0) {
    point_type x;
    for (std::size_t k = 0; k < coefficient_count; ++k) x[k] = uniform(8, i * x.size() + k, -1.0, 1.0);
    x[coefficient_count] = uniform(8, i * x.size() + coefficient_count, 0.0, double(interval_count));
    return x;
  }

  /// The value, with the gradient by hand.
  static double by_hand(const point_type& x, point_type& gradient) {
    const double place = x[coefficient_count];
    const std::size_t i = interval(place);
    const double u = place - static_cast<double>(i), v = 1.0 - u;
    const std::array<double, 4> weights{v * v * v / 6.0, (4.0 + u * u * (3.0 * u - 6.0)) / 6.0,
                                        (4.0 + v * v * (3.0 * v - 6.0)) / 6.0, u * u * u / 6.0};
    const std::array<double, 4> slopes{-0.5 * v * v, u * (1.5 * u - 2.0), -v * (1.5 * v - 2.0), 0.5 * u * u};
    double spline = 0.0, slope = 0.0, roughness = 0.0;
    gradient.fill(0.0);
    for (std::size_t k = 0; k < 4; ++k) {
      spline += x[i + k] * weights[k];
      slope += x[i + k] * slopes[k];
      gradient[i + k] = weights[k];
    }
    gradient[coefficient_count] = slope;
    for (std::size_t k = 0; k + 2 < coefficient_count; ++k) {
      const double second = x[k] - 2.0 * x[k + 1] + x[k + 2];
      roughness += second * second;
      gradient[k] += 2.0 * smoothing * second;
      gradient[k + 1] -= 4.0 * smoothing * second;
      gradient[k + 2] += 2.0 * smoothing * second;
    }
    return spline + smoothing * roughness;
  }

 private:
  // The interval that holds the place, by bisection.
  template <class T>
  static std::size_t interval(const T& place) {
    std::size_t low = 0, high = interval_count;
    while (high - low > 1) {
      const std::size_t middle = (low + high) / 2;
      if (place < static_cast<double>(middle))
        high = middle;
      else
        low = middle;
    }
    return low;
  }
};

}  // namespace bench
