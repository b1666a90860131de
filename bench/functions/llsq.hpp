// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// Linear least squares: a polynomial fitted to a step, as in GradBench, and its gradient by
// hand.

#pragma once

#include <algorithm>
#include <cstddef>
#include <vector>

#include "numbers.hpp"

namespace bench {

/// 1/2 sum_i (sign(t_i) - sum_j x_j t_i^j)^2, with `samples` places t_i evenly over [-1, 1].
struct llsq {
  using point_type = std::vector<double>;

  std::size_t coefficients, samples;

  template <class X>
  auto operator()(const X& x) const {
    using T = real_of<X>;
    T sum(0.0);
    for (std::size_t i = 0; i < samples; ++i) {
      const double t = place(i);
      T residual(step(t));
      double power = 1.0;
      for (std::size_t j = 0; j < x.size(); ++j) {
        residual -= x[j] * power;
        power *= t;
      }
      sum += residual * residual;
    }
    return 0.5 * sum;
  }

  [[nodiscard]] point_type point() const { return uniform_vector(10, coefficients, -1.0, 1.0); }

  /// The value, with the gradient by hand: each sample's residual times its powers, with the sign.
  double by_hand(const point_type& x, point_type& gradient) const {
    const std::size_t m = x.size();
    std::vector<double> powers(m);
    std::fill(gradient.begin(), gradient.end(), 0.0);
    double sum = 0.0;
    for (std::size_t i = 0; i < samples; ++i) {
      const double t = place(i);
      double residual = step(t), power = 1.0;
      for (std::size_t j = 0; j < m; ++j) {
        powers[j] = power;
        residual -= x[j] * power;
        power *= t;
      }
      for (std::size_t j = 0; j < m; ++j) gradient[j] -= residual * powers[j];
      sum += residual * residual;
    }
    return 0.5 * sum;
  }

 protected:
  [[nodiscard]] double place(std::size_t i) const {
    return -1.0 + 2.0 * static_cast<double>(i) / static_cast<double>(samples - 1);
  }

  static double step(double t) { return t > 0.0 ? 1.0 : t < 0.0 ? -1.0 : 0.0; }
};

}  // namespace bench
