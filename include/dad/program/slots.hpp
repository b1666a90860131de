// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// Pass: where the values of a program live. A slot is used again as soon as its value was used for the last
// time, so that a block of lanes stays in the cache.

#pragma once

#include <cstddef>
#include <cstdint>

#include <dad/core/list_view.hpp>
#include <dad/program/graph.hpp>

namespace dad::detail {

/// For each node that varies its slot. Inputs are in the slots of their places; what is in `kept` stays to
/// the end. `used_until[id]`, where not 0, names a node right after which id is needed as well.
struct slot_assignment {
  list<std::uint32_t> slot_of;
  std::uint32_t slot_count = 0;
};

template <class...>
[[gnu::cold]] slot_assignment assign_slots(const graph& g, std::size_t input_count,
                                           list_view<const node_id> kept,
                                           list_view<const node_id> used_until = {}) {
  const auto end = static_cast<node_id>(g.size());
  list<node_id> last_use(g.size(), 0);
  for (node_id id = 1; id < end; ++id) g.for_each_operand(g[id], [&](node_id o) { last_use[o] = id; });
  for (std::size_t id = 0; id < used_until.size(); ++id)
    if (used_until[id] != 0 && used_until[id] >= last_use[id]) last_use[id] = used_until[id] + 1;
  for (const node_id id : kept) last_use[id] = end;

  slot_assignment result;
  result.slot_of.assign(g.size(), 0);
  result.slot_count = static_cast<std::uint32_t>(input_count);
  list<std::uint32_t> free;
  // Who dies at a node, as lists through `next`.
  list<node_id> first_to_die(g.size() + 1, 0);
  list<node_id> next(g.size(), 0);
  for (node_id id = 1; id < end; ++id) {
    if (!is_varying(g[id])) continue;
    const node_id death = last_use[id] == 0 ? id : last_use[id];
    next[id] = first_to_die[death];
    first_to_die[death] = id;
  }
  for (node_id id = 1; id < end; ++id) {
    if (g[id].code == opcode::input) result.slot_of[id] = g[id].operands[0];
    // A value may take the place of an operand: kernels read a pack of all operands before they write it.
    for (node_id dead = first_to_die[id]; dead != 0; dead = next[dead])
      if (dead != id) free.push_back(result.slot_of[dead]);
    if (is_varying(g[id]) && g[id].code != opcode::input) {
      if (free.empty()) {
        result.slot_of[id] = result.slot_count++;
      } else {
        result.slot_of[id] = free.back();
        free.pop_back();
      }
    }
    if (first_to_die[id] != 0 && last_use[id] == 0 && is_varying(g[id])) free.push_back(result.slot_of[id]);
  }
  return result;
}

}  // namespace dad::detail
