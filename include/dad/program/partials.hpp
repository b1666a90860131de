// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// The partials of every operation as nodes of a program, written by the operation's own formulas.

#pragma once

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <vector>

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

// Partial `which` of an operation at traced operands.
template <class Op>
void write_partial(writer& w, const traced* x, const traced& y, int parameter, std::size_t which,
                   partial_node& out) {
  [[maybe_unused]] const Op op = make_operation<Op>(parameter);
  [[maybe_unused]] const auto note = [&](const auto& p) {
    using P = std::remove_cvref_t<decltype(p)>;
    if constexpr (std::is_same_v<P, op::zero>) {
      out.kind = partial_node::none;
    } else if constexpr (std::is_same_v<P, op::plus_one>) {
      out.kind = partial_node::plus_one;
    } else if constexpr (std::is_same_v<P, op::minus_one>) {
      out.kind = partial_node::minus_one;
    } else {
      const traced factor(p);
      const double c = factor.recorded_value();
      if (!factor.is_constant())
        out.kind = Op::may_be_singular ? partial_node::masked : partial_node::product;
      else if (c == 0)
        out.kind = partial_node::none;
      else if (c == 1)
        out.kind = partial_node::plus_one;
      else if (c == -1)
        out.kind = partial_node::minus_one;
      else
        out.kind = std::isfinite(c) ? partial_node::product : partial_node::masked;
      if (out.kind >= partial_node::product) out.factor = w.id_of(factor);
    }
  };
  if constexpr (std::is_same_v<Op, op::choose>) {
    constexpr partial_node::form forms[] = {partial_node::none, partial_node::where, partial_node::elsewhere};
    out = {forms[which], w.id_of(x[0])};
  } else if constexpr (Op::arity == 1) {
    note(op.template partial<0>(x[0], y));
  } else if constexpr (Op::arity == 2) {
    which == 0 ? note(op.template partial<0>(x[0], x[1], y)) : note(op.template partial<1>(x[0], x[1], y));
  } else {
    if (which == 0)
      note(op.template partial<0>(x[0], x[1], x[2], y));
    else if (which == 1)
      note(op.template partial<1>(x[0], x[1], x[2], y));
    else
      note(op.template partial<2>(x[0], x[1], x[2], y));
  }
}

template <class List>
struct partial_table;
template <class... Op>
struct partial_table<op::type_list<Op...>> {
  using function = void (*)(writer&, const traced*, const traced&, int, std::size_t, partial_node&);
  static constexpr function write[] = {&write_partial<Op>...};
};

/// The partials of a graph's nodes; each is written once.
class partials {
 public:
  explicit partials(writer& w) : writer_(w) {}

  /// Partial `which` of node y, an operation.
  partial_node of(node_id y, std::size_t which) {
    if (known_.size() <= std::size_t{y} * 3 + 2)
      known_.resize(std::max(std::size_t{y} + 1, writer_.target().size()) * 3);
    if (known_[y * 3 + which].kind == partial_node::unknown) {
      const partial_node made = make(y, which);
      known_[y * 3 + which] = made;
    }
    return known_[y * 3 + which];
  }

 private:
  partial_node make(node_id y, std::size_t which) {
    const node n = writer_.target()[y];
    traced x[3];
    for (std::size_t i = 0; i < n.arity; ++i) x[i] = writer_.as_traced(n.operands[i]);
    const listening on(writer_);
    partial_node p;
    partial_table<node_operations>::write[row_of(n.code)](writer_, x, writer_.as_traced(y),
                                                          static_cast<int>(n.operands[1]), which, p);
    return p;
  }

  writer& writer_;
  std::vector<partial_node> known_;
};

}  // namespace dad::detail
