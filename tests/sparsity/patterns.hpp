// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// Patterns that tests of sparsity share: banded, arrowhead, Laplacians of grids, and random ones.

#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include <dad/sparsity/pattern.hpp>

namespace test {

/// The same numbers in every run and with every standard library.
class random_numbers {
 public:
  explicit random_numbers(std::uint64_t seed) : state_(seed * 2654435769U + 1) {}
  /// Below `end`, which is not 0.
  std::size_t below(std::size_t end) {
    state_ = state_ * 6364136223846793005U + 1442695040888963407U;
    return static_cast<std::size_t>(state_ >> 33) % end;
  }

 private:
  std::uint64_t state_;
};

/// Entries at most `width` beside the diagonal.
inline dad::sparse_pattern banded(std::size_t n, std::size_t width) {
  std::vector<dad::matrix_entry> entries;
  for (std::size_t i = 0; i < n; ++i)
    for (std::size_t j = i < width ? 0 : i - width; j <= i + width && j < n; ++j) entries.push_back({i, j});
  return {n, n, entries};
}

/// The diagonal, and row and column `hub`.
inline dad::sparse_pattern arrowhead(std::size_t n, std::size_t hub) {
  std::vector<dad::matrix_entry> entries;
  for (std::size_t i = 0; i < n; ++i) {
    entries.push_back({i, i});
    entries.push_back({i, hub});
    entries.push_back({hub, i});
  }
  return {n, n, entries};
}

/// Dense blocks of so many rows on the diagonal, and as many dense rows and columns before all others as are
/// in the border.
inline dad::sparse_pattern bordered(std::size_t n, std::size_t border, std::size_t block) {
  std::vector<dad::matrix_entry> entries;
  for (std::size_t i = 0; i < n; ++i) {
    for (std::size_t k = 0; k < border; ++k) {
      entries.push_back({i, k});
      entries.push_back({k, i});
    }
    for (std::size_t j = i / block * block; j < n && j / block == i / block; ++j) entries.push_back({i, j});
  }
  return {n, n, entries};
}

/// Five points of a grid of rows x cols.
inline dad::sparse_pattern laplacian(std::size_t rows, std::size_t cols) {
  std::vector<dad::matrix_entry> entries;
  const auto link = [&](std::size_t a, std::size_t b) {
    entries.push_back({a, b});
    entries.push_back({b, a});
  };
  for (std::size_t i = 0; i < rows; ++i)
    for (std::size_t j = 0; j < cols; ++j) {
      const std::size_t at = i * cols + j;
      link(at, at);
      if (i + 1 < rows) link(at, at + cols);
      if (j + 1 < cols) link(at, at + 1);
    }
  return {rows * cols, rows * cols, entries};
}

inline dad::sparse_pattern random_symmetric(random_numbers& random, std::size_t n, std::size_t pairs) {
  std::vector<dad::matrix_entry> entries;
  for (std::size_t k = 0; k < pairs; ++k) {
    const std::size_t i = random.below(n), j = random.below(n);
    entries.push_back({i, j});
    entries.push_back({j, i});
  }
  return {n, n, entries};
}

inline dad::sparse_pattern random_pattern(random_numbers& random, std::size_t rows, std::size_t cols,
                                          std::size_t count) {
  std::vector<dad::matrix_entry> entries;
  for (std::size_t k = 0; k < count; ++k) entries.push_back({random.below(rows), random.below(cols)});
  return {rows, cols, entries};
}

/// Rows of x and dots, to read in a test.
inline std::string drawn(const dad::sparse_pattern& p) {
  std::string text;
  for (std::size_t i = 0; i < p.rows(); ++i) {
    for (std::size_t j = 0; j < p.cols(); ++j) text += p.contains(i, j) ? 'x' : '.';
    if (i + 1 < p.rows()) text += ' ';
  }
  return text;
}

}  // namespace test
