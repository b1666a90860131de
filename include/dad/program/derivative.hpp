// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// The derivative of a program is a program: adjoints and tangents are written as further nodes of the same
// graph, with the operations that it is made of. What is zero or one by structure costs no node.
// Method: Griewank and Walther, Evaluating Derivatives (2008), chapter 6.

#pragma once

#include <cstddef>

#include <dad/program/partials.hpp>

namespace dad::detail {

/// Writes derivatives into a graph. 0 stands for a derivative that is zero by structure.
template <class...>
class differentiator_if_used {
 public:
  explicit differentiator_if_used(graph& g) : writer_(g), partials_(writer_) {}

  [[nodiscard]] writer& nodes() noexcept { return writer_; }

  /// For each node whether it depends on one that `is_source` marks (as it does itself).
  [[nodiscard]] list<bool> dependents(list<bool> is_source) {
    const graph& g = graph_of();
    is_source.resize(g.size());
    for (node_id id = 1; id < g.size(); ++id) {
      if (is_source[id]) continue;
      bool depends = false;
      if (g[id].code == opcode::linear)
        for (std::size_t i = 0; i < g[id].operands[2]; ++i)
          depends = depends || is_source[g.terms[g[id].operands[1] + i].a];
      else
        g.for_each_operand(g[id], [&](node_id o) { depends = depends || is_source[o]; });
      is_source[id] = depends;
    }
    return is_source;
  }

  /// Sweeps adjoints from the nodes that have one down to all active ones. Shapes: one entry a node.
  void sweep(list<node_id>& adjoints, const list<bool>& is_active) {
    for (auto id = static_cast<node_id>(adjoints.size()); id-- > 1;) {
      if (adjoints[id] == 0 || !is_active[id]) continue;
      for_each_partial(
          id, [&](node_id operand) { return bool(is_active[operand]); },
          [&](node_id operand, partial_node p) { accumulate(adjoints[operand], p, adjoints[id]); });
    }
  }

  /// Tangents of all nodes from those of the nodes that have one. Shapes: one entry a node; nodes that are
  /// written meanwhile have none.
  void push(list<node_id>& tangents) {
    for (node_id id = 1; id < tangents.size(); ++id) {
      if (tangents[id] != 0) continue;
      node_id sum = 0;
      const node n = graph_of()[id];
      if (n.code == opcode_of<op::masked_product>) {
        // A zero of the seed stays zero, and a zero of the partial's tangent.
        if (const node_id t = tangents[n.operands[1]])
          accumulate(sum, {partial_node::masked, n.operands[0]}, t);
        if (const node_id t = tangents[n.operands[0]]) {
          const node_id share = writer_.write(opcode_of<op::zero_product>, t, n.operands[1]);
          accumulate(sum, {partial_node::plus_one, 0}, share);
        }
      } else if (n.code == opcode_of<op::choose>) {
        const node_id a = tangents[n.operands[1]];
        const node_id b = tangents[n.operands[2]];
        if (a != 0 || b != 0) sum = choose(n.operands[0], a, b);
      } else {
        for_each_partial(
            id, [&](node_id operand) { return tangents[operand] != 0; },
            [&](node_id operand, partial_node p) { accumulate(sum, p, tangents[operand]); });
      }
      tangents[id] = sum;
    }
  }

  /// What a seed becomes by a partial; 0 where that is zero by structure.
  [[gnu::noinline]] node_id product(partial_node p, node_id seed) {
    switch (p.kind) {
      case partial_node::plus_one:
        return seed;
      case partial_node::minus_one:
        return noted(writer_.write(opcode_of<op::negate>, seed), is_chosen(seed));
      case partial_node::product:
        if (is_chosen(seed)) return product({partial_node::masked, p.factor}, seed);
        return writer_.write(opcode_of<op::multiply>, p.factor, seed);
      case partial_node::masked:
        return noted(writer_.write(opcode_of<op::masked_product>, p.factor, seed), is_chosen(seed));
      case partial_node::where:
        return noted(choose(p.factor, seed, 0), true);
      case partial_node::elsewhere:
        return noted(choose(p.factor, 0, seed), true);
      default:
        return 0;
    }
  }

  /// Whether a seed comes from what select took, or would have taken: where it is zero, nothing that was not
  /// chosen may come through, and so it is masked even where a factor is infinite only at infinite operands.
  [[nodiscard]] bool is_chosen(node_id seed) const { return seed < is_chosen_.size() && is_chosen_[seed]; }

  /// sum += partial * seed
  [[gnu::noinline]] void accumulate(node_id& sum, partial_node p, node_id seed) {
    if (p.kind == partial_node::none) return;
    if (sum == 0) {
      sum = product(p, seed);
      return;
    }
    const bool is_subtracted = p.kind == partial_node::minus_one;
    const node_id share = is_subtracted ? seed : product(p, seed);
    const opcode sign = is_subtracted ? opcode_of<op::subtract> : opcode_of<op::add>;
    sum = noted(writer_.write(sign, sum, share), is_chosen(sum) && is_chosen(share));
  }

  /// visit(operand, partial) for every operand of node id that is wanted.
  template <class IsWanted, class Visit>
  void for_each_partial(node_id id, IsWanted&& is_wanted, Visit&& visit) {
    const node n = graph_of()[id];
    if (n.code == opcode::linear) {
      for (std::size_t i = 0; i < n.operands[2]; ++i) {
        const term t = graph_of().terms[n.operands[1] + i];
        if (is_wanted(t.a)) visit(t.a, partial_node{partial_node::masked, t.b});
      }
    } else if (n.code >= opcode::first) {
      for (std::size_t i = 0; i < n.arity; ++i)
        if (is_wanted(n.operands[i])) visit(n.operands[i], partials_.of(id, i));
    }
  }

 private:
  // a where the condition holds, b elsewhere; 0 for a zero.
  [[gnu::noinline]] node_id choose(node_id condition, node_id a, node_id b) {
    if (a == 0) a = writer_.constant(0.0);
    if (b == 0) b = writer_.constant(0.0);
    return writer_.write({opcode_of<op::choose>, 3, {condition, a, b}});
  }

  [[gnu::noinline]] node_id noted(node_id adjoint, bool is_chosen) {
    if (is_chosen) {
      if (is_chosen_.size() <= adjoint) is_chosen_.resize(std::size_t{adjoint} * 2, false);
      is_chosen_[adjoint] = true;
    }
    return adjoint;
  }

  [[nodiscard]] graph& graph_of() noexcept { return writer_.target(); }

  writer writer_;
  partial_table partials_;
  list<bool> is_chosen_;  // adjoints
};
using differentiator = differentiator_if_used<>;

DAD_COMPILED_ONCE(class differentiator)

}  // namespace dad::detail
