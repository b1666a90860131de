// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// The example's numbers, and how gradients compare.

#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdio>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "../support/csv.hpp"
#include "least_squares.hpp"

namespace decompositions {

inline constexpr std::size_t rows = 6, columns = 3;

inline double weight(std::size_t i) { return std::cos(static_cast<double>(i * i)); }

inline matrix<double, rows, columns> some_matrix() {
  matrix<double, rows, columns> a;
  for (std::size_t i = 0; i < rows; ++i)
    for (std::size_t j = 0; j < columns; ++j)
      a[i][j] = std::sin(static_cast<double>((i + 1) * (i + 3 * j + 2)));
  return a;
}
inline std::array<double, rows> some_right_side() {
  std::array<double, rows> b;
  for (std::size_t i = 0; i < rows; ++i) b[i] = weight(i + 1);
  return b;
}

/// Those of A row by row, then those of b where there is one.
inline std::vector<double> numbers(const matrix<double, rows, columns>& a) {
  std::vector<double> all;
  for (const auto& row : a) all.insert(all.end(), row.begin(), row.end());
  return all;
}
inline std::vector<double> numbers(
    const std::tuple<matrix<double, rows, columns>, std::array<double, rows>>& s) {
  std::vector<double> all = numbers(std::get<0>(s));
  all.insert(all.end(), std::get<1>(s).begin(), std::get<1>(s).end());
  return all;
}

/// How far gradients by other ways are from that through the operations.
inline void compare(const char* what, double cost,
                    const std::vector<std::pair<const char*, std::vector<double>>>& ways,
                    const std::vector<double>& recorded) {
  std::printf("%s: cost %.12f\n", what, cost);
  for (const auto& [name, gradient] : ways) {
    double largest = 0;
    for (std::size_t i = 0; i < recorded.size(); ++i)
      largest = std::fmax(largest, std::abs(gradient[i] - recorded[i]));
    std::printf("  by the %s %s\n", name, largest < 1e-12 ? "the same gradient" : "ANOTHER gradient");
  }
}

/// A row for each number of A and b; the singular values do not depend on b.
inline void write_table(const std::string& path, const std::vector<double>& system,
                        const std::vector<double>& recorded, const std::vector<double>& ruled,
                        const std::vector<double>& through, const std::vector<double>& closed) {
  support::csv table(path, {"value", "least_squares", "by_closed_form", "svd", "svd_by_closed_form"});
  for (std::size_t i = 0; i < system.size(); ++i)
    table.row(system[i], recorded[i], ruled[i], i < through.size() ? through[i] : 0.0,
              i < closed.size() ? closed[i] : 0.0);
  table.close();
}

}  // namespace decompositions
