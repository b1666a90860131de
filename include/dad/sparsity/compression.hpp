// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// A sparse matrix as few dense rows: which direction each colour stands for, and where in the rows each entry
// is found again.

#pragma once

#include <cstddef>
#include <utility>

#include <dad/core/list_view.hpp>
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
};

namespace detail {

/// Row k of the compressed matrix is the product of the matrix with the sum of the unit vectors of colour k,
/// or where rows are coloured of that sum with the matrix.
template <class...>
class compression_if_used {
 public:
  /// Of a symmetric matrix.
  static compression_if_used symmetric(sparse_pattern pattern, colouring_order order) {
    compression_if_used c;
    c.colours_ = star_colouring(pattern, order);
    c.row_size_ = pattern.rows();
    c.pattern_ = std::move(pattern);
    c.find_symmetric();
    return c;
  }

  /// By columns or by rows, whichever needs fewer colours, and columns where both need as many. A side whose
  /// longest line alone needs more than the other side is not coloured.
  static compression_if_used general(sparse_pattern pattern, colouring_order order) {
    compression_if_used c;
    const sparse_pattern transposed = pattern.transposed();
    const std::size_t least_columns = longest_row(pattern), least_rows = longest_row(transposed);
    c.by_rows_ = least_rows < least_columns;
    const sparse_pattern &first = c.by_rows_ ? transposed : pattern,
                         &second = c.by_rows_ ? pattern : transposed;
    c.colours_ = colour_columns_of<>(first, second, order);
    const std::size_t least_second = c.by_rows_ ? least_columns : least_rows;
    if (c.colours_.count > least_second) {
      colouring other = colour_columns_of<>(second, first, order);
      if (other.count < c.colours_.count) {
        c.colours_ = std::move(other);
        c.by_rows_ = !c.by_rows_;
      }
    }
    c.row_size_ = c.by_rows_ ? pattern.cols() : pattern.rows();
    c.pattern_ = std::move(pattern);
    c.find_general();
    return c;
  }

  [[nodiscard]] const sparse_pattern& pattern() const noexcept { return pattern_; }
  [[nodiscard]] const colouring& colours() const noexcept { return colours_; }
  [[nodiscard]] bool by_rows() const noexcept { return by_rows_; }
  [[nodiscard]] std::size_t row_size() const noexcept { return row_size_; }
  [[nodiscard]] std::size_t size() const noexcept { return colours_.count * row_size_; }

  /// Finds the entries of the matrix in the rows of the compressed one, which are one behind the other.
  void recover(list_view<const double> compressed, sparse_matrix& into) const {
    if (compressed.size() != size())
      raise<shape_error>("dad: recover got %zu numbers, expected %zu, a row of %zu for each of %zu seeds",
                         compressed.size(), size(), row_size_, colours_.count);
    if (!(into.pattern() == pattern_)) into = sparse_matrix(pattern_);
    double* const values = into.values().data();
    for (std::size_t k = 0; k < sources_.size(); ++k) values[k] = compressed[sources_[k]];
  }

 private:
  void find_general() {
    sources_.reserve(pattern_.size());
    for (std::size_t i = 0; i < pattern_.rows(); ++i)
      for (const std::size_t j : pattern_.row(i))
        sources_.push_back(by_rows_ ? colours_.colours[i] * row_size_ + j
                                    : colours_.colours[j] * row_size_ + i);
  }

  // (i, j) is in row i where no other column of that row has j's colour, otherwise its mirror image is in row
  // j.
  void find_symmetric() {
    list<std::size_t> count(colours_.count, 0);
    sources_.reserve(pattern_.size());
    for (std::size_t i = 0; i < pattern_.rows(); ++i) {
      for (const std::size_t j : pattern_.row(i)) ++count[colours_.colours[j]];
      for (const std::size_t j : pattern_.row(i))
        sources_.push_back(count[colours_.colours[j]] == 1 ? colours_.colours[j] * row_size_ + i
                                                           : colours_.colours[i] * row_size_ + j);
      for (const std::size_t j : pattern_.row(i)) count[colours_.colours[j]] = 0;
    }
  }

  sparse_pattern pattern_;
  colouring colours_;
  bool by_rows_ = false;
  std::size_t row_size_ = 0;
  list<std::size_t> sources_;  // of each entry
};
using compression = compression_if_used<>;

}  // namespace detail
}  // namespace dad
