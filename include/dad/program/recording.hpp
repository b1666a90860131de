// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// One run of a user's function with traced numbers: its operations, its branches, and what came of it.

#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include <dad/core/engine.hpp>
#include <dad/core/scope.hpp>
#include <dad/program/traced.hpp>

namespace dad::detail {

/// A condition that became a bool: its node and outcome.
struct guard {
  node_id condition = 0;
  std::uint32_t outcome = 0;
  friend bool operator==(const guard&, const guard&) = default;
};

/// From this node on f was in the scope of this number.
struct scope_mark {
  node_id from = 0;
  std::uint32_t scope = 0;
};

/// Programs of more nodes than this, inputs included, are left to the tape.
inline constexpr std::size_t longest_program = std::size_t{1} << 19;

struct recording {
  graph operations;  // nodes 1 to input_count are the inputs, in order
  std::size_t input_count = 0;
  list<guard> guards;                 // in order
  list<std::size_t> guard_positions;  // the number of nodes when each guard was met
  list<node_id> outputs;              // the reals of f's result, in order
  list<scope_mark> scope_marks;       // in order; at first in none
  scope_labels scopes;
  std::vector<unsigned char> result_key;  // what else f's result is made of
  bool has_escaped = false;               // a number was read: what came after it is not in here
  bool is_too_long = false;               // nor what came after the longest program
  bool has_failed = false;                // f threw, with this text
  std::string error;

  /// The input's derivatives can come from a program.
  [[nodiscard]] bool is_replayable() const noexcept { return !has_escaped && !is_too_long; }

  /// The same operations on the same constants, with the same branches and end, whatever they are called.
  [[nodiscard]] bool is_same_as(const recording& r) const;
  /// Keeps the memory.
  void clear();
};

/// Listens to a run of f. The memory of an earlier recording is used again.
template <class...>
class recorder_if_used final : public listener {
 public:
  /// Gives up after `longest` nodes, or as many terms of range functions.
  explicit recorder_if_used(recording& r, std::size_t longest = longest_program)
      : recording_(r), number_(next_number()), longest_(longest) {
    r.clear();
  }

  /// The next input; all come before f runs.
  traced input(double value);
  void output(const traced& y);

  // Inline as declared: a virtual function that is not would have its class compiled with every program.
  DAD_ENGINE traced apply(opcode code, const traced* x, std::size_t arity, int parameter) override;

  DAD_ENGINE traced linear(const traced& value, const traced* operands, const traced* partials,
                           std::size_t count) override;
  DAD_ENGINE void guard(const traced& condition, bool outcome) override;
  DAD_ENGINE void escape(const traced& x) override;

 private:
  node_id append(const node& n);
  node_id operand_id(const traced& x, const char* subject) {
    return x.is_constant() ? append(constant_node(x.recorded_value())) : id_of(x, subject);
  }
  node_id id_of(const traced& x, const char* subject) const {
    if (x.recording() != number_) throw_foreign(subject);
    return x.id();
  }

  // Of the process, not of the thread: a static scalar may have been made in another one.
  static std::uint32_t next_number() {
    static constinit std::uint32_t last = 0;
    return __atomic_add_fetch(&last, 1, __ATOMIC_RELAXED);
  }

  recording& recording_;
  std::uint32_t number_;
  std::uint32_t scope_ = 0;
  std::size_t longest_;
};
using recorder = recorder_if_used<>;

#if DAD_DEFINES_ENGINE
DAD_ENGINE bool recording::is_same_as(const recording& r) const {
  return input_count == r.input_count && has_failed == r.has_failed && error == r.error &&
         list<node>::same_bits(operations.nodes, r.operations.nodes) &&
         list<term>::same_bits(operations.terms, r.operations.terms) &&
         list<guard>::same_bits(guards, r.guards) && list<node_id>::same_bits(outputs, r.outputs) &&
         result_key == r.result_key && has_escaped == r.has_escaped && is_too_long == r.is_too_long;
}

DAD_ENGINE void recording::clear() {
  operations.nodes.assign(1, node{});
  operations.terms.clear();
  input_count = 0;
  guards.clear();
  guard_positions.clear();
  outputs.clear();
  scope_marks.clear();
  scopes.clear();
  result_key.clear();
  has_escaped = is_too_long = has_failed = false;
  error.clear();
}

template <class... Lazy>
[[gnu::noinline]] node_id recorder_if_used<Lazy...>::append(const node& n) {
  // What will not be replayed need not be kept: any id that is not constant's will do.
  if (recording_.operations.size() >= longest_) recording_.is_too_long = true;
  if (!recording_.is_replayable()) return static_cast<node_id>(longest_);
  if (const std::uint32_t scope = recording_.scopes.here(); scope != scope_) [[unlikely]] {
    scope_ = scope;
    recording_.scope_marks.push_back({static_cast<node_id>(recording_.operations.size()), scope});
  }
  return recording_.operations.append(n);
}

template <class... Lazy>
[[gnu::noinline]] traced recorder_if_used<Lazy...>::input(double value) {
  const auto place = static_cast<node_id>(recording_.input_count++);
  return {value, append({opcode::input, 0, {place, 0, 0}}), number_};
}

template <class... Lazy>
[[gnu::noinline]] void recorder_if_used<Lazy...>::output(const traced& y) {
  recording_.outputs.push_back(operand_id(y, "the result of f"));
}

template <class... Lazy>
traced recorder_if_used<Lazy...>::apply(opcode code, const traced* x, std::size_t arity, int parameter) {
  node n{code, static_cast<std::uint16_t>(arity), {0, 0, 0}};
  double values[3];
  for (std::size_t i = 0; i < arity; ++i) {
    values[i] = x[i].recorded_value();
    n.operands[i] = operand_id(x[i], name_of(code));
  }
  if (arity == 1) n.operands[1] = static_cast<node_id>(parameter);
  const double value = value_of(code, values, arity, parameter);
  return {value, append(n), number_};
}

template <class... Lazy>
traced recorder_if_used<Lazy...>::linear(const traced& value, const traced* operands, const traced* partials,
                                         std::size_t count) {
  const char* const subject = "a range function";
  list<term>& terms = recording_.operations.terms;
  const auto first = static_cast<node_id>(terms.size());
  if (terms.size() + count > longest_) recording_.is_too_long = true;
  for (std::size_t i = 0; i < count && recording_.is_replayable(); ++i)
    terms.push_back({id_of(operands[i], subject), operand_id(partials[i], subject), term::product, 0});
  return {value.recorded_value(),
          append({opcode::linear, 0, {operand_id(value, subject), first, static_cast<node_id>(count)}}),
          number_};
}

template <class... Lazy>
void recorder_if_used<Lazy...>::guard(const traced& condition, bool outcome) {
  const node_id id = id_of(condition, "a branch");
  if (!recording_.is_replayable()) return;
  recording_.guards.push_back({id, outcome ? 1U : 0U});
  recording_.guard_positions.push_back(recording_.operations.size());
}

template <class... Lazy>
void recorder_if_used<Lazy...>::escape(const traced& x) {
  id_of(x, "value");
  recording_.has_escaped = true;
}
#endif

DAD_COMPILED_ONCE(class recorder)

}  // namespace dad::detail
