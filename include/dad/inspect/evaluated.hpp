// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// A recording computed at one point, by the kernels of replay, with everything between.

#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include <dad/inspect/nonfinite.hpp>
#include <dad/program/partials.hpp>
#include <dad/program/recording.hpp>

namespace dad::detail {

/// The transcript of a recording at a row of reals, one for each input. A template, so that a program that
/// does not look compiles nothing of it.
template <class T>
class evaluated {
 public:
  evaluated(const recording& r, const double* row) : recording_(r), places_(r.operations.size()) {
    notes_.scopes = r.scopes;
    std::size_t mark = 0;
    std::uint32_t scope = 0;
    for (node_id id = 1; id < r.operations.size(); ++id) {
      while (mark < r.scope_marks.size() && r.scope_marks[mark].from <= id)
        scope = r.scope_marks[mark++].scope;
      const node& n = r.operations[id];
      if (n.code == opcode::constant) {
        places_[id].value = constant_of(n);
      } else {
        places_[id].step = static_cast<std::uint32_t>(notes_.steps.size());
        append(id, n, scope, row);
      }
    }
  }

  [[nodiscard]] nonfinite_report find_nonfinite() const {
    std::vector<operand> results;
    for (const node_id id : recording_.outputs) results.push_back(places_[id]);
    return nonfinite_search<T>(notes_).run(results);
  }

 private:
  using operand = typename transcript<T>::operand;
  using step = typename transcript<T>::step;

  void append(node_id id, const node& n, std::uint32_t scope, const double* row) {
    step s;
    s.index = id;
    s.scope = scope;
    s.name = name_of(n.code);
    s.is_input = n.code == opcode::input;
    s.number = s.is_input ? n.operands[0] : ++operation_count_;
    s.first_operand = notes_.operands.size();
    if (s.is_input)
      s.value = row[n.operands[0]];
    else if (n.code == opcode::linear)
      s.value = add_range(n);
    else
      s.value = add_operands(n);
    s.operand_count = notes_.operands.size() - s.first_operand;
    places_[id].value = s.value;
    notes_.steps.push_back(s);
  }

  double add_operands(const node& n) {
    double values[3] = {};
    traced numbers[3];
    for (std::size_t i = 0; i < n.arity; ++i) numbers[i] = values[i] = places_[n.operands[i]].value;
    const auto parameter = static_cast<int>(n.operands[1]);
    const double y = value_of(n.code, values, n.arity, parameter);
    for (std::size_t i = 0; i < n.arity; ++i) {
      operand o = places_[n.operands[i]];
      if (n.code == opcode_of<op::choose>) {
        // What decides is not in the result, as in a branch of f.
        o.is_taken = i != 0 && (values[0] != 0) == (i == 1);
        o.has_influence = o.is_taken;
        o.partial = 1;
      } else if (o.step != transcript<T>::constant) {
        // At constants an operation's formula writes nothing.
        o.partial = operation_at(n.code).partial(numbers, y, parameter, i).recorded_value();
        o.has_influence = true;
      }
      notes_.operands.push_back(o);
    }
    return y;
  }

  // The value, and what the derivative goes to.
  double add_range(const node& n) {
    const operand value = places_[n.operands[0]];
    notes_.operands.push_back(value);
    for (std::size_t i = 0; i < n.operands[2]; ++i) {
      const term& t = recording_.operations.terms[n.operands[1] + i];
      operand o = places_[t.a];
      o.is_taken = false;
      o.has_influence = true;
      o.partial = places_[t.b].value;
      notes_.operands.push_back(o);
    }
    return value.value;
  }

  const recording& recording_;
  transcript<T> notes_;
  std::vector<operand> places_;  // of each node, as others see it
  std::uint32_t operation_count_ = 0;
};

}  // namespace dad::detail
