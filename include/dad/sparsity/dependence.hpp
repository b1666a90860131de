// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// Which partials of an operation are zero everywhere, of first and second order: read off the formulas of its
// partials, so that no second list of operations says it.

#pragma once

#include <cstddef>
#include <cstdint>

#include <dad/program/partials.hpp>

namespace dad::detail {

/// How an operation depends on its operands. Bit i of `first`: the partial by operand i is not zero
/// everywhere. Bit 3 i + j of `second`: nor is the derivative of that partial by operand j. So an operation
/// is linear in what has a first bit and no second one.
struct dependence {
  std::uint8_t first = 0;
  std::uint16_t second = 0;

  [[nodiscard]] bool on(std::size_t i) const noexcept { return (first >> i & 1) != 0; }
  [[nodiscard]] bool on(std::size_t i, std::size_t j) const noexcept {
    return (second >> (3 * i + j) & 1) != 0;
  }
  friend bool operator==(const dependence&, const dependence&) = default;
};

/// Of one operation: its partials are written on operands that stand for any number, and what they are
/// computed from is followed down through partials that are not zero themselves.
template <class...>
[[gnu::cold]] dependence find_dependence(opcode operation, std::size_t arity) {
  graph g;
  writer w(g);
  partial_table partials(w);
  node n{operation, static_cast<std::uint16_t>(arity), {0, 0, 0}};
  for (std::size_t i = 0; i < arity; ++i)
    n.operands[i] = g.append({opcode::input, 0, {static_cast<node_id>(i), 0, 0}});
  // An exponent, or an order: no structure depends on it.
  if (arity == 1) n.operands[1] = 1;
  const node_id y = g.append(n);
  dependence d;
  for (std::size_t i = 0; i < arity; ++i)
    if (partials.of(y, i).kind != partial_node::none) d.first |= static_cast<std::uint8_t>(1U << i);
  for (std::size_t i = 0; i < arity; ++i) {
    const partial_node p = partials.of(y, i);
    if (p.kind != partial_node::product && p.kind != partial_node::masked) continue;
    list<bool> is_reached(std::size_t{p.factor} + 1, false);
    is_reached[p.factor] = true;
    for (node_id id = p.factor; id > 0; --id) {
      if (!is_reached[id]) continue;
      const node step = g[id];
      if (step.code == opcode::input)
        d.second |= static_cast<std::uint16_t>(1U << (3 * i + step.operands[0]));
      if (step.code < opcode::first) continue;
      for (std::size_t k = 0; k < step.arity; ++k)
        if (!g.is_constant(step.operands[k]) && partials.of(id, k).kind != partial_node::none)
          is_reached[step.operands[k]] = true;
    }
  }
  return d;
}

/// Of all operations, each found once.
template <class...>
class dependence_table_if_used {
 public:
  [[nodiscard]] dependence of(const node& n) {
    const std::size_t at = row_of(n.code);
    if (!is_known_[at]) {
      known_[at] = find_dependence<>(n.code, n.arity);
      is_known_[at] = true;
    }
    return known_[at];
  }

 private:
  dependence known_[node_operations::size];
  bool is_known_[node_operations::size] = {};
};
using dependence_table = dependence_table_if_used<>;

}  // namespace dad::detail
