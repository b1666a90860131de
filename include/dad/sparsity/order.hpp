// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// The order in which a greedy colouring takes its vertices.

#pragma once

#include <cstddef>
#include <cstdint>

#include <dad/core/list.hpp>

namespace dad {

/// natural: as numbered. largest_first: by falling number of neighbours. smallest_last: backwards, each with
/// the fewest neighbours among those that are left (Matula and Beck 1983). incidence: each with the most
/// neighbours that came before it (Coleman and More 1983). fewest: the one of these that needs the fewest
/// colours, the first of them if several do.
enum class colouring_order { natural, largest_first, smallest_last, incidence, fewest };

namespace detail {

/// Vertices by a key, where keys change by one: each in a list of its key, doubly linked.
template <class...>
class key_lists_if_used {
 public:
  explicit key_lists_if_used(std::size_t count) : before_(count), after_(count), keys_(count, 0) {}

  void insert(std::uint32_t v, std::uint32_t key) {
    if (heads_.size() <= key) heads_.resize(std::size_t{key} + 1, none);
    keys_[v] = key;
    before_[v] = none;
    after_[v] = heads_[key];
    if (heads_[key] != none) before_[heads_[key]] = v;
    heads_[key] = v;
  }
  void erase(std::uint32_t v) {
    if (before_[v] != none)
      after_[before_[v]] = after_[v];
    else
      heads_[keys_[v]] = after_[v];
    if (after_[v] != none) before_[after_[v]] = before_[v];
  }
  [[nodiscard]] std::uint32_t key(std::uint32_t v) const { return keys_[v]; }
  void change(std::uint32_t v, std::uint32_t key) {
    erase(v);
    insert(v, key);
  }

  /// One of the least key, which is at least `from`, or of the greatest, which is at most `from`; `from`
  /// becomes it. There is one.
  [[nodiscard]] std::uint32_t least(std::size_t& from) const {
    while (heads_[from] == none) ++from;
    return heads_[from];
  }
  [[nodiscard]] std::uint32_t greatest(std::size_t& from) const {
    while (heads_[from] == none) --from;
    return heads_[from];
  }
  [[nodiscard]] std::size_t key_count() const noexcept { return heads_.size(); }

 private:
  static constexpr std::uint32_t none = ~std::uint32_t{0};

  list<std::uint32_t> heads_;
  list<std::uint32_t> before_;
  list<std::uint32_t> after_;
  list<std::uint32_t> keys_;
};
using key_lists = key_lists_if_used<>;

/// The vertices of a graph, which has size(), degree(v) and for_each_neighbour(v, visit), in an order.
template <class Graph>
list<std::uint32_t> ordered_vertices(const Graph& graph, colouring_order order) {
  const std::size_t count = graph.size();
  list<std::uint32_t> vertices;
  vertices.reserve(count);
  if (order == colouring_order::natural) {
    for (std::size_t v = 0; v < count; ++v) vertices.push_back(static_cast<std::uint32_t>(v));
    return vertices;
  }
  // Backwards, so that equal ones come out as numbered: the last that was inserted is found first.
  key_lists left(count);
  const bool is_incidence = order == colouring_order::incidence;
  for (std::size_t v = count; v-- > 0;)
    left.insert(static_cast<std::uint32_t>(v),
                is_incidence ? 0 : static_cast<std::uint32_t>(graph.degree(v)));
  list<bool> is_taken(count, false);
  std::size_t key = order == colouring_order::smallest_last || count == 0 ? 0 : left.key_count() - 1;
  for (std::size_t k = 0; k < count; ++k) {
    const std::uint32_t v = order == colouring_order::smallest_last ? left.least(key) : left.greatest(key);
    left.erase(v);
    is_taken[v] = true;
    vertices.push_back(v);
    if (order == colouring_order::largest_first) continue;
    graph.for_each_neighbour(v, [&](std::uint32_t u) {
      if (is_taken[u]) return;
      left.change(u, is_incidence ? left.key(u) + 1 : left.key(u) - 1);
      if (is_incidence ? left.key(u) > key : left.key(u) < key) key = left.key(u);
    });
  }
  if (order == colouring_order::smallest_last)
    for (std::size_t k = 0; k < count / 2; ++k) {
      const std::uint32_t v = vertices[k];
      vertices[k] = vertices[count - 1 - k];
      vertices[count - 1 - k] = v;
    }
  return vertices;
}

}  // namespace detail
}  // namespace dad
