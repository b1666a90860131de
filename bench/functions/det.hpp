// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// The determinant of a matrix by expansion in minors: n! operations on n^2 inputs.

#pragma once

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
