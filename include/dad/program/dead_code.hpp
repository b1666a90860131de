// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// Pass: nodes that nothing asked for depends on are taken out.

#pragma once

#include <cstddef>

#include <dad/core/list_view.hpp>
#include <dad/program/graph.hpp>

namespace dad::detail {

/// For each node whether a root depends on it.
template <class...>
[[gnu::cold]] list<bool> live_nodes(const graph& g, list_view<const node_id> roots) {
  list<bool> is_live(g.size(), false);
  for (const node_id root : roots) is_live[root] = true;
  for (auto id = static_cast<node_id>(g.size()); id-- > 1;)
    if (is_live[id]) g.for_each_operand(g[id], [&](node_id o) { is_live[o] = true; });
  return is_live;
}

}  // namespace dad::detail
