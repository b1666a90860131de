// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// A graph evaluated node by node in plain doubles, without passes, slots or lanes: what programs are held to.

#pragma once

#include <cstddef>
#include <vector>

#include <dad/program/kernels.hpp>

namespace test {

/// The values of all nodes of g.
inline std::vector<double> all_interpreted(const dad::detail::graph& g, const std::vector<double>& inputs,
                                           const std::vector<double>& uniforms = {}) {
  using dad::detail::opcode;
  using dad::detail::term;
  std::vector<double> value(g.size(), 0.0);
  for (dad::detail::node_id id = 1; id < g.size(); ++id) {
    const dad::detail::node& n = g[id];
    if (n.code == opcode::input) {
      value[id] = inputs[n.operands[0]];
    } else if (n.code == opcode::uniform) {
      value[id] = uniforms[n.operands[0]];
    } else if (n.code == opcode::constant) {
      value[id] = dad::detail::constant_of(n);
    } else if (n.code == opcode::linear) {
      value[id] = value[n.operands[0]];
    } else if (n.code == opcode::chain) {
      for (std::size_t i = 0; i < n.operands[1]; ++i) {
        const term& t = g.terms[n.operands[0] + i];
        volatile double x = value[t.a];  // a product is rounded before it is added
        if (t.form != term::plain) x = x * value[t.b];
        if (t.form == term::masked && value[t.b] == 0) x = 0.0;
        const double signed_x = t.is_negative != 0 ? -x : x;
        value[id] = i == 0 ? signed_x : value[id] + signed_x;
      }
    } else {
      double x[3] = {};
      for (std::size_t i = 0; i < n.arity; ++i) x[i] = value[n.operands[i]];
      value[id] = dad::detail::value_of(n.code, x, n.arity, static_cast<int>(n.operands[1]));
    }
  }
  return value;
}

/// The values of some nodes.
inline std::vector<double> interpreted(const dad::detail::graph& g,
                                       const dad::detail::list<dad::detail::node_id>& wanted,
                                       const std::vector<double>& inputs,
                                       const std::vector<double>& uniforms = {}) {
  const std::vector<double> all = all_interpreted(g, inputs, uniforms);
  std::vector<double> values;
  for (const dad::detail::node_id id : wanted) values.push_back(all[id]);
  return values;
}

}  // namespace test
