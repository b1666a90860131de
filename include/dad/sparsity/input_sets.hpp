// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// Which inputs a node of a recording depends on, for the nodes that are asked for.

#pragma once

#include <cstddef>
#include <cstdint>

#include <dad/core/list_view.hpp>
#include <dad/program/recording.hpp>
#include <dad/sparsity/dependence.hpp>

namespace dad::detail {

/// visit(operand) for every operand of node id that its derivative goes to.
template <class Visit>
void for_each_active_operand(const graph& g, dependence_table& dependences, node_id id, Visit&& visit) {
  const node& n = g[id];
  if (n.code == opcode::linear) {
    for (std::size_t i = 0; i < n.operands[2]; ++i) visit(g.terms[n.operands[1] + i].a);
  } else if (n.code >= opcode::first) {
    const dependence d = dependences.of(n);
    for (std::size_t i = 0; i < n.arity; ++i)
      if (d.on(i) && !g.is_constant(n.operands[i])) visit(n.operands[i]);
  }
}

/// The sets are found for nodes that are asked for, and kept for those besides that several others use; what
/// is between is walked through, once. So a sum of many terms that only goes into another sum has no set, and
/// the memory for a banded function is proportional to its length.
template <class...>
class input_sets_if_used {
 public:
  input_sets_if_used(const recording& r, dependence_table& dependences, const list<bool>& is_asked_for)
      : graph_(r.operations), dependences_(dependences) {
    const std::size_t size = graph_.size();
    list<std::uint8_t> use_count(size, 0);
    is_kept_.resize(size, false);
    for (auto id = static_cast<node_id>(size); id-- > 1;) {
      is_kept_[id] = is_asked_for[id] || use_count[id] > 1;
      if (!is_asked_for[id] && use_count[id] == 0) continue;
      for_each_active_operand(graph_, dependences_, id, [&](node_id o) {
        if (use_count[o] < 2) ++use_count[o];
      });
    }
    ranges_.resize(size);
    stamps_.resize(r.input_count, 0);
    for (std::size_t k = 0; k < r.input_count; ++k) {
      inputs_.push_back(static_cast<std::uint32_t>(k));
      ranges_[k + 1] = {k, 1};
      is_kept_[k + 1] = true;
    }
    for (auto id = static_cast<node_id>(r.input_count + 1); id < size; ++id)
      if (is_kept_[id]) find(id);
  }

  /// Of a node that was asked for; in no order.
  [[nodiscard]] list_view<const std::uint32_t> of(node_id id) const {
    return {inputs_.data() + ranges_[id].first, ranges_[id].count};
  }

 private:
  struct range {
    std::size_t first = 0;
    std::size_t count = 0;
  };

  void find(node_id id) {
    open_.clear();
    leaves_.clear();
    open_.push_back(id);
    while (!open_.empty()) {
      const node_id at = open_.back();
      open_.pop_back();
      for_each_active_operand(graph_, dependences_, at,
                              [&](node_id o) { (is_kept_[o] ? leaves_ : open_).push_back(o); });
    }
    if (leaves_.empty()) return;
    if (is_one_set()) {
      ranges_[id] = ranges_[leaves_.front()];
      return;
    }
    const std::size_t first = inputs_.size();
    ++stamp_;
    for (const node_id leaf : leaves_) {
      const range from = ranges_[leaf];
      for (std::size_t k = from.first; k < from.first + from.count; ++k) {
        const std::uint32_t input = inputs_[k];
        if (stamps_[input] == stamp_) continue;
        stamps_[input] = stamp_;
        inputs_.push_back(input);
      }
    }
    ranges_[id] = {first, inputs_.size() - first};
  }

  [[nodiscard]] bool is_one_set() const {
    for (const node_id leaf : leaves_)
      if (ranges_[leaf].first != ranges_[leaves_.front()].first ||
          ranges_[leaf].count != ranges_[leaves_.front()].count)
        return false;
    return true;
  }

  const graph& graph_;
  dependence_table& dependences_;
  list<bool> is_kept_;
  list<range> ranges_;  // in inputs_, which starts with all inputs in order
  list<std::uint32_t> inputs_;
  list<node_id> open_;
  list<node_id> leaves_;
  list<std::uint32_t> stamps_;  // of each input: the set that it was last put into
  std::uint32_t stamp_ = 0;
};
using input_sets = input_sets_if_used<>;

}  // namespace dad::detail
