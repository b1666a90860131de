// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// The Jacobian of a short recording with few multiplications: neither forward nor backward, operations are
// eliminated one by one, the cheapest first.
// Method: vertex elimination in Markowitz order, Griewank and Reese (1991).

#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

#include <dad/program/dead_code.hpp>
#include <dad/program/path.hpp>
#include <dad/sparsity/matrix.hpp>

namespace dad::detail {

/// Writes, for each entry of a Jacobian, what it is computed by. Vertices are the nodes of the recording, and
/// behind them its outputs; an edge is the partial of a later one by an earlier one.
template <class...>
class elimination_if_used {
 public:
  [[gnu::cold]] explicit elimination_if_used(const recording& r)
      : base_(r),
        derivatives_(base_.operations),
        input_count_(r.input_count),
        first_output_(base_.operations.size()),
        one_(base_.operations.append(constant_node(1.0))),
        edges_(first_output_ + r.outputs.size()),
        users_(edges_.size()) {
    add_edges();
    while (const node_id v = cheapest()) eliminate(v);
  }

  /// The node of each entry of a pattern, which has all that there are.
  [[nodiscard]] list<node_id> entries(const sparse_pattern& pattern) {
    const node_id zero = base_.operations.append(constant_node(0.0));
    list<node_id> ids;
    for (std::size_t i = 0; i < pattern.rows(); ++i)
      for (const std::size_t j : pattern.row(i)) {
        const partial_node* const p = find(first_output_ + i, j + 1);
        ids.push_back(p == nullptr ? zero : number(*p));
      }
    return ids;
  }
  [[nodiscard]] const graph& nodes() const noexcept { return base_.operations; }
  /// Of edges, and inside partials: those that the given nodes need beside the function's own.
  [[nodiscard]] std::size_t multiplication_count(list_view<const node_id> ids) const {
    const list<bool> is_live = live_nodes<>(nodes(), ids);
    std::size_t count = 0;
    for (node_id id = one_; id < nodes().size(); ++id) {
      const opcode o = nodes()[id].code;
      if (is_live[id] && (o == opcode_of<op::multiply> || o == opcode_of<op::masked_product> ||
                          o == opcode_of<op::scale> || o == opcode_of<op::square>))
        ++count;
    }
    return count;
  }

 private:
  struct edge {
    std::size_t from;
    partial_node partial;
  };

  void add_edges() {
    list<bool> is_input(first_output_, false), is_live(first_output_, false);
    for (std::size_t k = 1; k <= input_count_; ++k) is_input[k] = true;
    const list<bool> is_active = derivatives_.dependents(std::move(is_input));
    for (std::size_t i = 0; i < base_.outputs.size(); ++i)
      if (is_active[base_.outputs[i]]) {
        add(base_.outputs[i], first_output_ + i, {partial_node::plus_one, 0});
        is_live[base_.outputs[i]] = true;
      }
    for (auto v = static_cast<node_id>(first_output_); v-- > input_count_ + 1;)
      if (is_live[v] && is_active[v])
        derivatives_.for_each_partial(
            v, [&](node_id operand) { return operand < first_output_ && is_active[operand]; },
            [&](node_id operand, partial_node p) {
              if (p.kind == partial_node::none) return;
              add(operand, v, p);
              is_live[operand] = true;
            });
    for (std::size_t v = input_count_ + 1; v < first_output_; ++v)
      if (is_live[v] && is_active[v]) left_.push_back(static_cast<node_id>(v));
  }

  // Of those that are left, the one whose elimination takes the fewest multiplications; 0 if none is left.
  node_id cheapest() {
    if (left_.empty()) return 0;
    std::size_t best = 0, least = ~std::size_t{0};
    for (std::size_t k = 0; k < left_.size(); ++k)
      if (const std::size_t cost = edges_[left_[k]].size() * users_[left_[k]].size(); cost < least) {
        best = k;
        least = cost;
      }
    const node_id v = left_[best];
    left_[best] = left_.back();
    left_.pop_back();
    return v;
  }

  void eliminate(node_id v) {
    for (const std::size_t user : users_[v]) {
      const partial_node by_v = *find(user, v);
      for (const edge& e : edges_[v]) add(e.from, user, product(e.partial, by_v));
      remove(edges_[user], [v](const edge& e) { return e.from == v; });
    }
    for (const edge& e : edges_[v]) remove(users_[e.from], [v](std::size_t user) { return user == v; });
    edges_[v].clear();
    users_[v].clear();
  }

  template <class List, class Is>
  static void remove(List& from, Is&& is) {
    std::size_t kept = 0;
    for (std::size_t k = 0; k < from.size(); ++k)
      if (!is(from[k])) from[kept++] = from[k];
    from.resize(kept);
  }

  [[nodiscard]] partial_node* find(std::size_t to, std::size_t from) {
    for (edge& e : edges_[to])
      if (e.from == from) return &e.partial;
    return nullptr;
  }

  void add(std::size_t from, std::size_t to, partial_node p) {
    if (partial_node* const there = find(to, from)) {
      const node_id sum = derivatives_.nodes().write(opcode_of<op::add>, number(*there), number(p));
      *there = {is_plain(*there) && is_plain(p) ? partial_node::product : partial_node::masked, sum};
      return;
    }
    edges_[to].push_back({from, p});
    users_[from].push_back(to);
  }

  // What goes on by `inner` after it came by `outer`. Signs cost nothing.
  partial_node product(partial_node inner, partial_node outer) {
    if (inner.kind == partial_node::plus_one) return outer;
    if (outer.kind == partial_node::plus_one) return inner;
    if (inner.kind == partial_node::minus_one && outer.kind == partial_node::minus_one)
      return {partial_node::plus_one, 0};
    const bool are_plain = is_plain(inner) && is_plain(outer);
    return {are_plain ? partial_node::product : partial_node::masked,
            derivatives_.product(inner, number(outer))};
  }

  static bool is_plain(partial_node p) {
    return p.kind == partial_node::product || p.kind == partial_node::plus_one ||
           p.kind == partial_node::minus_one;
  }
  node_id number(partial_node p) { return derivatives_.product(p, one_); }

  foundation base_;
  differentiator derivatives_;
  std::size_t input_count_;
  std::size_t first_output_;
  node_id one_;
  std::vector<list<edge>> edges_;         // of each vertex, to those it is computed from
  std::vector<list<std::size_t>> users_;  // the vertices that have an edge to it
  list<node_id> left_;
};
using elimination = elimination_if_used<>;

/// The code of all entries of a Jacobian, run for one point.
template <class...>
class eliminated_jacobian_if_used {
 public:
  /// Longer recordings are left to tangents and adjoints: finding the cheapest is quadratic.
  static constexpr std::size_t longest = 1024;

  eliminated_jacobian_if_used() = default;
  [[gnu::cold]] eliminated_jacobian_if_used(const recording& r, const sparse_pattern& pattern) {
    if (r.operations.size() > longest || pattern.size() == 0) return;
    elimination e(r);
    const list<node_id> ids = e.entries(pattern);
    multiplication_count_ = e.multiplication_count(ids);
    code_.emplace(make_code<>(e.nodes(), r.input_count, ids, {}));
    uniforms_ = code_->uniforms();
  }

  [[nodiscard]] bool empty() const noexcept { return !code_; }
  [[nodiscard]] std::size_t multiplication_count() const noexcept { return multiplication_count_; }

  /// The entries at a row of reals.
  void evaluate(const double* row, sparse_matrix& jacobian) {
    code_->prepare(workspace_, uniforms_);
    for (std::size_t k = 0; k < code_->input_count(); ++k) *code_->input(workspace_, k, 0) = pack(row[k]);
    (void)code_->run(workspace_, uniforms_, 1);
    const std::span<double> values = jacobian.values();
    for (std::size_t k = 0; k < values.size(); ++k) values[k] = (*code_->output(workspace_, k, 0))[0];
  }

 private:
  std::optional<code> code_;
  std::vector<double> uniforms_;
  workspace workspace_;
  std::size_t multiplication_count_ = 0;
};
using eliminated_jacobian = eliminated_jacobian_if_used<>;

}  // namespace dad::detail
