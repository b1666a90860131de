// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// Colours for rows and columns together, where a matrix has dense lines of both kinds: what is dense in one
// way is computed in the other.
// Method: Coleman and Verma (1998); Hossain and Steihaug, Computing a sparse Jacobian matrix by rows and
// columns, Optim. Methods Softw. 10 (1998); star bicolouring as in Gebremedhin, Manne and Pothen, What color
// is your Jacobian?, SIAM Review 47 (2005).

#pragma once

#include <cstddef>
#include <cstdint>

#include <dad/sparsity/colouring.hpp>
#include <dad/sparsity/entry_split.hpp>

namespace dad {

/// Colours of rows and of columns; lines that need none have `colouring::none`.
struct bicolouring {
  colouring rows;
  colouring columns;
};

namespace detail {

/// The columns of a matrix of which some entries are found by their columns: `own`, those of each row.
/// Neighbours are two that must differ: in a row, one with an entry that is its own, and one that has a
/// colour at all. is_own(i, j) tells of an entry.
template <class IsOwn>
class split_graph {
 public:
  split_graph(const sparse_pattern& pattern, const sparse_pattern& transposed, const IsOwn& is_own)
      : rows_(pattern),
        columns_(transposed),
        is_own_(is_own),
        is_coloured_(pattern.cols(), false),
        stamps_(pattern.cols(), 0) {
    own_starts_.reserve(pattern.rows() + 1);
    own_starts_.push_back(0);
    for (std::size_t i = 0; i < pattern.rows(); ++i) {
      for (const std::size_t j : pattern.row(i))
        if (is_own_(i, j)) {
          own_.push_back(j);
          is_coloured_[j] = true;
        }
      own_starts_.push_back(own_.size());
    }
  }

  [[nodiscard]] std::size_t size() const noexcept { return rows_.cols(); }
  [[nodiscard]] bool is_isolated(std::size_t v) const { return !is_coloured_[v]; }
  [[nodiscard]] std::size_t degree(std::size_t v) const {
    std::size_t count = 0;
    for_each_neighbour(v, [&count](std::uint32_t) { ++count; });
    return count;
  }
  template <class Visit>
  void for_each_neighbour(std::size_t v, Visit&& visit) const {
    if (!is_coloured_[v]) return;
    stamps_[v] = ++stamp_;
    const auto meet = [&](std::size_t u) {
      if (stamps_[u] == stamp_ || !is_coloured_[u]) return;
      stamps_[u] = stamp_;
      visit(static_cast<std::uint32_t>(u));
    };
    for (const std::size_t i : columns_.row(v))
      if (is_own_(i, v))
        for (const std::size_t u : rows_.row(i)) meet(u);
      else
        for (std::size_t k = own_starts_[i]; k < own_starts_[i + 1]; ++k) meet(own_[k]);
  }

 private:
  const sparse_pattern& rows_;
  const sparse_pattern& columns_;
  const IsOwn& is_own_;
  list<std::size_t> own_starts_;
  list<std::size_t> own_;
  list<bool> is_coloured_;
  mutable list<std::uint64_t> stamps_;
  mutable std::uint64_t stamp_ = 0;
};

// Why that is enough: entry (i, j) of a column's own is alone in row i among those whose columns have j's
// colour, since all other coloured columns in row i are j's neighbours, and blank ones are in no direction.
// So the direction of j's colour gives row i of its product this entry alone. Likewise for a row's own. And
// it is a star bicolouring: each entry has a coloured line, the neighbours of a blank line all differ, and a
// path j' i j i' of four coloured lines has three colours, as (i, j) is alone in row i or in column j.
template <class...>
[[gnu::cold]] bicolouring bicolouring_of(const sparse_pattern& pattern, const sparse_pattern& transposed,
                                         const entry_split& split, colouring_order order) {
  const auto is_by_column = [&](std::size_t i, std::size_t j) { return split.is_by_column(i, j); };
  const auto is_by_row = [&](std::size_t j, std::size_t i) { return !split.is_by_column(i, j); };
  const split_graph columns(pattern, transposed, is_by_column);
  const split_graph rows(transposed, pattern, is_by_row);
  return {colour_graph(rows, order), colour_graph(columns, order)};
}

}  // namespace detail

/// Colours rows and columns so that each entry is alone in its row among those whose columns have its
/// column's colour, or alone in its column among those whose rows have its row's: one product from either
/// side for each colour gives every entry. Colours of columns and of rows cost as much as is said here, each;
/// for an arrowhead, three are enough.
///
///   auto [rows, columns] = dad::star_bicolouring(pattern);
template <class...>
bicolouring star_bicolouring(const sparse_pattern& pattern, colouring_order order = colouring_order::fewest,
                             double column_cost = 1, double row_cost = 1) {
  const sparse_pattern transposed = pattern.transposed();
  return detail::bicolouring_of<>(pattern, transposed,
                                  detail::split_entries<>(pattern, transposed, column_cost, row_cost), order);
}

}  // namespace dad
