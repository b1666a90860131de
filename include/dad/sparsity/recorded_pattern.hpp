// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// The sparsity of a recorded function's Jacobian, and of its Hessian.
// Method: Griewank and Walther, Evaluating Derivatives (2008), chapter 7; Walther, Computing sparse Hessians
// with automatic differentiation, ACM TOMS 34 (2008), with sets found only where an operation needs them.

#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include <dad/sparsity/input_sets.hpp>
#include <dad/sparsity/pattern.hpp>

namespace dad::detail {

/// Row i: the inputs that output i depends on.
template <class...>
[[gnu::cold]] sparse_pattern jacobian_pattern_of(const recording& r) {
  dependence_table dependences;
  list<bool> is_output(r.operations.size(), false);
  for (const node_id id : r.outputs) is_output[id] = true;
  const input_sets sets(r, dependences, is_output);
  std::vector<matrix_entry> entries;
  for (std::size_t i = 0; i < r.outputs.size(); ++i)
    for (const std::uint32_t j : sets.of(r.outputs[i])) entries.push_back({i, j});
  return {r.outputs.size(), r.input_count, entries};
}

/// The pairs of inputs that meet in an operation that is not linear, or where a partial of a range function
/// depends on one and its operand on the other.
template <class...>
class interactions_if_used {
 public:
  explicit interactions_if_used(const recording& r) : recording_(r), is_live_(r.operations.size(), false) {}

  [[nodiscard]] sparse_pattern pattern() {
    const input_sets sets(recording_, dependences_, operands_of_curved());
    for (node_id id = 1; id < recording_.operations.size(); ++id)
      if (is_live_[id]) for_each_pair(id, [&](node_id a, node_id b) { meet(sets.of(a), sets.of(b)); });
    const std::size_t half = pairs_.size();
    pairs_.reserve(2 * half);
    for (std::size_t k = 0; k < half; ++k) pairs_.push_back({pairs_[k].column, pairs_[k].row});
    compressed_rows c = compressed(recording_.input_count, recording_.input_count, pairs_);
    return {recording_.input_count, recording_.input_count, std::move(c.starts), std::move(c.columns)};
  }

 private:
  struct pair {
    std::uint32_t row;
    std::uint32_t column;
  };

  // visit(a, b) for the operands of a node by which its second partial is not zero everywhere.
  template <class Visit>
  void for_each_pair(node_id id, Visit&& visit) {
    const graph& g = recording_.operations;
    const node& n = g[id];
    const auto visit_active = [&](node_id a, node_id b) {
      if (!g.is_constant(a) && !g.is_constant(b)) visit(a, b);
    };
    if (n.code == opcode::linear) {
      for (std::size_t i = 0; i < n.operands[2]; ++i) {
        const term& t = g.terms[n.operands[1] + i];
        visit_active(t.a, t.b);
      }
    } else if (n.code >= opcode::first) {
      const dependence d = dependences_.of(n);
      for (std::size_t i = 0; i < n.arity && d.second != 0; ++i)
        for (std::size_t j = i; j < n.arity; ++j)
          if (d.on(i, j) || d.on(j, i)) visit_active(n.operands[i], n.operands[j]);
    }
  }

  // Of the nodes that the result depends on, which are live from here on.
  list<bool> operands_of_curved() {
    const graph& g = recording_.operations;
    list<bool> is_operand(g.size(), false);
    for (const node_id id : recording_.outputs) is_live_[id] = true;
    for (auto id = static_cast<node_id>(g.size()); id-- > 1;) {
      if (!is_live_[id]) continue;
      for_each_active_operand(g, dependences_, id, [&](node_id o) { is_live_[o] = true; });
      for_each_pair(id, [&](node_id a, node_id b) { is_operand[a] = is_operand[b] = true; });
    }
    return is_operand;
  }

  void meet(list_view<const std::uint32_t> a, list_view<const std::uint32_t> b) {
    const bool is_square = a.data() == b.data();
    for (std::size_t i = 0; i < a.size(); ++i)
      for (std::size_t j = is_square ? i : 0; j < b.size(); ++j)
        pairs_.push_back(a[i] < b[j] ? pair{a[i], b[j]} : pair{b[j], a[i]});
    if (pairs_.size() > most_pairs_) merge();
  }

  // Pairs are met many times: each is kept once.
  void merge() {
    const compressed_rows c = compressed(recording_.input_count, recording_.input_count, pairs_);
    pairs_.clear();
    for (std::size_t i = 0; i < recording_.input_count; ++i)
      for (std::size_t k = c.starts[i]; k < c.starts[i + 1]; ++k)
        pairs_.push_back({static_cast<std::uint32_t>(i), static_cast<std::uint32_t>(c.columns[k])});
    if (most_pairs_ < 4 * pairs_.size()) most_pairs_ = 4 * pairs_.size();
  }

  const recording& recording_;
  dependence_table dependences_;
  list<bool> is_live_;
  list<pair> pairs_;  // of the upper half
  std::size_t most_pairs_ = std::size_t{1} << 22;
};
using interactions = interactions_if_used<>;

}  // namespace dad::detail
