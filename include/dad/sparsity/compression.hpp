// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// A sparse matrix as few dense rows: which direction each colour stands for, and where in the rows each entry
// is found again.

#pragma once

#include <cstddef>
#include <utility>

#include <dad/core/list_view.hpp>
#include <dad/sparsity/colour_by.hpp>
#include <dad/sparsity/matrix.hpp>
#include <dad/sparsity/star_colouring.hpp>

namespace dad {

/// How a plan is made.
struct sparse_options {
  colouring_order order = colouring_order::fewest;
  /// At a point that takes another branch than the plan's, make the plan anew instead of throwing tape_error.
  bool replans = false;
  /// The Hessian of a sum of many terms of few forms is put together of those of its terms.
  bool splits_sums = true;
  /// The Jacobian of a short function is accumulated by eliminating its operations, the cheapest first.
  bool eliminates = true;
  /// What a Jacobian is computed by, where it is not a short function's; of Hessians, all directions are
  /// alike.
  compressed_by by = compressed_by::cheapest;
};

namespace detail {

/// Row k of the compressed matrix is the product of the matrix with the sum of the unit vectors of column
/// colour k; behind those are rows for the colours of rows: the product of such a sum with the matrix. All
/// are as long as the longest, filled up with zeros.
template <class...>
class compression_if_used {
 public:
  /// Of a symmetric matrix: by columns.
  static compression_if_used symmetric(sparse_pattern pattern, colouring_order order) {
    compression_if_used c;
    c.columns_ = star_colouring(pattern, order);
    c.row_size_ = pattern.rows();
    c.pattern_ = std::move(pattern);
    c.find_symmetric();
    return c;
  }

  /// By columns, by rows or both.
  static compression_if_used general(sparse_pattern pattern, colouring_order order, compressed_by by) {
    compression_if_used c;
    bicolouring colours = colour_by<>(pattern, order, by);
    c.rows_ = std::move(colours.rows);
    c.columns_ = std::move(colours.columns);
    if (c.columns_.count > 0) c.row_size_ = pattern.rows();
    if (c.rows_.count > 0 && c.row_size_ < pattern.cols()) c.row_size_ = pattern.cols();
    c.pattern_ = std::move(pattern);
    c.find_general();
    return c;
  }

  [[nodiscard]] const sparse_pattern& pattern() const noexcept { return pattern_; }
  [[nodiscard]] const colouring& columns() const noexcept { return columns_; }
  [[nodiscard]] const colouring& rows() const noexcept { return rows_; }
  [[nodiscard]] std::size_t seed_count() const noexcept { return columns_.count + rows_.count; }
  [[nodiscard]] std::size_t row_size() const noexcept { return row_size_; }
  [[nodiscard]] std::size_t size() const noexcept { return seed_count() * row_size_; }

  /// Finds the entries of the matrix in the rows of the compressed one, which are one behind the other.
  void recover(list_view<const double> compressed, sparse_matrix& into) const {
    if (compressed.size() != size())
      raise<shape_error>("dad: recover got %zu numbers, expected %zu, a row of %zu for each of %zu seeds",
                         compressed.size(), size(), row_size_, seed_count());
    if (!(into.pattern() == pattern_)) into = sparse_matrix(pattern_);
    double* const values = into.values().data();
    for (std::size_t k = 0; k < sources_.size(); ++k) values[k] = compressed[sources_[k]];
  }

 private:
  // (i, j) is in row i of the product of its column's colour, unless another column of that row has this
  // colour: then it is in row j of that of its row's.
  void find_general() {
    list<std::size_t> count(columns_.count, 0);
    sources_.reserve(pattern_.size());
    const auto for_each_coloured = [&](std::size_t i, auto&& visit) {
      if (columns_.count == 0) return;
      for (const std::size_t j : pattern_.row(i))
        if (columns_.colours[j] != colouring::none) visit(count[columns_.colours[j]]);
    };
    for (std::size_t i = 0; i < pattern_.rows(); ++i) {
      for_each_coloured(i, [](std::size_t& k) { ++k; });
      for (const std::size_t j : pattern_.row(i)) {
        const std::size_t colour = columns_.count == 0 ? colouring::none : columns_.colours[j];
        sources_.push_back(colour != colouring::none && count[colour] == 1
                               ? colour * row_size_ + i
                               : (columns_.count + rows_.colours[i]) * row_size_ + j);
      }
      for_each_coloured(i, [](std::size_t& k) { k = 0; });
    }
  }

  // (i, j) is in row i where no other column of that row has j's colour, otherwise its mirror image is in row
  // j.
  void find_symmetric() {
    const std::vector<std::size_t>& colours = columns_.colours;
    list<std::size_t> count(columns_.count, 0);
    sources_.reserve(pattern_.size());
    for (std::size_t i = 0; i < pattern_.rows(); ++i) {
      for (const std::size_t j : pattern_.row(i)) ++count[colours[j]];
      for (const std::size_t j : pattern_.row(i))
        sources_.push_back(count[colours[j]] == 1 ? colours[j] * row_size_ + i : colours[i] * row_size_ + j);
      for (const std::size_t j : pattern_.row(i)) count[colours[j]] = 0;
    }
  }

  sparse_pattern pattern_;
  colouring columns_;
  colouring rows_;
  std::size_t row_size_ = 0;
  list<std::size_t> sources_;  // of each entry
};
using compression = compression_if_used<>;

}  // namespace detail
}  // namespace dad
