// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// A recording as a text: its operations in order.

#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include <dad/program/dot.hpp>

namespace dad::detail {

/// A line for each operation that a result or a guard needs, with its number in the recording, from 1:
///   %1 = less(x0, 0)
///   guard: %1 is false
///   %2 = multiply(x0, 2), in loss/layer 2
///   y0 = %2
/// Of a range function's terms, what its derivative goes to stands behind the value.
template <class...>
class listing_writer_if_used {
 public:
  explicit listing_writer_if_used(const recording& r) : recording_(r), numbers_(r.operations.size(), 0) {
    std::uint32_t number = 0;
    for (node_id id = 1; id < r.operations.size(); ++id)
      if (r.operations[id].code >= opcode::chain) numbers_[id] = ++number;
  }

  [[nodiscard]] std::string write() {
    const list<char> is_shown = shown_nodes(recording_);
    text_ = joined(
        {std::to_string(recording_.input_count), recording_.input_count == 1 ? " input\n" : " inputs\n"});
    for (node_id id = 1; id < recording_.operations.size(); ++id) {
      write_guards(id);
      while (marks_ < recording_.scope_marks.size() && recording_.scope_marks[marks_].from <= id)
        scope_ = recording_.scope_marks[marks_++].scope;
      if (is_shown[id] != 0 && numbers_[id] != 0) write_operation(id);
    }
    write_guards(static_cast<node_id>(recording_.operations.size()));
    for (std::size_t i = 0; i < recording_.outputs.size(); ++i)
      text_ += joined({"y", std::to_string(i), " = ", name_of_node(recording_.outputs[i]), "\n"});
    return text_;
  }

 private:
  // Those that were met when the recording had so many nodes.
  void write_guards(std::size_t size) {
    for (; guards_ < recording_.guards.size() && recording_.guard_positions[guards_] <= size; ++guards_) {
      const guard& g = recording_.guards[guards_];
      text_ += joined({"guard: ", name_of_node(g.condition), g.outcome != 0 ? " is true\n" : " is false\n"});
    }
  }

  void write_operation(node_id id) {
    const node& n = recording_.operations[id];
    text_ += joined({name_of_node(id), " = ", name_of(n.code), "("});
    const std::size_t count = n.code == opcode::linear ? 1 : n.arity;
    for (std::size_t i = 0; i < count; ++i)
      text_ += joined({i == 0 ? "" : ", ", name_of_node(n.operands[i])});
    // The integer of ldexp, or the order of a polygamma function.
    if (n.code != opcode::linear && n.arity == 1 && n.operands[1] != 0)
      text_ += joined({", ", std::to_string(static_cast<std::int32_t>(n.operands[1]))});
    if (n.code == opcode::linear)
      for (std::size_t i = 0; i < n.operands[2]; ++i)
        text_ +=
            joined({i == 0 ? "; " : ", ", name_of_node(recording_.operations.terms[n.operands[1] + i].a)});
    text_ += ")";
    if (scope_ != 0) text_ += joined({", in ", recording_.scopes[scope_]});
    text_ += "\n";
  }

  [[nodiscard]] std::string name_of_node(node_id id) const {
    const node& n = recording_.operations[id];
    if (n.code == opcode::input) return joined({"x", std::to_string(n.operands[0])});
    if (n.code == opcode::constant) return number_text(constant_of(n));
    return joined({"%", std::to_string(numbers_[id])});
  }

  const recording& recording_;
  list<std::uint32_t> numbers_;  // of each node, 0 where it is no operation
  std::size_t guards_ = 0;
  std::size_t marks_ = 0;
  std::uint32_t scope_ = 0;
  std::string text_;
};
using listing_writer = listing_writer_if_used<>;

}  // namespace dad::detail
