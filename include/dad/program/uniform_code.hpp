// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// Code for what is one number for all lanes: only its first lane counts.

#pragma once

#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include <dad/core/list.hpp>
#include <dad/core/list_view.hpp>
#include <dad/program/chains.hpp>
#include <dad/program/code.hpp>
#include <dad/program/graph.hpp>
#include <dad/program/subexpressions.hpp>

namespace dad::detail {

/// Computes outputs of a graph from shared inputs and from sums over the lanes, which are its inputs from
/// number `first_sum` on.
template <class...>
class uniform_code_if_used {
 public:
  uniform_code_if_used(const graph& g, list<node_id> outputs, std::size_t first_sum)
      : code_(written(g, std::move(outputs))), first_sum_(first_sum) {}

  void run(workspace& w, list_view<const double> shared, list_view<const double> sums) const {
    const std::vector<double> constants = code_.uniforms();
    code_.prepare(w, constants);
    for (std::size_t i = 0; i < inputs_.size(); ++i) {
      const std::size_t from = inputs_[i];
      *code_.input(w, i, 0) = pack(from < shared.size() ? shared[from] : sums[from - first_sum_]);
    }
    (void)code_.run(w, constants, 1);
  }
  [[nodiscard]] double output(workspace& w, std::size_t i) const { return (*code_.output(w, i, 0))[0]; }

 private:
  code written(const graph& g, list<node_id> outputs) {
    graph merged = merge_subexpressions(g, outputs);
    for (node& n : merged.nodes) {
      if (n.code != opcode::input) continue;
      inputs_.push_back(n.operands[0]);
      n.operands[0] = static_cast<node_id>(inputs_.size() - 1);
    }
    const graph chained = make_chains(merged, outputs);
    return code({&chained, inputs_.size(), 0, outputs, {}, {}});
  }

  list<std::uint32_t> inputs_;  // the numbers of those that it reads
  code code_;
  std::size_t first_sum_;
};
using uniform_code = uniform_code_if_used<>;

}  // namespace dad::detail
