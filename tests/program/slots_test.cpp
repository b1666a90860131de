// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// Slots are used again, and never while their value is still needed.

#include <dad/program/slots.hpp>

#include <random>
#include <vector>

#include <dad/program/chains.hpp>
#include <dad/program/subexpressions.hpp>

#include "program/interpreted.hpp"
#include "program/random_graph.hpp"
#include "program/recorded.hpp"

namespace {

using dad::detail::assign_slots;
using dad::detail::graph;
using dad::detail::is_varying;
using dad::detail::list;
using dad::detail::node_id;
using dad::detail::opcode;
using dad::detail::opcode_of;
using dad::detail::slot_assignment;
namespace op = dad::op;

/// A program run with a slot for each value, as instructions run: the operands that its slots hold at each
/// node are those that it was written with. Returns whether they all are.
bool holds_its_values(const graph& g, const slot_assignment& slots, const list<node_id>& kept,
                      const list<node_id>& used_until = {}) {
  list<node_id> content(slots.slot_count, 0);
  for (node_id id = 1; id < g.size(); ++id)
    if (g[id].code == opcode::input) content[slots.slot_of[id]] = id;  // loaded before anything runs
  const auto is_there = [&](node_id id) { return !is_varying(g[id]) || content[slots.slot_of[id]] == id; };
  bool holds = true;
  for (node_id id = 1; id < g.size(); ++id) {
    g.for_each_operand(g[id], [&](node_id o) { holds = holds && is_there(o); });
    if (is_varying(g[id]) && g[id].code != opcode::input) content[slots.slot_of[id]] = id;
    for (node_id old = 1; old < used_until.size(); ++old)
      if (used_until[old] == id) holds = holds && is_there(old);
  }
  for (const node_id id : kept) holds = holds && is_there(id);
  return holds;
}

TEST_CASE("a value takes the place of an operand that is used for the last time") {
  graph g;
  node_id x = g.append({opcode::input, 0, {0, 0, 0}});
  for (int i = 0; i < 50; ++i) x = g.append({opcode_of<op::sin>, 1, {x, 0, 0}});
  const slot_assignment slots = assign_slots(g, 1, list<node_id>{x});
  CHECK(slots.slot_count == 1);
  CHECK(holds_its_values(g, slots, {x}));
}

TEST_CASE("values that nobody uses give their slots back") {
  graph g;
  const node_id x = g.append({opcode::input, 0, {0, 0, 0}});
  for (int i = 0; i < 50; ++i) g.append({opcode_of<op::sin>, 1, {x, 0, 0}});
  CHECK(assign_slots(g, 1, list<node_id>{x}).slot_count == 2);
}

TEST_CASE("a value is there right after the node until which it is used") {
  graph g;
  const node_id x = g.append({opcode::input, 0, {0, 0, 0}});
  const node_id sine = g.append({opcode_of<op::sin>, 1, {x, 0, 0}});
  const node_id cosine = g.append({opcode_of<op::cos>, 1, {x, 0, 0}});
  const node_id tangent = g.append({opcode_of<op::tan>, 1, {x, 0, 0}});
  for (const node_id until : {sine, cosine, tangent}) {
    list<node_id> used_until(g.size(), 0);
    used_until[sine] = until;
    const slot_assignment slots = assign_slots(g, 1, list<node_id>{tangent}, used_until);
    CHECK(holds_its_values(g, slots, {tangent}, used_until));
    CHECK(slots.slot_count == (until == sine ? 2 : until == cosine ? 3 : 3));
  }
}

TEST_CASE("inputs are in the slots of their places, also late and missing ones") {
  graph g;
  const node_id second = g.append({opcode::input, 0, {1, 0, 0}});
  const node_id sine = g.append({opcode_of<op::sin>, 1, {second, 0, 0}});
  const node_id fourth = g.append({opcode::input, 0, {3, 0, 0}});
  const node_id product = g.append({opcode_of<op::multiply>, 2, {sine, fourth, 0}});
  const slot_assignment slots = assign_slots(g, 4, list<node_id>{product});
  CHECK(slots.slot_of[second] == 1);
  CHECK(slots.slot_of[fourth] == 3);
  CHECK(holds_its_values(g, slots, {product}));
  CHECK(slots.slot_count == 4);
}

TEST_CASE("constants and uniform numbers have no slot") {
  graph g;
  g.append(dad::detail::constant_node(2.0));
  g.append({opcode::uniform, 0, {0, 0, 0}});
  CHECK(assign_slots(g, 0, list<node_id>{1, 2}).slot_count == 0);
}

TEST_CASE("no two live values of a random program share a slot") {
  std::mt19937 engine(5);
  std::size_t nodes = 0, used = 0;
  for (int trial = 0; trial < 300; ++trial) {
    CAPTURE(trial);
    auto p = test::random_graph(engine, 1 + engine() % 8, engine() % 3, 5 + engine() % 150);
    list<node_id> roots = p.outputs;
    if (trial % 2 == 0)
      p.operations = dad::detail::make_chains(dad::detail::merge_subexpressions(p.operations, roots), roots);
    const graph& g = p.operations;
    list<node_id> used_until(g.size(), 0);
    for (int i = 0; i < 6; ++i) {
      const auto id = static_cast<node_id>(1 + engine() % (g.size() - 1));
      used_until[id] = static_cast<node_id>(id + engine() % (g.size() - id));
    }
    const slot_assignment slots = assign_slots(g, p.input_count, roots, used_until);
    REQUIRE(holds_its_values(g, slots, roots, used_until));
    nodes += g.size();
    used += slots.slot_count;
  }
  CHECK(used < nodes / 2);
}

}  // namespace
