// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// A recorded function that is a sum of many terms of few forms, each of few inputs: the terms, sorted by
// form.
// Method: partially separable functions, Griewank and Toint (1982).

#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include <dad/program/recording.hpp>

namespace dad::detail {

/// Terms that do the same operations, on inputs and constants of their own.
template <class...>
struct summand_group_if_used {
  list<std::uint32_t> form;  // four words for each node: its code and operands, which are earlier nodes
  std::size_t input_count = 0;
  std::size_t constant_count = 0;
  list<std::uint32_t> inputs;  // input_count of each term
  list<double> constants;      // constant_count of each term
  list<double> weights;        // the factor of each term in the sum

  [[nodiscard]] std::size_t size() const noexcept { return weights.size(); }

  /// The form as a recording. Inputs: those of a term, then its constants, but for those that are the same
  /// number in all terms.
  [[nodiscard, gnu::cold]] recording recorded() const {
    recording r;
    r.clear();
    r.input_count = input_count + constant_count;
    for (std::size_t k = 0; k < r.input_count; ++k)
      r.operations.append({opcode::input, 0, {static_cast<node_id>(k), 0, 0}});
    list<node_id> renamed;
    node_id next_input = 1;
    std::size_t next_constant = 0;
    for (std::size_t k = 0; k < form.size(); k += 4) {
      const auto code_of = static_cast<opcode>(form[k] & 0xffff);
      if (code_of == opcode::input) {
        renamed.push_back(next_input++);
      } else if (code_of == opcode::constant) {
        renamed.push_back(is_shared(next_constant)
                              ? r.operations.append(constant_node(constants[next_constant]))
                              : static_cast<node_id>(1 + input_count + next_constant));
        ++next_constant;
      } else {
        node n{code_of, static_cast<std::uint16_t>(form[k] >> 16), {form[k + 1], form[k + 2], form[k + 3]}};
        for (std::size_t i = 0; i < n.arity; ++i) n.operands[i] = renamed[n.operands[i]];
        renamed.push_back(r.operations.append(n));
      }
    }
    r.outputs.push_back(renamed.back());
    return r;
  }

 private:
  [[nodiscard]] bool is_shared(std::size_t c) const {
    const double first = constants[c];
    for (std::size_t k = c; k < constants.size(); k += constant_count)
      if (std::bit_cast<std::uint64_t>(constants[k]) != std::bit_cast<std::uint64_t>(first)) return false;
    return true;
  }
};
using summand_group = summand_group_if_used<>;

template <class...>
class summands_if_used {
 public:
  /// Takes the one output of a recording apart.
  [[gnu::cold]] explicit summands_if_used(const recording& r)
      : graph_(r.operations), locals_(r.operations.size(), none), is_sum_(split(r.outputs.front())) {
    std::size_t count = 0;
    for (const summand_group& g : groups_) count += g.size();
    is_sum_ = is_sum_ && count >= fewest_of_a_form * groups_.size();
  }

  /// There are many terms of each form; otherwise the groups mean nothing.
  [[nodiscard]] bool is_sum() const noexcept { return is_sum_; }
  [[nodiscard]] const std::vector<summand_group>& groups() const noexcept { return groups_; }

 private:
  static constexpr std::uint32_t none = ~std::uint32_t{0};
  static constexpr std::size_t fewest_of_a_form = 8, most_forms = 32, most_nodes = 512, most_inputs = 24;
  // A node that many terms use is computed in each of them.
  static constexpr std::size_t most_repetition = 8;

  bool split(node_id output) {
    list<double> weights(graph_.size(), 0.0);
    weights[output] = 1;
    for (node_id id = output; id > 0; --id) {
      const double w = weights[id];
      if (w == 0) continue;
      const node& n = graph_[id];
      const auto is = [&](opcode c) { return n.code == c; };
      const auto factor = [&](std::size_t i) { return constant_of(graph_[n.operands[i]]); };
      if (is(opcode_of<op::add>) || is(opcode_of<op::subtract>)) {
        weights[n.operands[0]] += w;
        weights[n.operands[1]] += is(opcode_of<op::add>) ? w : -w;
      } else if (is(opcode_of<op::negate>)) {
        weights[n.operands[0]] -= w;
      } else if (is(opcode_of<op::multiply>) && graph_.is_constant(n.operands[0])) {
        weights[n.operands[1]] += w * factor(0);
      } else if (is(opcode_of<op::multiply>) && graph_.is_constant(n.operands[1])) {
        weights[n.operands[0]] += w * factor(1);
      } else if (n.code >= opcode::first) {
        if (!add_term(id, w)) return false;
      } else if (is(opcode::linear)) {
        return false;
      }
    }
    return !groups_.empty();
  }

  // A term is written down from its leaves up, each node once.
  bool add_term(node_id root, double weight) {
    summand_group term;
    open_.clear();
    met_.clear();
    open_.push_back(root);
    bool fits = true;
    while (!open_.empty() && fits) {
      const node_id id = open_.back();
      const node& n = graph_[id];
      bool is_ready = locals_[id] == none;
      if (is_ready && n.code >= opcode::first)
        for (std::size_t i = n.arity; i-- > 0;)
          if (locals_[n.operands[i]] == none) {
            open_.push_back(n.operands[i]);
            is_ready = false;
          }
      if (locals_[id] != none) open_.pop_back();
      if (!is_ready) continue;
      open_.pop_back();
      locals_[id] = static_cast<std::uint32_t>(met_.size());
      met_.push_back(id);
      fits = n.code != opcode::linear && met_.size() <= most_nodes && write(n, term);
    }
    for (const node_id id : met_) locals_[id] = none;
    written_ += met_.size();
    if (!fits || written_ > most_repetition * graph_.size()) return false;
    return store(std::move(term), weight);
  }

  bool write(const node& n, summand_group& term) const {
    std::uint32_t words[4] = {static_cast<std::uint32_t>(n.code) | std::uint32_t{n.arity} << 16, 0, 0, 0};
    if (n.code == opcode::input) {
      term.inputs.push_back(n.operands[0]);
      ++term.input_count;
    } else if (n.code == opcode::constant) {
      term.constants.push_back(constant_of(n));
      ++term.constant_count;
    } else {
      for (std::size_t i = 0; i < 3; ++i) words[i + 1] = i < n.arity ? locals_[n.operands[i]] : n.operands[i];
    }
    term.form.append(words);
    return term.input_count <= most_inputs;
  }

  bool store(summand_group&& term, double weight) {
    for (std::size_t k = groups_.size(); k-- > 0;) {
      summand_group& g = groups_[k];
      if (!list<std::uint32_t>::same_bits(g.form, term.form)) continue;
      g.inputs.append(term.inputs);
      g.constants.append(term.constants);
      g.weights.push_back(weight);
      return true;
    }
    if (groups_.size() == most_forms) return false;
    term.weights.push_back(weight);
    groups_.push_back(std::move(term));
    return true;
  }

  const graph& graph_;
  std::vector<summand_group> groups_;
  list<std::uint32_t> locals_;  // the place of each node in the term at hand
  list<node_id> open_;
  list<node_id> met_;
  std::size_t written_ = 0;
  bool is_sum_;
};
using summands = summands_if_used<>;

}  // namespace dad::detail
