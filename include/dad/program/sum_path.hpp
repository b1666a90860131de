// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// One path of a term f(shared, item) of a sum. What depends on the shared inputs alone is one number for all
// lanes, and adjoints leave the lanes as sums over them.

#pragma once

#include <cstddef>
#include <optional>
#include <utility>
#include <vector>

#include <dad/core/engine.hpp>
#include <dad/core/list_view.hpp>
#include <dad/program/path.hpp>

namespace dad::detail {

/// The recorded operations in three parts:
/// - `before`: from the shared inputs the uniform numbers that operations of the lanes take; once a call.
/// - `lanes`: the term in each lane, and sums over lanes of the adjoints of uniform numbers; once a block.
/// - `after`: from those sums the adjoints of the shared inputs; once a leaf.
/// Uniform numbers are in a table: the shared inputs, then what `before` computes. Sums are in one like it.
template <class...>
class sum_path_if_used {
 public:
  sum_path_if_used(recording&& r, std::size_t shared_count);

  [[nodiscard]] const recording& recorded() const noexcept { return recording_; }
  [[nodiscard]] const std::optional<code>& check() const noexcept { return check_; }
  /// Empty where f throws on this path. Its output is the term.
  [[nodiscard]] const std::optional<code>& lanes() const noexcept { return lanes_; }
  [[nodiscard]] std::size_t shared_count() const noexcept { return shared_count_; }
  [[nodiscard]] std::size_t table_size() const noexcept { return shared_count_ + boundary_.size(); }

  /// The table of uniform numbers.
  [[nodiscard]] std::vector<double> table(list_view<const double> shared) const {
    std::vector<double> numbers(shared.begin(), shared.end());
    numbers.resize(table_size());
    if (before_) {
      workspace w;
      run_uniform(*before_, w, shared, before_inputs_, {});
      for (std::size_t i = 0; i < boundary_.size(); ++i)
        numbers[shared_count_ + i] = (*before_->output(w, i, 0))[0];
    }
    return numbers;
  }

  /// The adjoints in the table's computed part go to those of the shared inputs.
  void finish(workspace& w, list_view<const double> shared, list_view<double> adjoints) const {
    if (!after_) return;
    run_uniform(*after_, w, shared, after_inputs_, adjoints.subspan(shared_count_));
    for (std::size_t i = 0; i < after_outputs_.size(); ++i)
      adjoints[after_outputs_[i]] += (*after_->output(w, i, 0))[0];
  }

  bool is_confirmed = false;
  /// The call under way, or the last one, met it.
  bool was_met = true;

 private:
  // Which nodes depend on shared inputs and constants alone, and the lanes' operations with their uniform
  // operands as leaves.
  void sort_nodes(foundation& base) {
    const graph& g = base.operations;
    is_uniform_.assign(g.size(), false);
    renamed_.assign(g.size(), 0);
    for (node_id id = 1; id < g.size(); ++id) {
      const node& n = g[id];
      if (n.code == opcode::input) {
        is_uniform_[id] = n.operands[0] < shared_count_;
      } else if (n.code != opcode::constant) {
        bool is_uniform = true;
        const auto look = [&](node_id o) { is_uniform = is_uniform && (is_uniform_[o] || g.is_constant(o)); };
        g.for_each_operand(n, look);
        if (n.code == opcode::linear)
          for (std::size_t i = 0; i < n.operands[2]; ++i)
            look(g.terms[n.operands[1] + i].a), look(g.terms[n.operands[1] + i].b);
        is_uniform_[id] = is_uniform;
      }
      if (!is_uniform_[id]) copy_to_lanes(g, id);
    }
    for (const node_id id : base.outputs) outputs_.push_back(in_lanes(g, id));
    for (const guard& c : base.guards)
      if (!is_uniform_[c.condition]) guards_.push_back({in_lanes(g, c.condition), c.outcome});
  }

  void copy_to_lanes(const graph& g, node_id id) {
    node n = g[id];
    if (n.code == opcode::input) {
      n.operands[0] -= static_cast<node_id>(shared_count_);
    } else if (n.code == opcode::linear) {
      const auto first = static_cast<node_id>(lanes_graph_.terms.size());
      for (std::size_t i = 0; i < n.operands[2]; ++i) {
        term t = g.terms[n.operands[1] + i];
        t.a = in_lanes(g, t.a);
        t.b = in_lanes(g, t.b);
        lanes_graph_.terms.push_back(t);
      }
      n.operands[0] = in_lanes(g, n.operands[0]);
      n.operands[1] = first;
    } else if (n.code >= opcode::first) {
      for (std::size_t i = 0; i < n.arity; ++i) n.operands[i] = in_lanes(g, n.operands[i]);
    }
    renamed_[id] = lanes_graph_.append(n);
  }

  // A node as the lanes' operations see it: one of theirs, or a uniform number.
  node_id in_lanes(const graph& g, node_id id) {
    if (renamed_[id] == 0) {
      auto place = g[id].operands[0];
      if (g[id].code != opcode::input) {
        place = static_cast<node_id>(shared_count_ + boundary_.size());
        boundary_.push_back(id);
      }
      renamed_[id] = lanes_graph_.append({opcode::uniform, 0, {place, 0, 0}});
    }
    return renamed_[id];
  }

  void write_lanes(const foundation&) {
    graph& g = lanes_graph_;
    differentiator d(g);
    list<bool> is_source(g.size(), false);
    for (node_id id = 1; id < g.size(); ++id) is_source[id] = g[id].code == opcode::uniform;
    const list<bool> is_active = d.dependents(std::move(is_source));
    list<node_id> adjoint(g.size(), 0);
    list<node_sum> sums;
    const node_id one = g.append(constant_node(1.0));
    const auto reach = [&](node_id operand, partial_node p, node_id seed) {
      if (g[operand].code == opcode::uniform)
        add_sum(d, sums, g[operand].operands[0], p, seed);
      else
        d.accumulate(adjoint[operand], p, seed);
    };
    if (is_active[outputs_[0]]) reach(outputs_[0], {partial_node::plus_one, 0}, one);
    for (auto id = static_cast<node_id>(adjoint.size()); id-- > 1;) {
      if (adjoint[id] == 0) continue;
      d.for_each_partial(
          id, [&](node_id operand) { return bool(is_active[operand]); },
          [&](node_id operand, partial_node p) { reach(operand, p, adjoint[id]); });
    }
    lanes_.emplace(lane_code(outputs_, {}, sums));
  }

  // A product with a factor is summed as it is formed.
  static void add_sum(differentiator& d, list<node_sum>& sums, std::uint32_t target, partial_node p,
                      node_id seed) {
    const graph& g = d.nodes().target();
    switch (p.kind) {
      case partial_node::plus_one:
        sums.push_back({seed, 0, false, target});
        break;
      case partial_node::minus_one:
        sums.push_back({seed, 0, true, target});
        break;
      case partial_node::product:
        if (is_varying(g[p.factor]) && is_varying(g[seed]) && !d.is_chosen(seed))
          sums.push_back({p.factor, seed, false, target});
        else
          sums.push_back({d.product(p, seed), 0, false, target});
        break;
      case partial_node::unknown:
      case partial_node::none:
        break;
      default:
        sums.push_back({d.product(p, seed), 0, false, target});
        break;
    }
  }

  code lane_code(list_view<const node_id> outputs, list_view<const guard> guards,
                 list_view<const node_sum> sums) const {
    list<node_id> roots(outputs);
    for (const guard& g : guards) roots.push_back(g.condition);
    for (const node_sum& s : sums) roots.push_back(s.a), roots.push_back(s.b);
    const graph merged = merge_subexpressions(lanes_graph_, roots);
    const graph chained = make_chains(merged, roots);
    const node_id* next = roots.data() + outputs.size();
    list<guard> chained_guards(guards);
    for (guard& g : chained_guards) g.condition = *next++;
    list<node_sum> chained_sums(sums);
    for (node_sum& s : chained_sums) s.a = *next++, s.b = *next++;
    return code({&chained,
                 recording_.input_count - shared_count_,
                 shared_count_ + boundary_.size(),
                 {roots.data(), outputs.size()},
                 chained_guards,
                 chained_sums});
  }

  void write_uniform_parts(foundation& base) {
    if (boundary_.empty()) return;
    graph& g = base.operations;
    before_.emplace(uniform_code(g, boundary_, before_inputs_));
    if (recording_.has_failed || !recording_.is_replayable()) return;

    differentiator d(g);
    list<bool> is_shared(g.size(), false);
    for (std::size_t i = 1; i <= shared_count_; ++i) is_shared[i] = true;
    const list<bool> is_active = d.dependents(std::move(is_shared));
    list<node_id> adjoint(g.size(), 0);
    for (std::size_t i = 0; i < boundary_.size(); ++i) {
      const auto place = static_cast<node_id>(recording_.input_count + i);
      const node_id sum = g.append({opcode::input, 0, {place, 0, 0}});
      if (is_active[boundary_[i]]) d.accumulate(adjoint[boundary_[i]], {partial_node::plus_one, 0}, sum);
    }
    d.sweep(adjoint, is_active);
    list<node_id> outputs;
    for (std::size_t i = 0; i < shared_count_; ++i) {
      if (adjoint[i + 1] == 0) continue;
      outputs.push_back(adjoint[i + 1]);
      after_outputs_.push_back(static_cast<std::uint32_t>(i));
    }
    after_.emplace(uniform_code(g, outputs, after_inputs_));
  }

  // Code of which only the first lane counts. `inputs` are the places that it reads: of shared inputs, or of
  // sums, which are counted from the recording's last input.
  code uniform_code(const graph& g, list<node_id> outputs, list<std::uint32_t>& inputs) const {
    graph merged = merge_subexpressions(g, outputs);
    for (node& n : merged.nodes) {
      if (n.code != opcode::input) continue;
      inputs.push_back(n.operands[0]);
      n.operands[0] = static_cast<node_id>(inputs.size() - 1);
    }
    const graph chained = make_chains(merged, outputs);
    return code({&chained, inputs.size(), 0, outputs, {}, {}});
  }

  void run_uniform(const code& c, workspace& w, list_view<const double> shared,
                   list_view<const std::uint32_t> inputs, list_view<const double> sums) const {
    const std::vector<double> constants = c.uniforms();
    c.prepare(w, constants);
    for (std::size_t i = 0; i < inputs.size(); ++i) {
      const std::size_t from = inputs[i];
      *c.input(w, i, 0) = pack(from < shared_count_ ? shared[from] : sums[from - recording_.input_count]);
    }
    (void)c.run(w, constants, 1);
  }

  recording recording_;
  std::size_t shared_count_;
  list<bool> is_uniform_;
  list<node_id> renamed_;
  graph lanes_graph_;
  list<node_id> boundary_;  // of the recording: the uniform numbers that the lanes take, but for inputs
  list<node_id> outputs_;
  list<guard> guards_;
  std::optional<code> before_;
  std::optional<code> lanes_;
  std::optional<code> check_;
  std::optional<code> after_;
  list<std::uint32_t> before_inputs_;
  list<std::uint32_t> after_inputs_;
  list<std::uint32_t> after_outputs_;
};
using sum_path = sum_path_if_used<>;

#if DAD_DEFINES_ENGINE
template <class... Lazy>
[[gnu::cold]] sum_path_if_used<Lazy...>::sum_path_if_used(recording&& r, std::size_t shared_count)
    : recording_(std::move(r)), shared_count_(shared_count) {
  foundation base(recording_);
  sort_nodes(base);
  if (!recording_.has_failed && recording_.is_replayable()) write_lanes(base);
  if (!guards_.empty()) check_.emplace(lane_code({}, guards_, {}));
  write_uniform_parts(base);
  renamed_.clear();
  is_uniform_.clear();
  lanes_graph_ = {};
}
#endif

DAD_COMPILED_ONCE(class sum_path)

}  // namespace dad::detail
