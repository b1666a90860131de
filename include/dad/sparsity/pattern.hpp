// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// Where a matrix may differ from zero, in compressed rows.

#pragma once

#include <cstddef>
#include <span>
#include <utility>
#include <vector>

#include <dad/core/error.hpp>
#include <dad/core/span.hpp>

namespace dad {

/// A place in a matrix: row, column.
using matrix_entry = std::pair<std::size_t, std::size_t>;

namespace detail {

[[noreturn, gnu::cold]] inline void throw_outside(std::size_t i, std::size_t j, std::size_t rows,
                                                  std::size_t cols) {
  raise<shape_error>("dad: a sparsity pattern has an entry (%zu, %zu), expected one inside %zu x %zu", i, j,
                     rows, cols);
}

/// Row i is columns[starts[i]] to columns[starts[i + 1]].
struct compressed_rows {
  std::vector<std::size_t> starts;
  std::vector<std::size_t> columns;
};

/// Rows as columns: what is sorted by (column, row) comes out sorted by (row, column), in linear time.
template <class...>
compressed_rows transposed(std::size_t rows, std::size_t cols, const std::vector<std::size_t>& starts,
                           const std::vector<std::size_t>& columns) {
  compressed_rows t;
  t.starts.assign(cols + 1, 0);
  t.columns.resize(columns.size());
  for (const std::size_t j : columns) ++t.starts[j + 1];
  for (std::size_t j = 0; j < cols; ++j) t.starts[j + 1] += t.starts[j];
  std::vector<std::size_t> next(t.starts);
  for (std::size_t i = 0; i < rows; ++i)
    for (std::size_t k = starts[i]; k < starts[i + 1]; ++k) t.columns[next[columns[k]]++] = i;
  return t;
}

/// Entries given in any order and any number of times, sorted: two passes over buckets.
template <class Entries>
compressed_rows compressed(std::size_t rows, std::size_t cols, const Entries& entries) {
  compressed_rows by_column;
  by_column.starts.assign(cols + 1, 0);
  for (const auto& [i, j] : entries) {
    if (i >= rows || j >= cols) throw_outside(i, j, rows, cols);
    ++by_column.starts[j + 1];
  }
  for (std::size_t j = 0; j < cols; ++j) by_column.starts[j + 1] += by_column.starts[j];
  by_column.columns.resize(entries.size());
  std::vector<std::size_t> next(by_column.starts);
  for (const auto& [i, j] : entries) by_column.columns[next[j]++] = i;
  compressed_rows c = transposed<>(cols, rows, by_column.starts, by_column.columns);
  // Equal entries are neighbours now.
  std::size_t kept = 0, first = 0;
  for (std::size_t i = 0; i < rows; ++i) {
    const std::size_t last = c.starts[i + 1], begin = kept;
    for (std::size_t k = first; k < last; ++k)
      if (kept == begin || c.columns[kept - 1] != c.columns[k]) c.columns[kept++] = c.columns[k];
    first = last;
    c.starts[i + 1] = kept;
  }
  c.columns.resize(kept);
  return c;
}

}  // namespace detail

/// The entries of a matrix that may differ from zero, as compressed sparse rows: row i has the columns
/// columns()[row_offsets()[i]] to columns()[row_offsets()[i + 1]], in ascending order. Throws shape_error for
/// entries outside the matrix, and for offsets and columns that are not of this form.
///
///   dad::sparse_pattern tridiagonal(3, 3, {0, 2, 5, 7}, {0, 1, 0, 1, 2, 1, 2});
///   dad::sparse_pattern corners(3, 3, {{0, 0}, {2, 2}});
template <class...>
class sparse_pattern_if_used {
 public:
  sparse_pattern_if_used() = default;

  sparse_pattern_if_used(std::size_t rows, std::size_t cols, std::vector<std::size_t> row_offsets,
                         std::vector<std::size_t> columns)
      : rows_(rows), cols_(cols), compressed_{std::move(row_offsets), std::move(columns)} {
    check();
  }

  /// Of entries in any order; one that is there twice counts once.
  sparse_pattern_if_used(std::size_t rows, std::size_t cols, const std::vector<matrix_entry>& entries)
      : rows_(rows), cols_(cols), compressed_(detail::compressed(rows, cols, entries)) {}

  [[nodiscard]] std::size_t rows() const noexcept { return rows_; }
  [[nodiscard]] std::size_t cols() const noexcept { return cols_; }
  /// The number of entries.
  [[nodiscard]] std::size_t size() const noexcept { return compressed_.columns.size(); }
  [[nodiscard]] std::span<const std::size_t> row_offsets() const noexcept {
    return detail::span_over(compressed_.starts);
  }
  [[nodiscard]] std::span<const std::size_t> columns() const noexcept {
    return detail::span_over(compressed_.columns);
  }
  /// The columns of row i.
  [[nodiscard]] std::span<const std::size_t> row(std::size_t i) const noexcept {
    return detail::span_over(compressed_.columns.data() + compressed_.starts[i],
                             compressed_.starts[i + 1] - compressed_.starts[i]);
  }

  /// The place of (i, j) among the entries; size() where it is none.
  [[nodiscard]] std::size_t find(std::size_t i, std::size_t j) const noexcept {
    std::size_t first = compressed_.starts[i], last = compressed_.starts[i + 1];
    while (first < last) {
      const std::size_t middle = first + (last - first) / 2;
      if (compressed_.columns[middle] < j)
        first = middle + 1;
      else
        last = middle;
    }
    return first < compressed_.starts[i + 1] && compressed_.columns[first] == j ? first : size();
  }
  [[nodiscard]] bool contains(std::size_t i, std::size_t j) const noexcept { return find(i, j) != size(); }

  [[nodiscard]] sparse_pattern_if_used transposed() const {
    sparse_pattern_if_used t;
    t.rows_ = cols_;
    t.cols_ = rows_;
    t.compressed_ = detail::transposed<>(rows_, cols_, compressed_.starts, compressed_.columns);
    return t;
  }
  [[nodiscard]] bool is_symmetric() const { return *this == transposed(); }

  friend bool operator==(const sparse_pattern_if_used& a, const sparse_pattern_if_used& b) {
    return a.rows_ == b.rows_ && a.cols_ == b.cols_ && a.compressed_.starts == b.compressed_.starts &&
           a.compressed_.columns == b.compressed_.columns;
  }

 private:
  void check() const {
    const auto& [starts, columns] = compressed_;
    if (starts.size() != rows_ + 1)
      detail::raise<shape_error>("dad: a sparsity pattern of %zu rows has %zu row offsets, expected %zu",
                                 rows_, starts.size(), rows_ + 1);
    if (starts.front() != 0 || starts.back() != columns.size())
      detail::raise<shape_error>(
          "dad: the row offsets of a sparsity pattern go from %zu to %zu, expected 0 to its %zu columns",
          starts.front(), starts.back(), columns.size());
    for (std::size_t i = 0; i < rows_; ++i)
      if (starts[i + 1] < starts[i])
        detail::raise<shape_error>("dad: row offset %zu of a sparsity pattern is %zu, expected at least %zu",
                                   i + 1, starts[i + 1], starts[i]);
    for (std::size_t i = 0; i < rows_; ++i)
      for (std::size_t k = starts[i]; k < starts[i + 1]; ++k) {
        if (columns[k] >= cols_) detail::throw_outside(i, columns[k], rows_, cols_);
        if (k > starts[i] && columns[k] <= columns[k - 1])
          detail::raise<shape_error>(
              "dad: row %zu of a sparsity pattern has column %zu after column %zu, expected ascending "
              "columns",
              i, columns[k], columns[k - 1]);
      }
  }

  std::size_t rows_ = 0;
  std::size_t cols_ = 0;
  detail::compressed_rows compressed_{{0}, {}};
};
using sparse_pattern = sparse_pattern_if_used<>;

}  // namespace dad
