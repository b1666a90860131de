// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// Pass: nodes that compute the same from the same become one, and dead ones go. It runs after derivatives are
// written, where it changes no bit of them.

#pragma once

#include <cstddef>
#include <cstdint>
#include <utility>

#include <dad/core/list_view.hpp>
#include <dad/program/dead_code.hpp>

namespace dad::detail {

/// The graph with equal nodes merged; roots are renumbered. linear nodes become their values.
template <class...>
[[gnu::cold]] graph merge_subexpressions(const graph& g, list_view<node_id> roots) {
  const list<bool> is_live = live_nodes(g, roots);
  graph merged;
  merged.nodes.reserve(g.size());
  list<node_id> renamed(g.size(), 0);
  std::size_t capacity = 64;
  while (capacity < 2 * g.size()) capacity *= 2;
  list<node_id> table(capacity, 0);  // open addressing; 0 is free

  for (node_id id = 1; id < g.size(); ++id) {
    if (!is_live[id]) continue;
    node n = g[id];
    if (n.code == opcode::linear) {
      renamed[id] = renamed[n.operands[0]];
      continue;
    }
    if (n.code >= opcode::first)
      for (std::size_t i = 0; i < n.arity; ++i) n.operands[i] = renamed[n.operands[i]];
    const bool commutes = n.code == opcode_of<op::add> || n.code == opcode_of<op::multiply>;
    if (commutes && n.operands[0] > n.operands[1]) std::swap(n.operands[0], n.operands[1]);

    std::uint64_t hash = static_cast<std::uint64_t>(n.code) * 0x9e3779b97f4a7c15ULL;
    for (const node_id o : n.operands) hash = (hash ^ o) * 0xff51afd7ed558ccdULL, hash ^= hash >> 32;
    std::size_t place = hash & (capacity - 1);
    while (table[place] != 0 && !(merged[table[place]] == n)) place = (place + 1) & (capacity - 1);
    if (table[place] == 0) table[place] = merged.append(n);
    renamed[id] = table[place];
  }
  for (node_id& root : roots) root = renamed[root];
  return merged;
}

}  // namespace dad::detail
