// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// Which entries of a matrix are found by their columns and which by their rows, so that few directions are
// needed.
// Method: minimum nonzero count ordering, Coleman and Verma, The efficient computation of sparse Jacobian
// matrices using automatic differentiation, SIAM J. Sci. Comput. 19 (1998).

#pragma once

#include <cstddef>
#include <cstdint>

#include <dad/core/list.hpp>
#include <dad/sparsity/order.hpp>
#include <dad/sparsity/pattern.hpp>

namespace dad::detail {

/// An entry is found by its column if its row came first, by its row if its column did. How many colours of
/// each are to be expected: as many as a line has given to the other side.
struct entry_split {
  list<std::uint32_t> rows, columns;  // when each came
  std::size_t row_colours = 0;
  std::size_t column_colours = 0;

  [[nodiscard]] bool is_by_column(std::size_t i, std::size_t j) const { return rows[i] < columns[j]; }
};

/// The rows of a matrix, or its columns, while their entries are given to the other side's lines.
template <class...>
class giving_lines_if_used {
 public:
  /// `when` notes when each line came.
  giving_lines_if_used(const sparse_pattern& lines, list<std::uint32_t>& when)
      : lines_(lines), when_(when), left_(lines.rows()) {
    when_.assign(lines.rows(), not_yet);
    for (std::size_t v = lines.rows(); v-- > 0;)
      if (!lines.row(v).empty())
        left_.insert(static_cast<std::uint32_t>(v), static_cast<std::uint32_t>(lines.row(v).size()));
  }

  /// The line with the fewest entries left; there is one.
  [[nodiscard]] std::uint32_t shortest() { return left_.least(least_); }
  /// The most entries that a line has given at once, before and after one more.
  [[nodiscard]] std::size_t longest() const noexcept { return longest_; }
  [[nodiscard]] std::size_t longest_with(std::uint32_t v) const {
    return left_.key(v) > longest_ ? left_.key(v) : longest_;
  }

  /// Gives what line v has left; returns how many entries that were.
  std::size_t give(std::uint32_t v, std::uint32_t now, giving_lines_if_used& others) {
    longest_ = longest_with(v);
    const std::size_t count = left_.key(v);
    left_.erase(v);
    when_[v] = now;
    for (const std::size_t u : lines_.row(v))
      if (others.when_[u] == not_yet) others.lose_entry(static_cast<std::uint32_t>(u));
    return count;
  }

 private:
  static constexpr std::uint32_t not_yet = ~std::uint32_t{0};

  // One that has none left never comes: it is later than all whose entries it had.
  void lose_entry(std::uint32_t v) {
    if (left_.key(v) == 1) return left_.erase(v);
    left_.change(v, left_.key(v) - 1);
    if (left_.key(v) < least_) least_ = left_.key(v);
  }

  const sparse_pattern& lines_;
  list<std::uint32_t>& when_;
  key_lists left_;  // by how many entries are left
  std::size_t least_ = 0;
  std::size_t longest_ = 0;
};

/// Gives away the line with the fewest entries left, again and again: those of a row to their columns, those
/// of a column to their rows, whichever costs less. So what is dense is left for the other side to take.
/// A direction costs so much by columns and by rows.
template <class...>
[[gnu::cold]] entry_split split_entries(const sparse_pattern& pattern, const sparse_pattern& transposed,
                                        double column_cost, double row_cost) {
  entry_split split;
  giving_lines_if_used<> rows(pattern, split.rows), columns(transposed, split.columns);
  const auto cost = [&](std::size_t column_colours, std::size_t row_colours) {
    return column_cost * static_cast<double>(column_colours) + row_cost * static_cast<double>(row_colours);
  };
  std::uint32_t now = 0;
  for (std::size_t left = pattern.size(); left > 0; ++now) {
    const std::uint32_t row = rows.shortest(), column = columns.shortest();
    const double by_columns = cost(rows.longest_with(row), columns.longest()),
                 by_rows = cost(rows.longest(), columns.longest_with(column));
    // Of two that cost the same, one side alone before both; and what is dense on the whole is to take, not
    // to give, also when it has little left.
    const bool gives_row = by_columns != by_rows    ? by_columns < by_rows
                           : columns.longest() == 0 ? true
                           : rows.longest() == 0    ? false
                                                 : pattern.row(row).size() <= transposed.row(column).size();
    left -= gives_row ? rows.give(row, now, columns) : columns.give(column, now, rows);
  }
  split.column_colours = rows.longest();
  split.row_colours = columns.longest();
  return split;
}

}  // namespace dad::detail
