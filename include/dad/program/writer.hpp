// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// Writes nodes, and none that can be done without: constants are folded, and what leaves every bit of a value
// as it is (x * 1, x - 0, ...) is left out.

#pragma once

#include <bit>
#include <cmath>
#include <cstddef>

#include <dad/program/traced.hpp>

namespace dad::detail {

/// Appends to a graph. As a listener it takes the operations on traced numbers whose ids are the graph's: so
/// the formulas of partials write themselves into a program.
template <class...>
class writer_if_used final : public listener {
 public:
  explicit writer_if_used(graph& g) : graph_(g) {}

  [[nodiscard]] graph& target() noexcept { return graph_; }

  node_id constant(double value);

  /// An operation, or what it comes to.
  node_id write(const node& n);
  node_id write(opcode code, node_id a);
  node_id write(opcode code, node_id a, node_id b);

  /// A node as a number that writes.
  [[nodiscard]] traced as_traced(node_id id) const {
    if (graph_.is_constant(id)) return constant_of(graph_[id]);
    return {0.0, id, 0};
  }
  node_id id_of(const traced& x) { return x.is_constant() ? constant(x.recorded_value()) : x.id(); }

  DAD_ENGINE traced apply(opcode code, const traced* x, std::size_t arity, int parameter) override;
  traced linear(const traced&, const traced*, const traced*, std::size_t) override { fail(); }
  void guard(const traced&, bool) override { fail(); }
  void escape(const traced&) override { fail(); }

 private:
  [[noreturn]] static void fail();

  [[nodiscard]] bool is(node_id id, double value) const {
    return graph_.is_constant(id) &&
           std::bit_cast<std::uint64_t>(constant_of(graph_[id])) == std::bit_cast<std::uint64_t>(value);
  }

  // The node that n is the same as, or 0.
  node_id fold(const node& n) {
    bool is_constant = true;
    double values[3] = {};
    for (std::size_t i = 0; i < n.arity; ++i) {
      if (!graph_.is_constant(n.operands[i]))
        is_constant = false;
      else
        values[i] = constant_of(graph_[n.operands[i]]);
    }
    if (is_constant) return constant(value_of(n.code, values, n.arity, static_cast<int>(n.operands[1])));
    const node_id a = n.operands[0];
    const node_id b = n.operands[1];
    switch (row_of(n.code)) {
      case row<op::add>:
        return is(a, -0.0) ? b : is(b, -0.0) ? a : 0;
      case row<op::subtract>:
        return is(b, 0.0) ? a : 0;
      case row<op::scale>:
      case row<op::multiply>:
        return fold_product(a, b);
      case row<op::divide>:
        return is(b, 1.0) ? a : 0;
      case row<op::negate>:
        return graph_[a].code == opcode_of<op::negate> ? graph_[a].operands[0] : 0;
      case row<op::choose>:
        return graph_.is_constant(a) ? n.operands[values[0] != 0 ? 1 : 2] : b == n.operands[2] ? b : 0;
      case row<op::masked_product>:
        return fold_masked(a, b);
      // Conditions, which are 1 or 0.
      case row<op::min>:
        return fold_extreme(a, b, 0.0, 1.0);
      case row<op::max>:
        return fold_extreme(a, b, 1.0, 0.0);
      default:
        return 0;
    }
  }

  node_id fold_product(node_id a, node_id b) {
    if (is(a, 1.0)) return b;
    if (is(b, 1.0)) return a;
    if (is(a, -1.0)) return write(opcode_of<op::negate>, b);
    if (is(b, -1.0)) return write(opcode_of<op::negate>, a);
    return 0;
  }

  // A seed that is known not to be zero masks nothing.
  node_id fold_masked(node_id partial, node_id seed) {
    if (!graph_.is_constant(seed)) return 0;
    return constant_of(graph_[seed]) == 0 ? constant(0.0) : write(opcode_of<op::multiply>, partial, seed);
  }

  // min and max of conditions, of which one is known.
  node_id fold_extreme(node_id a, node_id b, double winner, double loser) {
    if (!graph_.is_constant(a) && !graph_.is_constant(b)) return 0;
    if (!is_condition(a) || !is_condition(b)) return 0;
    if (is(a, winner) || is(b, winner)) return constant(winner);
    return is(a, loser) ? b : is(b, loser) ? a : 0;
  }
  // Conditions, also combined a few times as in the formulas of partials: 1 or 0, none of them -0.
  [[nodiscard]] bool is_condition(node_id id, int depth = 4) const {
    const node& n = graph_[id];
    if (is(id, 0.0) || is(id, 1.0)) return true;
    if (n.code >= opcode_of<op::less> && n.code <= opcode_of<op::has_sign_bit>) return true;
    if (depth == 0) return false;
    if (n.code == opcode_of<op::subtract>)
      return is(n.operands[0], 1.0) && is_condition(n.operands[1], depth - 1);
    return (n.code == opcode_of<op::min> || n.code == opcode_of<op::max>)&&is_condition(n.operands[0],
                                                                                        depth - 1) &&
           is_condition(n.operands[1], depth - 1);
  }

  graph& graph_;
};
using writer = writer_if_used<>;

// Out of line, as everything that writes derivatives calls them.
#if DAD_DEFINES_ENGINE
template <class... Lazy>
[[gnu::cold, gnu::noinline]] node_id writer_if_used<Lazy...>::constant(double value) {
  return graph_.append(constant_node(value));
}
template <class... Lazy>
[[gnu::cold, gnu::noinline]] node_id writer_if_used<Lazy...>::write(const node& n) {
  if (const node_id folded = fold(n)) return folded;
  return graph_.append(n);
}
template <class... Lazy>
[[gnu::cold, gnu::noinline]] node_id writer_if_used<Lazy...>::write(opcode o, node_id a) {
  return write(node{o, 1, {a, 0, 0}});
}
template <class... Lazy>
[[gnu::cold, gnu::noinline]] node_id writer_if_used<Lazy...>::write(opcode o, node_id a, node_id b) {
  return write(node{o, 2, {a, b, 0}});
}
template <class... Lazy>
[[gnu::cold]] traced writer_if_used<Lazy...>::apply(opcode o, const traced* x, std::size_t arity,
                                                    int parameter) {
  node n{o, static_cast<std::uint16_t>(arity), {0, 0, 0}};
  for (std::size_t i = 0; i < arity; ++i) n.operands[i] = id_of(x[i]);
  if (arity == 1) n.operands[1] = static_cast<node_id>(parameter);
  return as_traced(write(n));
}
template <class... Lazy>
[[gnu::cold, gnu::noinline]] void writer_if_used<Lazy...>::fail() {
  throw error("dad: a partial must not branch on a value or read it; write it with select");
}
#endif

DAD_COMPILED_ONCE(class writer)

}  // namespace dad::detail
