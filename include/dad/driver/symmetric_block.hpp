// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// Some columns of a symmetric matrix: which of their entries are computed, and how these become the matrix.

#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>  // declares std::min, at a fraction of the cost of <algorithm>

#include <dad/core/list_view.hpp>
#include <dad/core/matrix.hpp>
#include <dad/core/prefetch.hpp>

namespace dad::detail {

/// Of a symmetric matrix that is zero but for some lines (rows, and the columns with the same numbers): some
/// neighbours among these columns, from the diagonal down. Row by row, and in each no further than the
/// diagonal, that is a number for every entry and its mirror image.
class symmetric_block {
 public:
  /// lines[i], which ascend, is the i-th that is not zero; the columns are lines[first] and so on.
  symmetric_block(list_view<const std::uint32_t> lines, std::size_t first, std::size_t count)
      : lines_(lines), first_(first), count_(count) {}

  /// How many numbers it has.
  [[nodiscard]] std::size_t size() const noexcept { return numbers_before(lines_.size()); }

  /// Copies the numbers, row after row; row(i) points to those of lines[i].
  template <class Row>
  void copy(double* to, Row&& row) const {
    for (std::size_t i = first_; i < lines_.size(); ++i) {
      const double* const from = row(i);
      for (std::size_t c = 0; c < width(i); ++c) *to++ = from[c];
    }
  }

  /// Brings them to their place in the matrix.
  template <class Row>
  void place_rows(matrix& whole, Row&& row) const {
    // In tiles: an entry and its mirror image are both written next to others. The rows of a tile are too far
    // from each other for processors to guess what comes next: those of the next tile are asked for, and
    // where mirror images go, some tiles ahead.
    static constexpr std::size_t tile = 8, line = 64 / sizeof(double);
    const std::uint32_t* const column = lines_.data() + first_;
    for (std::size_t begin = first_; begin < lines_.size(); begin += tile) {
      const std::size_t end = std::min(begin + tile, lines_.size());
      const double* rows[tile];
      for (std::size_t i = begin; i < end; ++i) {
        const double* const from = rows[i - begin] = row(i);
        double* const to = &whole(lines_[i], 0);
        const auto next_tile = static_cast<std::ptrdiff_t>(tile * whole.cols() * sizeof(double));
        for (std::size_t c = 0; c < width(i); c += line) prefetch_to_write(to + column[c], next_tile);
        for (std::size_t c = 0; c < width(i); ++c) to[column[c]] = from[c];
      }
      for (std::size_t c = 0; c < count_; ++c) {
        double* const to = &whole(column[c], 0);
        prefetch_to_write(to + lines_[begin], 4 * tile * sizeof(double));
        for (std::size_t i = std::max(begin, first_ + c); i < end; ++i) to[lines_[i]] = rows[i - begin][c];
      }
    }
  }
  /// The same from their copies.
  void place(matrix& whole, const double* numbers) const {
    place_rows(whole, [&](std::size_t i) { return numbers + numbers_before(i); });
  }

 private:
  // Of lines[i].
  [[nodiscard]] std::size_t width(std::size_t i) const noexcept { return std::min(count_, i - first_ + 1); }
  [[nodiscard]] std::size_t numbers_before(std::size_t i) const noexcept {
    const std::size_t rows = i - first_, growing = std::min(rows, count_);
    return growing * (growing + 1) / 2 + (rows - growing) * count_;
  }

  list_view<const std::uint32_t> lines_;
  std::size_t first_, count_;
};

}  // namespace dad::detail
