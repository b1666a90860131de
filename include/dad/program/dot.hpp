// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// A recording as a graph in the language of Graphviz.

#pragma once

#include <cstddef>
#include <cstdio>
#include <cstdlib>
#include <string>

#include <dad/program/recording.hpp>

namespace dad::detail {

/// Writes what the results and guards of a recording are computed from: inputs x0, x1, ... and results y0,
/// y1, ... are boxes, constants plain text, operations ellipses with their names, guards diamonds with the
/// outcome that they expect. Where an operation has several operands, their edges are numbered.
template <class...>
class dot_writer_if_used {
 public:
  explicit dot_writer_if_used(const recording& r) : recording_(r) {}

  [[nodiscard]] std::string write() {
    text_ = "digraph program {\n";
    const list<char> is_shown = find_shown();
    for (node_id id = 1; id < recording_.operations.size(); ++id)
      if (is_shown[id] != 0) write_node(id);
    for (std::size_t i = 0; i < recording_.guards.size(); ++i) {
      const guard& g = recording_.guards[i];
      const std::string name = "g" + std::to_string(i);
      box(name, g.outcome != 0 ? "is true" : "is false", "diamond");
      edge(g.condition, name, "");
    }
    for (std::size_t i = 0; i < recording_.outputs.size(); ++i) {
      const std::string name = "y" + std::to_string(i);
      box(name, name, "box");
      edge(recording_.outputs[i], name, "");
    }
    return text_ += "}\n";
  }

 private:
  // Of a range function its value and its range, not the partials that only derivatives need.
  [[nodiscard]] list<char> find_shown() const {
    const graph& g = recording_.operations;
    list<char> is_shown(g.size(), 0);
    for (const node_id id : recording_.outputs) is_shown[id] = 1;
    for (const guard& at : recording_.guards) is_shown[at.condition] = 1;
    for (node_id id = static_cast<node_id>(g.size()); id-- > 1;) {
      if (g[id].code == opcode::input) is_shown[id] = 1;
      if (is_shown[id] == 0) continue;
      g.for_each_operand(g[id], [&](node_id o) { is_shown[o] = 1; });
      if (g[id].code == opcode::linear)
        for (std::size_t i = 0; i < g[id].operands[2]; ++i) is_shown[g.terms[g[id].operands[1] + i].a] = 1;
    }
    return is_shown;
  }

  void write_node(node_id id) {
    const node& n = recording_.operations[id];
    const std::string name = name_of_node(id);
    if (n.code == opcode::input) return box(name, name, "box");
    if (n.code == opcode::constant) return box(name, number(constant_of(n)), "plaintext");
    box(name, name_of(n.code), "ellipse");
    if (n.code == opcode::linear) return write_linear(n, name);
    for (std::size_t i = 0; i < n.arity; ++i)
      edge(n.operands[i], name, n.arity == 1 ? "" : " [label=\"" + std::to_string(i) + "\"]");
  }

  // Its value, and dashed the range that its derivative goes to.
  void write_linear(const node& n, const std::string& name) {
    edge(n.operands[0], name, "");
    for (std::size_t i = 0; i < n.operands[2]; ++i)
      edge(recording_.operations.terms[n.operands[1] + i].a, name, " [style=dashed]");
  }

  void box(const std::string& name, const std::string& label, const char* shape) {
    text_ += "  " + name + " [label=\"" + label + "\", shape=" + shape + "];\n";
  }
  void edge(node_id from, const std::string& to, const std::string& attributes) {
    text_ += "  " + name_of_node(from) + " -> " + to + attributes + ";\n";
  }

  [[nodiscard]] std::string name_of_node(node_id id) const {
    const node& n = recording_.operations[id];
    return n.code == opcode::input ? "x" + std::to_string(n.operands[0]) : "n" + std::to_string(id);
  }
  // As short as tells it from every other.
  static std::string number(double value) {
    char text[32];
    for (int digits = 6; digits <= 17; ++digits) {
      std::snprintf(text, sizeof(text), "%.*g", digits, value);
      if (digits == 17 || value != value || std::strtod(text, nullptr) == value) break;
    }
    return text;
  }

  const recording& recording_;
  std::string text_;
};
using dot_writer = dot_writer_if_used<>;

DAD_COMPILED_ONCE(class dot_writer)

}  // namespace dad::detail
