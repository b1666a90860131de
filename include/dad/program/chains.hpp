// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// Pass: sums of sums, and the products that only they use, become one node, a chain of terms. A chain is
// added up from left to right, each product rounded, so that no bit of a value changes.

#pragma once

#include <cstddef>
#include <cstdint>
#include <utility>

#include <dad/core/list_view.hpp>
#include <dad/program/graph.hpp>

namespace dad::detail {

/// Makes chains of a graph without dead code; the numbers of other nodes change as well.
template <class...>
class chain_pass_if_used {
 public:
  chain_pass_if_used(const graph& g, list_view<node_id> roots) : graph_(g), roots_(roots) {}

  [[nodiscard]] graph run() {
    count_uses();
    chain_of_.assign(graph_.size(), none);
    is_absorbed_.assign(graph_.size(), false);
    for (node_id id = 1; id < graph_.size(); ++id) {
      const node& n = graph_[id];
      if (n.code == opcode_of<op::add>) add(id, n.operands[0], n.operands[1]);
      if (n.code == opcode_of<op::subtract>) subtract(id, n.operands[0], n.operands[1]);
    }
    return rebuilt();
  }

 private:
  static constexpr std::uint32_t none = ~std::uint32_t{0};
  // A chain keeps the operands of its terms alive until its end. Of those that were computed for it alone it
  // takes so many, and leaves the rest to another.
  static constexpr std::uint32_t most_fresh_terms = 24;

  struct link {
    term t;
    std::uint32_t next = none;
  };
  struct chain {
    std::uint32_t head = none;
    std::uint32_t tail = none;
    std::uint32_t count = 0;
    std::uint32_t fresh = 0;
  };

  void count_uses() {
    uses_.assign(graph_.size(), 0);
    for (const node& n : graph_.nodes) graph_.for_each_operand(n, [&](node_id o) { ++uses_[o]; });
    for (const node_id root : roots_) uses_[root] += 2;  // a root is needed as it is
  }

  [[nodiscard]] bool is_used_once(node_id id) const { return uses_[id] == 1; }
  [[nodiscard]] bool can_grow(node_id id) const {
    return chain_of_[id] != none && is_used_once(id) && chains_[chain_of_[id]].fresh < most_fresh_terms;
  }
  [[nodiscard]] bool is_fresh(node_id id) const { return graph_[id].code >= opcode::first && uses_[id] <= 2; }

  void add(node_id id, node_id a, node_id b) {
    if (!can_grow(a) && can_grow(b)) std::swap(a, b);  // a sum of two is the same both ways
    start(id, a);
    append(id, b, false);
  }
  void subtract(node_id id, node_id a, node_id b) {
    start(id, a);
    append(id, b, true);
  }

  void start(node_id id, node_id a) {
    if (can_grow(a)) {
      chain_of_[id] = std::exchange(chain_of_[a], none);
      is_absorbed_[a] = true;
    } else {
      chain_of_[id] = static_cast<std::uint32_t>(chains_.size());
      chains_.push_back({});
      append(id, a, false);
    }
  }

  void append(node_id id, node_id x, bool is_negative) {
    while (graph_[x].code == opcode_of<op::negate> && is_used_once(x)) {
      is_absorbed_[x] = true;
      is_negative = !is_negative;
      x = graph_[x].operands[0];
    }
    chain& l = chains_[chain_of_[id]];
    term t{x, 0, term::plain, is_negative ? 1U : 0U};
    const node& n = graph_[x];
    if (is_absorbable(n) && is_used_once(x)) {
      is_absorbed_[x] = true;
      t.a = n.operands[0];
      t.b = n.operands[1];
      t.form = n.code == opcode_of<op::multiply> ? term::product : term::masked;
    }
    if (is_fresh(t.a) || (t.form != term::plain && is_fresh(t.b))) ++l.fresh;
    links_.push_back({t, none});
    const auto place = static_cast<std::uint32_t>(links_.size() - 1);
    (l.tail == none ? l.head : links_[l.tail].next) = place;
    l.tail = place;
    ++l.count;
  }

  // A product of which the kernels of chains know the form: with a factor, or a seed, that varies.
  [[nodiscard]] bool is_absorbable(const node& n) const {
    if (n.code == opcode_of<op::masked_product>) return is_varying(graph_[n.operands[1]]);
    return n.code == opcode_of<op::multiply> &&
           (is_varying(graph_[n.operands[0]]) || is_varying(graph_[n.operands[1]]));
  }

  [[nodiscard]] bool is_plain_pair(const chain& l) const {
    return l.count == 2 && links_[l.head].t.form == term::plain && links_[l.tail].t.form == term::plain &&
           links_[l.head].t.is_negative == 0;
  }

  [[nodiscard]] graph rebuilt() {
    graph g;
    g.nodes.reserve(graph_.size());
    list<node_id> renamed(graph_.size(), 0);
    for (node_id id = 1; id < graph_.size(); ++id) {
      if (is_absorbed_[id]) continue;
      node n = graph_[id];
      if (chain_of_[id] != none) {
        const chain& l = chains_[chain_of_[id]];
        if (is_plain_pair(l)) {
          const term& second = links_[l.tail].t;
          const opcode sign = second.is_negative != 0 ? opcode_of<op::subtract> : opcode_of<op::add>;
          n = {sign, 2, {renamed[links_[l.head].t.a], renamed[second.a], 0}};
        } else {
          n = {opcode::chain, 0, {static_cast<node_id>(g.terms.size()), l.count, 0}};
          for (std::uint32_t i = l.head; i != none; i = links_[i].next) {
            term t = links_[i].t;
            t.a = renamed[t.a];
            if (t.form != term::plain) t.b = renamed[t.b];
            g.terms.push_back(t);
          }
        }
      } else if (n.code >= opcode::first) {
        for (std::size_t i = 0; i < n.arity; ++i) n.operands[i] = renamed[n.operands[i]];
      }
      renamed[id] = g.append(n);
    }
    for (node_id& root : roots_) root = renamed[root];
    return g;
  }

  const graph& graph_;
  list_view<node_id> roots_;
  list<std::uint32_t> uses_;
  list<std::uint32_t> chain_of_;
  list<chain> chains_;
  list<link> links_;
  list<bool> is_absorbed_;
};
using chain_pass = chain_pass_if_used<>;

/// A graph without dead code, with chains for its sums; roots are renumbered.
template <class...>
[[gnu::cold]] graph make_chains(const graph& g, list_view<node_id> roots) {
  return chain_pass(g, roots).run();
}

DAD_COMPILED_ONCE(class chain_pass)

}  // namespace dad::detail
