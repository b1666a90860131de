// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// Functions whose derivatives have a given pattern.

#pragma once

#include <cstddef>
#include <utility>
#include <vector>

#include <dad/dad.hpp>

#include "patterns.hpp"

namespace test {

inline std::vector<double> point(std::size_t n) {
  std::vector<double> x(n);
  for (std::size_t i = 0; i < n; ++i)
    x[i] = 0.3 + 0.17 * static_cast<double>(i % 7) - 0.05 * static_cast<double>(i % 3);
  return x;
}

/// A scalar function with a term for each entry on or right of the diagonal of a symmetric pattern.
struct scalar_on {
  dad::sparse_pattern pattern;

  template <class X>
  auto operator()(const X& x) const {
    typename X::value_type sum = 0.0;
    for (std::size_t i = 0; i < pattern.rows(); ++i)
      for (const std::size_t j : pattern.row(i)) {
        const double weight = 1 + 0.1 * static_cast<double>((i + 2 * j) % 5);
        if (j == i) sum += weight * sin(x[i]);
        if (j > i) sum += weight * x[i] * x[j] + 0.1 * x[i];
      }
    return sum;
  }
};

/// A function with an output for each row of a pattern, of the inputs in that row.
struct vector_on {
  dad::sparse_pattern pattern;

  template <class X>
  auto operator()(const X& x) const {
    using T = typename X::value_type;
    std::vector<T> y;
    for (std::size_t i = 0; i < pattern.rows(); ++i) {
      T product = 1.0;
      for (const std::size_t j : pattern.row(i)) product *= x[j] + static_cast<double>(1 + i % 3);
      y.push_back(product);
    }
    return y;
  }
};

}  // namespace test
