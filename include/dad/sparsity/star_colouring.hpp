// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// Star colouring: fewer colours where a matrix is symmetric, as each entry off the diagonal is there twice.
// Method: Coleman and More, Math. Programming 28 (1984); Gebremedhin, Tarafdar, Manne and Pothen, New acyclic
// and star coloring algorithms, SIAM J. Sci. Comput. 29 (2007).

#pragma once

#include <cstddef>
#include <cstdint>

#include <dad/sparsity/colouring.hpp>

namespace dad {
namespace detail {

/// The columns of a symmetric pattern, neighbours where there is an entry.
template <class...>
struct adjacency_if_used {
  const sparse_pattern& pattern;

  [[nodiscard]] std::size_t size() const noexcept { return pattern.rows(); }
  [[nodiscard]] std::size_t degree(std::size_t v) const {
    return pattern.row(v).size() - (pattern.contains(v, v) ? 1 : 0);
  }
  template <class Visit>
  void for_each_neighbour(std::size_t v, Visit&& visit) const {
    for (const std::size_t u : pattern.row(v))
      if (u != v) visit(static_cast<std::uint32_t>(u));
  }
};
using adjacency = adjacency_if_used<>;

/// Takes vertices one by one. Two colours make stars: a hub of one colour, and spokes of the other, none of
/// which has a second neighbour of the hub's colour. What each vertex knows of the colours around it takes
/// the place of walks over its neighbours' neighbours, so that a vertex with very many costs no more than
/// others.
template <class...>
class star_colourer_if_used {
 public:
  explicit star_colourer_if_used(const sparse_pattern& pattern)
      : graph_{pattern},
        colours_(pattern.rows(), none),
        around_(pattern.size()),
        around_count_(pattern.rows(), 0),
        hubs_(pattern.size()),
        hub_count_(pattern.rows(), 0) {}

  [[gnu::cold]] colouring run(colouring_order order) {
    for (const std::uint32_t v : ordered_vertices(graph_, order))
      if (!graph_.pattern.row(v).empty()) take(v);
    colouring c{marks_.size(), std::vector<std::size_t>(colours_.size(), colouring::none)};
    for (std::size_t v = 0; v < colours_.size(); ++v)
      if (colours_[v] != none) c.colours[v] = colours_[v];
    return c;
  }

 private:
  static constexpr std::uint32_t none = ~std::uint32_t{0};

  /// So many neighbours of a vertex have this colour, this one first.
  struct colour_around {
    std::uint32_t colour;
    std::uint32_t count;
    std::uint32_t first;
  };

  [[nodiscard]] std::size_t start(std::uint32_t v) const { return graph_.pattern.row_offsets()[v]; }

  void take(std::uint32_t v) {
    const auto forbid = [&](std::uint32_t colour) { marks_[colour] = std::uint64_t{v} + 1; };
    graph_.for_each_neighbour(v, [&](std::uint32_t w) {
      if (colours_[w] == none) return;
      forbid(colours_[w]);
      // As a spoke, w has no second neighbour of its hub's colour.
      for (std::size_t k = 0; k < hub_count_[w]; ++k) forbid(hubs_[start(w) + k]);
      // Where v is the hub of w and others, w has no second neighbour of v's colour.
      if (count_around(v, colours_[w]) > 1)
        for (std::size_t k = 0; k < around_count_[w]; ++k) forbid(around_[start(w) + k].colour);
    });
    const auto colour = static_cast<std::uint32_t>(least_free(marks_, v));
    colours_[v] = colour;
    graph_.for_each_neighbour(v, [&](std::uint32_t w) {
      meet(w, v);
      if (colours_[w] != none && count_around(v, colours_[w]) > 1) add_hub(w, colour);
    });
  }

  // v has its colour now, which its neighbour w is to know.
  void meet(std::uint32_t w, std::uint32_t v) {
    colour_around* const a = find(w, colours_[v]);
    if (a == nullptr) {
      around_[start(w) + around_count_[w]++] = {colours_[v], 1, v};
      return;
    }
    ++a->count;
    if (colours_[w] == none) return;
    // w is the hub of v, and from the second on of the first.
    add_hub(v, colours_[w]);
    if (a->count == 2) add_hub(a->first, colours_[w]);
  }

  void add_hub(std::uint32_t spoke, std::uint32_t colour) {
    for (std::size_t k = 0; k < hub_count_[spoke]; ++k)
      if (hubs_[start(spoke) + k] == colour) return;
    hubs_[start(spoke) + hub_count_[spoke]++] = colour;
  }

  [[nodiscard]] colour_around* find(std::uint32_t v, std::uint32_t colour) {
    for (std::size_t k = 0; k < around_count_[v]; ++k)
      if (around_[start(v) + k].colour == colour) return &around_[start(v) + k];
    return nullptr;
  }
  [[nodiscard]] std::uint32_t count_around(std::uint32_t v, std::uint32_t colour) {
    const colour_around* const a = find(v, colour);
    return a == nullptr ? 0 : a->count;
  }

  adjacency graph_;
  list<std::uint32_t> colours_;
  list<colour_around> around_;  // of vertex v from start(v) on, no more than it has neighbours
  list<std::uint32_t> around_count_;
  list<std::uint32_t> hubs_;  // the colours of the hubs of which v is a spoke, likewise
  list<std::uint32_t> hub_count_;
  list<std::uint64_t> marks_;
};
using star_colourer = star_colourer_if_used<>;

}  // namespace detail

/// Colours the columns of a symmetric pattern so that neighbours differ, and so do two of every path of four
/// but for two colours: each entry is alone in its row among those of one colour, or its mirror image is.
/// Throws shape_error for a pattern that is not symmetric.
template <class...>
colouring star_colouring(const sparse_pattern& pattern, colouring_order order = colouring_order::fewest) {
  if (!pattern.is_symmetric())
    detail::raise<shape_error>("dad: star_colouring got a pattern of %zu x %zu, expected a symmetric one",
                               pattern.rows(), pattern.cols());
  return detail::with_fewest_colours(
      order, [&](colouring_order o) { return detail::star_colourer(pattern).run(o); });
}

}  // namespace dad
