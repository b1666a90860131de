// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// A node is live if a root is computed from it, through operations, chains and linear nodes alike.

#include <dad/program/dead_code.hpp>

#include <random>
#include <vector>

#include "program/interpreted.hpp"
#include "program/random_graph.hpp"
#include "program/recorded.hpp"

namespace {

using dad::detail::graph;
using dad::detail::list;
using dad::detail::live_nodes;
using dad::detail::node_id;
using dad::detail::opcode;
using dad::detail::opcode_of;
using dad::detail::term;
namespace op = dad::op;

TEST_CASE("operands of every kind of node are live") {
  graph g;
  for (node_id i = 0; i < 7; ++i) g.append({opcode::input, 0, {i, 0, 0}});
  const node_id sine = g.append({opcode_of<op::sin>, 1, {1, 5, 0}});  // the 5 is no operand
  const node_id multiply_add = g.append({opcode_of<op::fma>, 3, {sine, 2, 3}});
  g.terms = {{4, 7, term::plain, 0}, {multiply_add, 2, term::product, 1}, {6, 3, term::masked, 0}};
  const node_id chain = g.append({opcode::chain, 0, {0, 2, 0}});
  const node_id linear = g.append({opcode::linear, 0, {sine, 2, 1}});
  const node_id unused = g.append({opcode_of<op::exp>, 1, {chain, 0, 0}});

  const auto live = [&](list<node_id> roots) {
    list<node_id> ids;
    const list<bool> is_live = live_nodes(g, roots);
    for (node_id id = 0; id < g.size(); ++id)
      if (is_live[id]) ids.push_back(id);
    return ids;
  };
  using ids = list<node_id>;
  CHECK(live({}).empty());
  CHECK(live({3}) == ids{3});
  CHECK(live({sine}) == ids{1, sine});
  CHECK(live({multiply_add}) == ids{1, 2, 3, sine, multiply_add});
  CHECK(live({chain}) == ids{1, 2, 3, 4, sine, multiply_add, chain});  // 7 is a plain term's nothing
  CHECK(live({linear}) == ids{1, sine, linear});                       // its partials are the sweep's
  CHECK(live({unused, 6}) == ids{1, 2, 3, 4, 6, sine, multiply_add, chain, unused});
}

TEST_CASE("roots of random programs do not feel what is dead") {
  std::mt19937 engine(3);
  for (int trial = 0; trial < 100; ++trial) {
    const auto p = test::random_graph(engine, 3, 1, 60);
    const list<bool> is_live = live_nodes(p.operations, p.outputs);
    graph crippled = p.operations;
    for (node_id id = 1; id < crippled.size(); ++id)
      if (!is_live[id]) crippled.nodes[id] = dad::detail::constant_node(1e300);
    const auto x = test::random_row(engine, 3);
    const auto u = test::random_row(engine, 1);
    CHECK(test::same_bits(test::interpreted(crippled, p.outputs, x, u),
                          test::interpreted(p.operations, p.outputs, x, u)));
    // And each live node matters: it is a root, or an operand of a live one.
    for (node_id id = 1; id < p.operations.size(); ++id) {
      bool is_needed = false;
      for (const node_id root : p.outputs) is_needed = is_needed || root == id;
      for (node_id user = 1; user < p.operations.size(); ++user)
        if (is_live[user])
          p.operations.for_each_operand(p.operations[user],
                                        [&](node_id o) { is_needed = is_needed || o == id; });
      CHECK(is_live[id] == is_needed);
    }
  }
}

}  // namespace
