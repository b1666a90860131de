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

/// Writes one recording: inputs x0, x1, ... and results y0, y1, ... are boxes, constants plain text,
/// operations ellipses with their names, guards diamonds with the outcome that they expect. Where an
/// operation has several operands, their edges are numbered.
class dot_writer {
 public:
  explicit dot_writer(const recording& r) : recording_(r) {}

  [[nodiscard]] std::string write() {
    text_ = "digraph program {\n";
    for (node_id id = 1; id < recording_.operations.size(); ++id) write_node(id);
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

  // Its value, and dashed what its derivative is made of.
  void write_linear(const node& n, const std::string& name) {
    edge(n.operands[0], name, "");
    for (std::size_t i = 0; i < n.operands[2]; ++i) {
      const term& t = recording_.operations.terms[n.operands[1] + i];
      edge(t.a, name, " [style=dashed]");
      edge(t.b, name, " [style=dashed, label=\"partial\"]");
    }
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

}  // namespace dad::detail
