// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// Nodes: constants keep their bits, and every kind of node knows its operands.

#include <dad/program/graph.hpp>

#include <cmath>
#include <limits>
#include <vector>

#include "catch.hpp"
#include "program/bits.hpp"

namespace {

using dad::detail::graph;
using dad::detail::list;
using dad::detail::node_id;
using dad::detail::opcode;
using dad::detail::opcode_of;
using dad::detail::term;
namespace op = dad::op;

TEST_CASE("a constant keeps its bits") {
  const double quiet = std::numeric_limits<double>::quiet_NaN();
  for (const double x : {0.0, -0.0, 1.0, -2.5, 5e-324, 1.7e308, HUGE_VAL, -HUGE_VAL, quiet}) {
    const auto n = dad::detail::constant_node(x);
    const double back = dad::detail::constant_of(n);
    CHECK(std::memcmp(&back, &x, sizeof x) == 0);
    CHECK((n == dad::detail::constant_node(x)));
    CHECK(n.code == opcode::constant);
  }
  CHECK_FALSE((dad::detail::constant_node(0.0) == dad::detail::constant_node(-0.0)));
}

TEST_CASE("operations are numbered from the first, in the order of their list") {
  CHECK(dad::detail::row<op::negate> == 0);
  CHECK(dad::detail::row<op::add> == 1);
  CHECK(opcode_of<op::negate> == opcode::first);
  CHECK(dad::detail::row_of(opcode_of<op::zero_product>) == dad::detail::node_operations::size - 1);
  // What the writer takes for conditions.
  CHECK(dad::detail::row<op::has_sign_bit> - dad::detail::row<op::less> == 7);
}

TEST_CASE("operands of every kind of node") {
  graph g;
  CHECK(g.size() == 1);
  CHECK(g[0].code == opcode::none);
  CHECK(g.append({opcode::input, 0, {3, 0, 0}}) == 1);
  CHECK(g.append(dad::detail::constant_node(0.1)) == 2);
  CHECK(g.append({opcode::uniform, 0, {7, 0, 0}}) == 3);
  const node_id one = g.append({opcode_of<op::ldexp>, 1, {1, 55, 0}});
  const node_id two = g.append({opcode_of<op::divide>, 2, {2, one, 0}});
  const node_id three = g.append({opcode_of<op::fma>, 3, {one, two, 1}});
  g.terms = {{9, 9, term::product, 0},
             {one, 9, term::plain, 0},
             {1, two, term::product, 1},
             {2, one, term::masked, 0}};
  const node_id chain = g.append({opcode::chain, 0, {1, 3, 0}});
  const node_id linear = g.append({opcode::linear, 0, {chain, 2, 2}});
  const auto operands = [&](node_id id) {
    list<node_id> visited;
    g.for_each_operand(g[id], [&](node_id o) { visited.push_back(o); });
    return visited;
  };
  using ids = list<node_id>;
  CHECK(operands(1).empty());
  CHECK(operands(2).empty());
  CHECK(operands(3).empty());
  CHECK(operands(one) == ids{1});
  CHECK(operands(two) == ids{2, one});
  CHECK(operands(three) == ids{one, two, 1});
  CHECK(operands(chain) == ids{one, 1, two, 2, one});
  CHECK(operands(linear) == ids{chain});
  CHECK(g.is_constant(2));
  CHECK_FALSE(g.is_constant(3));
}

}  // namespace
