// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// The partials of every operation as nodes of a program, written by the operation's own formulas.

#pragma once

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <type_traits>

#include <dad/program/writer.hpp>

namespace dad::detail {

/// How an operand's tangent, or a result's adjoint, is multiplied: not at all, by +-1, by a factor, which may
/// be masked (a zero seed stays zero), or by the outcome of a condition, or of its opposite (what is not
/// chosen is zero, whatever the seed: choosing is no product).
struct partial_node {
  enum form : std::uint32_t { unknown, none, plus_one, minus_one, product, masked, where, elsewhere };
  form kind = unknown;
  node_id factor = 0;
};

// A partial as a number, also where its type says what it is.
template <class P>
traced number_of(const P& partial) {
  if constexpr (std::is_same_v<P, op::zero>)
    return 0.0;
  else if constexpr (std::is_same_v<P, op::plus_one>)
    return 1.0;
  else if constexpr (std::is_same_v<P, op::minus_one>)
    return -1.0;
  else
    return traced(partial);
}

template <class Op>
traced partial_number([[maybe_unused]] const traced* x, [[maybe_unused]] traced y,
                      [[maybe_unused]] int parameter, [[maybe_unused]] std::size_t which) {
  const Op op = make_operation<Op>(parameter);
  if constexpr (Op::arity == 1) {
    return number_of(op.template partial<0>(x[0], y));
  } else if constexpr (Op::arity == 2) {
    if (which == 0) return number_of(op.template partial<0>(x[0], x[1], y));
    return number_of(op.template partial<1>(x[0], x[1], y));
  } else {
    if (which == 0) return number_of(op.template partial<0>(x[0], x[1], x[2], y));
    if (which == 1) return number_of(op.template partial<1>(x[0], x[1], x[2], y));
    return number_of(op.template partial<2>(x[0], x[1], x[2], y));
  }
}

/// The partials of a graph's nodes; each is written once.
template <class...>
class partial_table_if_used {
 public:
  explicit partial_table_if_used(writer& w) : writer_(w) {}

  /// Partial `which` of node y, an operation.
  partial_node of(node_id y, std::size_t which);

 private:
  [[nodiscard]] partial_node make(node_id y, std::size_t which);

  writer& writer_;
  list<partial_node> known_;
};
using partial_table = partial_table_if_used<>;

#if DAD_DEFINES_ENGINE
template <class... Lazy>
[[gnu::cold]] partial_node partial_table_if_used<Lazy...>::of(node_id y, std::size_t which) {
  const std::size_t place = std::size_t{y} * 3 + which;
  if (known_.size() <= place) {
    const std::size_t size = writer_.target().size();
    known_.resize((y < size ? size : std::size_t{y} + 1) * 3);
  }
  if (known_[place].kind == partial_node::unknown) known_[place] = make(y, which);
  return known_[place];
}

template <class... Lazy>
[[gnu::cold, gnu::noinline]] partial_node partial_table_if_used<Lazy...>::make(node_id y, std::size_t which) {
  const node n = writer_.target()[y];
  if (n.code == opcode_of<op::choose>) {
    constexpr partial_node::form forms[] = {partial_node::none, partial_node::where, partial_node::elsewhere};
    return {forms[which], n.operands[0]};
  }
  const operation& o = operation_at(n.code);
  traced x[3];
  for (std::size_t i = 0; i < n.arity; ++i) x[i] = writer_.as_traced(n.operands[i]);
  const listening on(writer_);
  const traced p = o.partial(x, writer_.as_traced(y), static_cast<int>(n.operands[1]), which);
  if (!p.is_constant()) return {o.may_be_singular ? partial_node::masked : partial_node::product, p.id()};
  const double c = p.recorded_value();
  if (c == 0) return {partial_node::none, 0};
  if (c == 1) return {partial_node::plus_one, 0};
  if (c == -1) return {partial_node::minus_one, 0};
  return {std::isfinite(c) ? partial_node::product : partial_node::masked, writer_.constant(c)};
}
#endif

DAD_COMPILED_ONCE(class partial_table)

}  // namespace dad::detail
