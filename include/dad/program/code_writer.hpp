// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// Writes the instructions of a program, node by node.

#pragma once

#include <cstddef>
#include <cstdint>
#include <utility>

#include <dad/program/code.hpp>

namespace dad::detail {

/// The lanes of the widest block, whatever the machine's packs.
inline constexpr std::size_t widest_block = 128;
/// A block of a program is to stay in the second cache of a core. (Wide blocks in it were measured faster
/// than narrow ones in the first, where an instruction costs more than its packs.)
inline constexpr std::size_t cache_bytes = std::size_t{896} << 10;
/// Sums over lanes that one instruction takes.
inline constexpr std::size_t sums_at_once = 64;

template <class...>
class code_writer_if_used {
 public:
  code_writer_if_used(code& c, const code_source& source)
      : code_(c), source_(source), graph_(*source_.operations) {}

  [[gnu::cold]] void write() {
    code_.input_count_ = source_.input_count;
    code_.uniform_count_ = source_.uniform_count;
    code_.uniforms_.assign(source_.uniform_count, 0.0);
    code_.guard_count_ = source_.guards.size();
    shared_pack_of_.assign(graph_.size(), none);
    uniform_of_.assign(graph_.size(), none);
    order_guards_and_sums();
    const slot_assignment slots = assign_slots(graph_, source_.input_count, source_.outputs, used_until_);
    slot_of_ = &slots.slot_of;
    code_.slot_count_ = slots.slot_count;
    choose_width();
    find_few_inputs();
    find_shared_packs();
    std::size_t guard = 0;
    std::size_t sum = 0;
    for (node_id id = 1; id < graph_.size(); ++id) {
      if (graph_[id].code >= opcode::chain) write_node(id);
      for (; guard < guard_at_.size() && guard_at_[guard] <= id; ++guard) write_guard(guard);
      for (; sum < sums_.size() && sum_at_[sum / sums_at_once] <= id; sum += sums_at_once) write_sums(sum);
    }
    for (const node_id id : source_.outputs) code_.outputs_.push_back(place_of(id));
  }

 private:
  static constexpr std::uint32_t none = ~std::uint32_t{0};

  // A guard waits for those that were met before it; a group of sums for the last of its operands.
  void order_guards_and_sums() {
    used_until_.assign(graph_.size(), 0);
    const auto needs = [&](node_id id, node_id until) {
      if (used_until_[id] < until) used_until_[id] = until;
    };
    node_id position = 0;
    for (const guard& g : source_.guards) {
      if (position < g.condition) position = g.condition;
      guard_at_.push_back(position);
      needs(g.condition, position);
    }
    sort_sums_by_readiness();
    for (std::size_t first = 0; first < sums_.size(); first += sums_at_once) {
      const std::size_t end = end_of_sums(first);
      const node_id at = sums_[end - 1].ready_at();
      sum_at_.push_back(at);
      for (std::size_t i = first; i < end; ++i) needs(sums_[i].a, at), needs(sums_[i].b, at);
    }
  }

  // Stable, by counting.
  void sort_sums_by_readiness() {
    sums_.resize(source_.sums.size());
    if (sums_.empty()) return;
    list<std::uint32_t> place(graph_.size() + 1, 0);
    for (const node_sum& s : source_.sums) ++place[s.ready_at() + 1];
    for (std::size_t i = 1; i < place.size(); ++i) place[i] += place[i - 1];
    for (const node_sum& s : source_.sums) sums_[place[s.ready_at()]++] = s;
  }

  [[nodiscard]] std::size_t end_of_sums(std::size_t first) const {
    return sums_.size() - first < sums_at_once ? sums_.size() : first + sums_at_once;
  }

  void choose_width() {
    const std::size_t bytes = (code_.slot_count_ != 0 ? code_.slot_count_ : 1) * sizeof(pack);
    std::size_t width = widest_block / lane_count;
    while (width > 1 && bytes * width > cache_bytes) width /= 2;
    code_.width_ = width;
  }

  void find_few_inputs() {
    list<std::uint32_t>& few = code_.few_inputs_;
    for (const node& n : graph_.nodes)
      if (n.code == opcode::input) few.push_back(n.operands[0]);
    if (few.size() * 4 > source_.input_count) few.clear();
  }

  // What all lanes share is a number in a table; where an operation takes it, a pack of the workspace as
  // well.
  void find_shared_packs() {
    for (const node& n : graph_.nodes)
      if (n.code >= opcode::first && !takes_uniforms(n))
        for (std::size_t i = 0; i < n.arity; ++i) share(n.operands[i]);
    for (const node_id id : source_.outputs) share(id);
    for (const guard& g : source_.guards) share(g.condition);
    for (const node_sum& s : sums_) share(s.a), share(s.b);
  }

  [[gnu::noinline]] void share(node_id id) {
    if (id == 0 || is_varying(graph_[id]) || shared_pack_of_[id] != none) return;
    shared_pack_of_[id] = static_cast<std::uint32_t>(code_.shared_packs_.size());
    code_.shared_packs_.push_back(uniform_of(id));
  }

  // Sums and products with a call's uniform number are chains, which need no pack of it.
  [[nodiscard]] bool takes_uniforms(const node& n) const {
    const bool has_uniform = n.arity == 2 && (graph_[n.operands[0]].code == opcode::uniform ||
                                              graph_[n.operands[1]].code == opcode::uniform);
    return has_uniform && (n.code == opcode_of<op::add> || n.code == opcode_of<op::subtract> ||
                           (n.code == opcode_of<op::multiply> &&
                            (is_varying(graph_[n.operands[0]]) || is_varying(graph_[n.operands[1]]))));
  }

  [[gnu::noinline]] std::uint32_t uniform_of(node_id id) {
    if (graph_[id].code == opcode::uniform) return graph_[id].operands[0];
    if (uniform_of_[id] == none) {
      uniform_of_[id] = static_cast<std::uint32_t>(code_.uniforms_.size());
      code_.uniforms_.push_back(constant_of(graph_[id]));
    }
    return uniform_of_[id];
  }

  [[nodiscard, gnu::noinline]] place place_of(node_id id) const {
    if (!is_varying(graph_[id])) return {shared_pack_of_[id], 0};
    const std::size_t first = code_.shared_packs_.size() + (*slot_of_)[id] * code_.width_;
    return {static_cast<std::uint32_t>(first), 1};
  }

  void write_node(node_id id) {
    const node& n = graph_[id];
    instruction i{nullptr, place_of(id).first, {}, {}, 0};
    if (n.code == opcode::chain) {
      write_chain(i, &graph_.terms[n.operands[0]], n.operands[1]);
    } else if (takes_uniforms(n)) {
      const bool is_product = n.code == opcode_of<op::multiply>;
      const std::uint32_t is_negative = n.code == opcode_of<op::subtract> ? 1 : 0;
      const term terms[] = {{n.operands[0], n.operands[1], is_product ? term::product : term::plain, 0},
                            {n.operands[1], 0, term::plain, is_negative}};
      write_chain(i, terms, is_product ? 1 : 2);
    } else {
      i.run = operation_at(n.code).run;
      for (std::size_t k = 0; k < n.arity; ++k) {
        const place p = place_of(n.operands[k]);
        i.from[k] = p.first;
        i.step[k] = p.step;
      }
      if (n.arity == 1) i.parameter = static_cast<int>(n.operands[1]);
    }
    append(i);
  }

  void write_chain(instruction& i, const term* terms, std::size_t count) {
    i.run = &run_chain;
    i.from[0] = static_cast<std::uint32_t>(code_.runs_.size());
    const bool is_short = count <= 3;  // each term a run of its own
    for (std::size_t k = 0; k < count; ++k) write_term(terms[k], is_short || code_.runs_.size() == i.from[0]);
    i.from[1] = static_cast<std::uint32_t>(code_.runs_.size()) - i.from[0];
    if (chain_kernel* const kernel = short_chain_kernel(&code_.runs_[i.from[0]], i.from[1])) i.run = kernel;
  }

  void write_term(term t, bool is_first) {
    chain_run run{chain_run::varying, t.is_negative != 0,
                  static_cast<std::uint32_t>(code_.chain_operands_.size()), 1};
    std::uint32_t operands[2] = {};
    if (t.form == term::plain) {
      run.kind = is_varying(graph_[t.a]) ? chain_run::varying : chain_run::uniform;
      operands[0] = run.kind == chain_run::varying ? place_of(t.a).first : uniform_of(t.a);
    } else {
      // The uniform factor second. A mask belongs to the second one.
      if (t.form == term::product && !is_varying(graph_[t.a])) std::swap(t.a, t.b);
      run.kind = chain_form(t);
      operands[0] = run.kind == chain_run::masked_uniform ? uniform_of(t.a) : place_of(t.a).first;
      operands[1] = is_varying(graph_[t.b]) ? place_of(t.b).first : uniform_of(t.b);
    }
    const std::size_t width = run.kind >= chain_run::varying_product ? 2 : 1;
    chain_run* last = is_first ? nullptr : &code_.runs_.back();
    if (last != nullptr && last->kind == run.kind && last->is_negative == run.is_negative)
      ++last->count;
    else
      code_.runs_.push_back(run);
    for (std::size_t k = 0; k < width; ++k) code_.chain_operands_.push_back(operands[k]);
  }

  [[nodiscard]] chain_run::form chain_form(const term& t) const {
    if (t.form == term::masked)
      return is_varying(graph_[t.a]) ? chain_run::masked_product : chain_run::masked_uniform;
    return is_varying(graph_[t.b]) ? chain_run::varying_product : chain_run::uniform_product;
  }

  void write_guard(std::size_t k) {
    const guard& g = source_.guards[k];
    const place p = place_of(g.condition);
    append({&run_guard,
            static_cast<std::uint32_t>(k),
            {p.first, 0, 0},
            {p.step, 0, 0},
            static_cast<int>(g.outcome)});
  }

  void write_sums(std::size_t first) {
    const std::size_t end = end_of_sums(first);
    const auto from = static_cast<std::uint32_t>(code_.lane_sums_.size());
    for (std::size_t i = first; i < end; ++i) {
      const node_sum& s = sums_[i];
      const place a = place_of(s.a);
      const place b = s.b != 0 ? place_of(s.b) : place{};
      code_.lane_sums_.push_back({a.first, b.first, a.step, b.step, s.b != 0, s.is_negative, s.target});
    }
    append({&run_lane_sums, 0, {from, static_cast<std::uint32_t>(end - first), 0}, {}, 0});
  }

  [[gnu::noinline]] void append(const instruction& i) { code_.instructions_.push_back(i); }

  code& code_;
  const code_source& source_;
  const graph& graph_;
  const list<std::uint32_t>* slot_of_ = nullptr;
  list<node_sum> sums_;  // in the order in which they are taken
  list<node_id> used_until_;
  list<node_id> guard_at_;
  list<node_id> sum_at_;
  list<std::uint32_t> shared_pack_of_;
  list<std::uint32_t> uniform_of_;
};
using code_writer = code_writer_if_used<>;

template <class... Lazy>
code_if_used<Lazy...>::code_if_used(const code_source& source) {
  code_writer(*this, source).write();
}

DAD_COMPILED_ONCE(class code)
DAD_COMPILED_ONCE(class code_writer)

}  // namespace dad::detail
