// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// Whether the columns of a Jacobian are coloured, its rows, or both.

#pragma once

#include <cstddef>
#include <utility>

#include <dad/sparsity/bicolouring.hpp>
#include <dad/sparsity/seed_cost.hpp>

namespace dad {

/// What a sparse Jacobian is computed by. tangents: one for each colour of columns. adjoints: one for each
/// colour of rows. both: some entries by tangents, the others by adjoints. cheapest: the one of these that
/// takes the fewest operations, counted and not measured.
enum class compressed_by { cheapest, tangents, adjoints, both };

namespace detail {

/// Columns, rows or both in colours. None of the three is coloured if the fewest colours that it may need
/// cost more already than what another took; of those that cost the same, columns before rows before both.
template <class...>
[[gnu::cold]] bicolouring colour_by(const sparse_pattern& pattern, colouring_order order, compressed_by by) {
  const sparse_pattern transposed = pattern.transposed();
  struct candidate {
    compressed_by by;
    double least;
  };
  const entry_split split = split_entries<>(pattern, transposed, seed_cost::tangent, seed_cost::adjoint);
  candidate candidates[] = {{compressed_by::tangents, seed_cost::of(longest_row(pattern), 0)},
                            {compressed_by::adjoints, seed_cost::of(0, longest_row(transposed))},
                            {compressed_by::both, seed_cost::of(split.column_colours, split.row_colours)}};
  for (const std::size_t k : {1U, 2U, 1U})  // by what they cost at least
    if (candidates[k].least < candidates[k - 1].least) std::swap(candidates[k], candidates[k - 1]);
  bicolouring best;
  double least = -1;
  for (const candidate& c : candidates) {
    if (by == compressed_by::cheapest ? least >= 0 && c.least >= least : c.by != by) continue;
    bicolouring colours;
    if (c.by == compressed_by::tangents)
      colours.columns = colour_columns_of<>(pattern, transposed, order);
    else if (c.by == compressed_by::adjoints)
      colours.rows = colour_columns_of<>(transposed, pattern, order);
    else
      colours = bicolouring_of<>(pattern, transposed, split, order);
    const double costs = seed_cost::of(colours.columns.count, colours.rows.count);
    if (least >= 0 && costs >= least) continue;
    best = std::move(colours);
    least = costs;
  }
  return best;
}

}  // namespace detail
}  // namespace dad
