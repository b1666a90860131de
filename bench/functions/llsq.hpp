// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// Linear least squares: a polynomial fitted to a step, as in GradBench.

#pragma once

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
      const double t = -1.0 + 2.0 * static_cast<double>(i) / static_cast<double>(samples - 1);
      T residual(t > 0.0 ? 1.0 : t < 0.0 ? -1.0 : 0.0);
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
};

}  // namespace bench
