// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// The logarithm of a sum of exponentials, and its gradient by hand.

#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <vector>

#include "numbers.hpp"

namespace bench {

/// log(sum_i exp(x_i)), without overflow: the largest is taken out first.
template <class T>
T log_sum_of_exp(const T* x, std::size_t size) {
  using std::exp, std::log;
  std::size_t largest = 0;
  for (std::size_t i = 1; i < size; ++i)
    if (x[i] > x[largest]) largest = i;
  T sum(0.0);
  for (std::size_t i = 0; i < size; ++i) sum += exp(x[i] - x[largest]);
  return log(sum) + x[largest];
}

/// The same with its gradient, the share of each exponential in the sum. `shares` may be x itself.
inline double log_sum_of_exp(const double* x, std::size_t size, double* shares) {
  const double largest = *std::max_element(x, x + size);
  double sum = 0.0;
  for (std::size_t i = 0; i < size; ++i) sum += shares[i] = std::exp(x[i] - largest);
  for (std::size_t i = 0; i < size; ++i) shares[i] /= sum;
  return std::log(sum) + largest;
}

struct lse {
  using point_type = std::vector<double>;

  std::size_t size;

  template <class X>
  auto operator()(const X& x) const {
    return log_sum_of_exp(&x[0], x.size());
  }

  [[nodiscard]] point_type point() const { return uniform_vector(6, size, -4.0, 4.0); }

  /// The value, with the gradient by hand.
  static double by_hand(const point_type& x, point_type& gradient) {
    return log_sum_of_exp(x.data(), x.size(), gradient.data());
  }
};

}  // namespace bench
