// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// Graphs of random operations, rich in what passes look for: sums of sums, products used once, negations,
// repeated operations, constants and uniform numbers.

#pragma once

#include <cstddef>
#include <random>
#include <vector>

#include <dad/program/graph.hpp>

namespace test {

struct random_program {
  dad::detail::graph operations;
  std::size_t input_count = 0;
  std::size_t uniform_count = 0;
  dad::detail::list<dad::detail::node_id> outputs;
};

/// size: the number of operations. Inputs that no operation takes are among the nodes as well.
inline random_program random_graph(std::mt19937& engine, std::size_t inputs, std::size_t uniforms,
                                   std::size_t size) {
  namespace op = dad::op;
  using dad::detail::node;
  using dad::detail::node_id;
  using dad::detail::opcode;
  using dad::detail::opcode_of;
  random_program p;
  p.input_count = inputs;
  p.uniform_count = uniforms;
  dad::detail::graph& g = p.operations;
  const auto below = [&](std::size_t n) { return static_cast<node_id>(engine() % n); };
  for (node_id i = 0; i < inputs; ++i) g.append({opcode::input, 0, {i, 0, 0}});
  for (node_id i = 0; i < uniforms; ++i) g.append({opcode::uniform, 0, {i, 0, 0}});
  for (const double c : {-0.75, 0.5, 1.25, 0.0, -1.0}) g.append(dad::detail::constant_node(c));

  // Mostly what was computed just now, so that sums grow long; never two constants, which folding takes away.
  const auto operand = [&] {
    const auto count = static_cast<node_id>(g.size() - 1);
    return below(3) != 0 && count > 6 ? count - below(6) : 1 + below(count);
  };
  const auto varies = [&](node_id id) { return g[id].code == opcode::input || g[id].code >= opcode::chain; };
  while (size-- > 0) {
    node n;
    switch (below(16)) {
      case 0:
      case 1:
      case 2:
      case 3:
        n = {opcode_of<op::add>, 2, {}};
        break;
      case 4:
      case 5:
        n = {opcode_of<op::subtract>, 2, {}};
        break;
      case 6:
      case 7:
      case 8:
        n = {opcode_of<op::multiply>, 2, {}};
        break;
      case 9:
        n = {opcode_of<op::masked_product>, 2, {}};
        break;
      case 10:
        n = {opcode_of<op::negate>, 1, {}};
        break;
      case 11:
        n = {opcode_of<op::tanh>, 1, {}};
        break;
      case 12:
        n = {opcode_of<op::max>, 2, {}};
        break;
      case 13:
        n = {opcode_of<op::sin>, 1, {}};
        break;
      case 14:
        n = {opcode_of<op::less>, 2, {}};
        break;
      default:
        n = {opcode_of<op::fma>, 3, {}};
        break;
    }
    do
      for (std::size_t i = 0; i < n.arity; ++i) n.operands[i] = operand();
    while (!varies(n.operands[0]) && !(n.arity > 1 && varies(n.operands[1])));
    g.append(n);
  }
  for (int i = 0; i < 4; ++i) p.outputs.push_back(operand());
  p.outputs.push_back(static_cast<node_id>(g.size() - 1));
  return p;
}

/// A row of numbers, of which some are zeros of either sign.
inline std::vector<double> random_row(std::mt19937& engine, std::size_t size) {
  std::uniform_real_distribution<double> number(-2.0, 2.0);
  std::vector<double> row(size);
  for (double& x : row) {
    x = number(engine);
    if (engine() % 5 == 0) x = engine() % 2 == 0 ? 0.0 : -0.0;
  }
  return row;
}

}  // namespace test
