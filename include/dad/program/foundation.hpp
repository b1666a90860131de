// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// A recording as derivatives are written onto it.

#pragma once

#include <cstddef>

#include <dad/program/recording.hpp>
#include <dad/program/writer.hpp>

namespace dad::detail {

/// The recorded operations without what can be folded away: where derivatives are written.
template <class...>
struct foundation_if_used {
  graph operations;
  list<node_id> outputs;
  list<guard> guards;

  [[gnu::cold]] explicit foundation_if_used(const recording& r) {
    const graph& from = r.operations;
    writer w(operations);
    operations.nodes.reserve(from.size() * 2);
    operations.terms = from.terms;
    list<node_id> renamed(from.size(), 0);
    for (node_id id = 1; id < from.size(); ++id) {
      node n = from[id];
      if (n.code == opcode::linear) {
        n.operands[0] = renamed[n.operands[0]];
        for (std::size_t i = 0; i < n.operands[2]; ++i) {
          term& t = operations.terms[n.operands[1] + i];
          t.a = renamed[t.a];
          t.b = renamed[t.b];
        }
        renamed[id] = operations.append(n);
      } else if (n.code >= opcode::first) {
        for (std::size_t i = 0; i < n.arity; ++i) n.operands[i] = renamed[n.operands[i]];
        renamed[id] = w.write(n);
      } else {
        renamed[id] = operations.append(n);
      }
    }
    for (const node_id id : r.outputs) outputs.push_back(renamed[id]);
    for (const guard& g : r.guards)
      if (!operations.is_constant(renamed[g.condition])) guards.push_back({renamed[g.condition], g.outcome});
  }
};
using foundation = foundation_if_used<>;

DAD_COMPILED_ONCE(struct foundation)

}  // namespace dad::detail
