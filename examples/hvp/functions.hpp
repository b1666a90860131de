// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// Functions of any number of variables: Hessians with three diagonals, and a dense one.

#pragma once

#include <cmath>
#include <cstddef>
#include <vector>

namespace hvp {

/// The energy of a chain of springs, each with a stiffness of its own.
struct springs {
  static constexpr const char* name = "springs";
  template <class X>
  auto operator()(const X& x) const {
    auto sum = x[0] * x[0];
    for (std::size_t i = 1; i < x.size(); ++i) sum += square(tanh(x[i] - x[i - 1]) - 0.1) * x[i];
    return sum;
  }
};

/// Rosenbrock's chained function, whose Hessian has three diagonals.
struct rosenbrock {
  static constexpr const char* name = "Rosenbrock";
  template <class X>
  auto operator()(const X& x) const {
    auto sum = 0 * x[0];
    for (std::size_t i = 0; i + 1 < x.size(); ++i)
      sum += 100 * square(x[i + 1] - square(x[i])) + square(1 - x[i]);
    return sum;
  }
};

/// log of a sum of exponentials, whose Hessian has no zeros.
struct log_sum_exp {
  static constexpr const char* name = "log-sum-exp";
  template <class X>
  auto operator()(const X& x) const {
    auto sum = exp(x[0]);
    for (std::size_t i = 1; i < x.size(); ++i) sum += exp(x[i]);
    return log(sum);
  }
};

inline std::vector<double> point(std::size_t n) {
  std::vector<double> x(n);
  for (std::size_t i = 0; i < n; ++i) x[i] = std::sin(static_cast<double>(i));
  return x;
}
inline std::vector<double> direction(std::size_t n) {
  std::vector<double> v(n);
  for (std::size_t i = 0; i < n; ++i) v[i] = std::cos(static_cast<double>(i));
  return v;
}

}  // namespace hvp
