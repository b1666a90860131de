// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// A sparse matrix: a pattern, and a number for each of its entries.

#pragma once

#include <cstddef>
#include <span>
#include <utility>
#include <vector>

#include <dad/core/matrix.hpp>
#include <dad/sparsity/pattern.hpp>

namespace dad {

/// Entry k of the pattern has the number values()[k]; all others are zero.
///
///   for (std::size_t k = H.row_offsets()[i]; k < H.row_offsets()[i + 1]; ++k)
///     sum += H.values()[k] * v[H.columns()[k]];
template <class...>
class sparse_matrix_if_used {
 public:
  sparse_matrix_if_used() = default;
  /// Zeros.
  explicit sparse_matrix_if_used(sparse_pattern pattern)
      : pattern_(std::move(pattern)), values_(pattern_.size()) {}
  /// Throws shape_error unless there is a value for each entry.
  sparse_matrix_if_used(sparse_pattern pattern, std::vector<double> values)
      : pattern_(std::move(pattern)), values_(std::move(values)) {
    if (values_.size() != pattern_.size())
      detail::raise<shape_error>("dad: a sparse matrix got %zu values, expected %zu, one for each entry",
                                 values_.size(), pattern_.size());
  }

  [[nodiscard]] std::size_t rows() const noexcept { return pattern_.rows(); }
  [[nodiscard]] std::size_t cols() const noexcept { return pattern_.cols(); }
  [[nodiscard]] const sparse_pattern& pattern() const noexcept { return pattern_; }
  [[nodiscard]] std::span<const std::size_t> row_offsets() const noexcept { return pattern_.row_offsets(); }
  [[nodiscard]] std::span<const std::size_t> columns() const noexcept { return pattern_.columns(); }
  [[nodiscard]] std::span<double> values() noexcept { return detail::span_over(values_); }
  [[nodiscard]] std::span<const double> values() const noexcept { return detail::span_over(values_); }

  /// The number at row i, column j; takes the logarithm of the row's length.
  [[nodiscard]] double operator()(std::size_t i, std::size_t j) const noexcept {
    const std::size_t k = pattern_.find(i, j);
    return k == pattern_.size() ? 0.0 : values_[k];
  }

  [[nodiscard]] matrix dense() const {
    matrix m(rows(), cols());
    for (std::size_t i = 0; i < rows(); ++i)
      for (std::size_t k = row_offsets()[i]; k < row_offsets()[i + 1]; ++k) m(i, columns()[k]) = values_[k];
    return m;
  }
  explicit operator matrix() const { return dense(); }

  friend bool operator==(const sparse_matrix_if_used& a, const sparse_matrix_if_used& b) {
    return a.pattern_ == b.pattern_ && a.values_ == b.values_;
  }

 private:
  sparse_pattern pattern_;
  std::vector<double> values_;
};
using sparse_matrix = sparse_matrix_if_used<>;

}  // namespace dad
