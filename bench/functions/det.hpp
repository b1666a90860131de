// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// The determinant of a matrix by expansion in minors: n! operations on n^2 inputs; and its gradient
// by hand.

#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <vector>

#include "numbers.hpp"

namespace bench {

/// The determinant of a size x size matrix, rows one after the other.
struct det {
  using point_type = std::vector<double>;

  std::size_t size;

  template <class X>
  auto operator()(const X& x) const {
    std::vector<std::size_t> columns(size);
    for (std::size_t j = 0; j < size; ++j) columns[j] = j;
    return minor(&x[0], 0, columns);
  }

  [[nodiscard]] point_type point() const { return uniform_vector(11, size * size, -1.0, 1.0); }

  /// The value, with the gradient by hand: the matrix of cofactors, which is the determinant times the
  /// transposed inverse (Jacobi's formula). Both come from one elimination by Gauss and Jordan with pivoting,
  /// n^3 operations where f takes n!, so this is much cheaper than f itself. The matrix must be regular: a
  /// singular one has cofactors, but not from an inverse.
  double by_hand(const point_type& x, point_type& gradient) const {
    const std::size_t n = size;
    point_type matrix = x, inverse(n * n, 0.0);
    for (std::size_t i = 0; i < n; ++i) inverse[i * n + i] = 1.0;
    double determinant = 1.0;
    for (std::size_t k = 0; k < n; ++k) {
      std::size_t pivot = k;
      for (std::size_t i = k + 1; i < n; ++i)
        if (std::fabs(matrix[i * n + k]) > std::fabs(matrix[pivot * n + k])) pivot = i;
      if (pivot != k) {
        determinant = -determinant;
        std::swap_ranges(&matrix[k * n], &matrix[k * n] + n, &matrix[pivot * n]);
        std::swap_ranges(&inverse[k * n], &inverse[k * n] + n, &inverse[pivot * n]);
      }
      determinant *= matrix[k * n + k];
      const double factor = 1.0 / matrix[k * n + k];
      for (std::size_t j = 0; j < n; ++j) {
        matrix[k * n + j] *= factor;
        inverse[k * n + j] *= factor;
      }
      for (std::size_t i = 0; i < n; ++i) {
        if (i == k) continue;
        const double times = matrix[i * n + k];
        for (std::size_t j = 0; j < n; ++j) {
          matrix[i * n + j] -= times * matrix[k * n + j];
          inverse[i * n + j] -= times * inverse[k * n + j];
        }
      }
    }
    for (std::size_t i = 0; i < n; ++i)
      for (std::size_t j = 0; j < n; ++j) gradient[i * n + j] = determinant * inverse[j * n + i];
    return determinant;
  }

 private:
  // Of the rows from `row` on and the columns in the list, which is as it was when this returns.
  template <class T>
  T minor(const T* x, std::size_t row, std::vector<std::size_t>& columns) const {
    if (columns.size() == 1) return x[row * size + columns[0]];
    T sum(0.0);
    for (std::size_t k = 0; k < columns.size(); ++k) {
      const std::size_t column = columns[k];
      columns.erase(columns.begin() + static_cast<std::ptrdiff_t>(k));
      const T term = x[row * size + column] * minor(x, row + 1, columns);
      columns.insert(columns.begin() + static_cast<std::ptrdiff_t>(k), column);
      if (k % 2 == 0)
        sum += term;
      else
        sum -= term;
    }
    return sum;
  }
};

}  // namespace bench
