// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// Colourings of a matrix's columns or rows, so that all of one colour share a direction of differentiation.
// Method: Curtis, Powell and Reid (1974); Coleman and More, SIAM J. Numer. Anal. 20 (1983); Gebremedhin,
// Manne and Pothen, What color is your Jacobian?, SIAM Review 47 (2005).

#pragma once

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <utility>
#include <vector>

#include <dad/sparsity/order.hpp>
#include <dad/sparsity/pattern.hpp>

namespace dad {

/// Colours 0 to count - 1; a column or row without entries needs no colour, and has `none`.
struct colouring {
  static constexpr std::size_t none = ~std::size_t{0};

  std::size_t count = 0;
  std::vector<std::size_t> colours;
};

namespace detail {

/// The columns of a pattern, neighbours where a row has both: at distance two in the bipartite graph of rows
/// and columns, which is walked instead of written down.
template <class...>
class column_graph_if_used {
 public:
  column_graph_if_used(const sparse_pattern& pattern, const sparse_pattern& transposed)
      : rows_(pattern), columns_(transposed), stamps_(pattern.cols(), 0) {}

  [[nodiscard]] std::size_t size() const noexcept { return rows_.cols(); }
  [[nodiscard]] bool is_isolated(std::size_t v) const { return columns_.row(v).empty(); }
  [[nodiscard]] std::size_t degree(std::size_t v) const {
    std::size_t count = 0;
    for_each_neighbour(v, [&count](std::uint32_t) { ++count; });
    return count;
  }
  template <class Visit>
  void for_each_neighbour(std::size_t v, Visit&& visit) const {
    stamps_[v] = ++stamp_;
    for (const std::size_t i : columns_.row(v))
      for (const std::size_t u : rows_.row(i)) {
        if (stamps_[u] == stamp_) continue;
        stamps_[u] = stamp_;
        visit(static_cast<std::uint32_t>(u));
      }
  }

 private:
  const sparse_pattern& rows_;
  const sparse_pattern& columns_;
  mutable list<std::uint64_t> stamps_;
  mutable std::uint64_t stamp_ = 0;
};
using column_graph = column_graph_if_used<>;

/// The least colour that is not marked with v + 1.
inline std::size_t least_free(list<std::uint64_t>& marks, std::uint64_t v) {
  std::size_t colour = 0;
  while (colour < marks.size() && marks[colour] == v + 1) ++colour;
  if (colour == marks.size()) marks.push_back(0);
  return colour;
}

/// What colour(order) gives, for the order that needs the fewest colours if so asked for.
template <class Colour>
colouring with_fewest_colours(colouring_order order, Colour&& colour) {
  if (order != colouring_order::fewest) return colour(order);
  colouring best = colour(colouring_order::smallest_last);
  for (const auto other :
       {colouring_order::natural, colouring_order::largest_first, colouring_order::incidence})
    if (colouring c = colour(other); c.count < best.count) best = std::move(c);
  return best;
}

template <class Graph>
[[gnu::cold]] colouring colour_in_order(const Graph& graph, colouring_order order) {
  colouring c{0, std::vector<std::size_t>(graph.size(), colouring::none)};
  list<std::uint64_t> marks;
  for (const std::uint32_t v : ordered_vertices(graph, order)) {
    if (graph.is_isolated(v)) continue;
    graph.for_each_neighbour(v, [&](std::uint32_t u) {
      if (c.colours[u] != colouring::none) marks[c.colours[u]] = std::uint64_t{v} + 1;
    });
    c.colours[v] = least_free(marks, v);
  }
  c.count = marks.size();
  return c;
}

/// Neighbours get different colours; a vertex that is isolated gets none.
template <class Graph>
colouring colour_graph(const Graph& graph, colouring_order order) {
  return with_fewest_colours(order, [&](colouring_order o) { return colour_in_order(graph, o); });
}

template <class...>
colouring colour_columns_of(const sparse_pattern& pattern, const sparse_pattern& transposed,
                            colouring_order order) {
  return colour_graph(column_graph(pattern, transposed), order);
}

/// The entries of the longest row: at least as many colours do the columns need.
template <class...>
std::size_t longest_row(const sparse_pattern& pattern) {
  std::size_t longest = 0;
  for (std::size_t i = 0; i < pattern.rows(); ++i)
    if (pattern.row(i).size() > longest) longest = pattern.row(i).size();
  return longest;
}

}  // namespace detail

/// Colours columns so that no row has entries in two of one colour: one product with a sum of unit vectors
/// for each colour gives every entry. Greedy; the order decides how close to the fewest possible it comes.
///
///   auto [count, colours] = dad::colour_columns(pattern);
template <class...>
colouring colour_columns(const sparse_pattern& pattern, colouring_order order = colouring_order::fewest) {
  return detail::colour_columns_of<>(pattern, pattern.transposed(), order);
}

/// The same for rows: no column has entries in two of one colour.
template <class...>
colouring colour_rows(const sparse_pattern& pattern, colouring_order order = colouring_order::fewest) {
  return detail::colour_columns_of<>(pattern.transposed(), pattern, order);
}

}  // namespace dad
