// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// A recording as a graph in the language of Graphviz.

#pragma once

#include <cstddef>
#include <string>

#include <dad/core/dot_text.hpp>
#include <dad/core/text.hpp>
#include <dad/program/recording.hpp>

namespace dad::detail {

/// The nodes that a reader wants to see: what results and guards are computed from. Of a range function its
/// value and its range, not the partials that only derivatives need.
inline list<char> shown_nodes(const recording& r) {
  const graph& g = r.operations;
  list<char> is_shown(g.size(), 0);
  for (const node_id id : r.outputs) is_shown[id] = 1;
  for (const guard& at : r.guards) is_shown[at.condition] = 1;
  for (node_id id = static_cast<node_id>(g.size()); id-- > 1;) {
    if (g[id].code == opcode::input) is_shown[id] = 1;
    if (is_shown[id] == 0) continue;
    g.for_each_operand(g[id], [&](node_id o) { is_shown[o] = 1; });
    if (g[id].code == opcode::linear)
      for (std::size_t i = 0; i < g[id].operands[2]; ++i) is_shown[g.terms[g[id].operands[1] + i].a] = 1;
  }
  return is_shown;
}

/// Writes what the results and guards of a recording are computed from: inputs x0, x1, ... and results y0,
/// y1, ... are boxes, constants plain text, operations ellipses with their names, guards diamonds with the
/// outcome that they expect. Where an operation has several operands, their edges are numbered.
template <class...>
class dot_writer_if_used {
 public:
  explicit dot_writer_if_used(const recording& r) : recording_(r) {}

  [[nodiscard]] std::string write() {
    const list<char> is_shown = shown_nodes(recording_);
    for (node_id id = 1; id < recording_.operations.size(); ++id)
      if (is_shown[id] != 0) write_node(id);
    for (std::size_t i = 0; i < recording_.guards.size(); ++i) {
      const guard& g = recording_.guards[i];
      const std::string name = joined({"g", std::to_string(i)});
      text_.box(name, g.outcome != 0 ? "is true" : "is false", "diamond");
      text_.edge(name_of_node(g.condition), name);
    }
    for (std::size_t i = 0; i < recording_.outputs.size(); ++i) {
      const std::string name = joined({"y", std::to_string(i)});
      text_.box(name, name, "box");
      text_.edge(name_of_node(recording_.outputs[i]), name);
    }
    return text_.finished();
  }

 private:
  void write_node(node_id id) {
    const node& n = recording_.operations[id];
    const std::string name = name_of_node(id);
    if (n.code == opcode::input) return text_.box(name, name, "box");
    if (n.code == opcode::constant) return text_.box(name, number_text(constant_of(n)), "plaintext");
    text_.box(name, name_of(n.code), "ellipse");
    if (n.code == opcode::linear) return write_linear(n, name);
    for (std::size_t i = 0; i < n.arity; ++i)
      text_.edge(name_of_node(n.operands[i]), name, dot_text::operand(i, n.arity));
  }

  // Its value, and dashed the range that its derivative goes to.
  void write_linear(const node& n, const std::string& name) {
    text_.edge(name_of_node(n.operands[0]), name);
    for (std::size_t i = 0; i < n.operands[2]; ++i)
      text_.edge(name_of_node(recording_.operations.terms[n.operands[1] + i].a), name, " [style=dashed]");
  }

  [[nodiscard]] std::string name_of_node(node_id id) const {
    const node& n = recording_.operations[id];
    const bool is_input = n.code == opcode::input;
    return joined({is_input ? "x" : "n", std::to_string(is_input ? n.operands[0] : id)});
  }
  const recording& recording_;
  dot_text text_{"program"};
};
using dot_writer = dot_writer_if_used<>;

DAD_COMPILED_ONCE(class dot_writer)

}  // namespace dad::detail
