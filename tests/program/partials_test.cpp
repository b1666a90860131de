// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// Partials written into a program are the operations' own: their values, their forms, and no node twice.

#include <dad/program/dead_code.hpp>
#include <dad/program/partials.hpp>

#include <cmath>
#include <limits>
#include <string>
#include <utility>
#include <vector>

#include "program/interpreted.hpp"
#include "program/recorded.hpp"

namespace {

using dad::detail::graph;
using dad::detail::node;
using dad::detail::node_id;
using dad::detail::node_operations;
using dad::detail::opcode;
using dad::detail::opcode_of;
using dad::detail::partial_node;
using dad::detail::partial_table;
using dad::detail::writer;
namespace op = dad::op;

constexpr double inf = std::numeric_limits<double>::infinity();

/// What multiplies a seed, as a number; 0 for none.
double number_of(const graph& g, const partial_node& p, const std::vector<double>& inputs) {
  switch (p.kind) {
    case partial_node::none:
      return 0;
    case partial_node::plus_one:
      return 1;
    case partial_node::minus_one:
      return -1;
    case partial_node::where:
      return test::interpreted(g, {p.factor}, inputs)[0] != 0 ? 1 : 0;
    case partial_node::elsewhere:
      return test::interpreted(g, {p.factor}, inputs)[0] != 0 ? 0 : 1;
    default:
      return test::interpreted(g, {p.factor}, inputs)[0];
  }
}

/// The same from the operation itself, in double.
double number_of(op::zero) { return 0; }
double number_of(op::plus_one) { return 1; }
double number_of(op::minus_one) { return -1; }
double number_of(double x) { return x; }

template <class Op, std::size_t I>
double partial_in_double(const Op& operation, const double* x) {
  if constexpr (Op::arity == 1)
    return number_of(operation.template partial<I>(x[0], operation.value(x[0])));
  else if constexpr (Op::arity == 2)
    return number_of(operation.template partial<I>(x[0], x[1], operation.value(x[0], x[1])));
  else
    return number_of(operation.template partial<I>(x[0], x[1], x[2], operation.value(x[0], x[1], x[2])));
}

/// One operation on inputs 0, 1, 2.
template <class Op>
struct one_operation {
  graph g;
  writer w{g};
  partial_table p{w};
  node_id y = 0;

  explicit one_operation(int parameter) {
    constexpr auto arity = static_cast<std::uint16_t>(Op::arity);
    node n{opcode_of<Op>, arity, {0, 0, 0}};
    for (node_id i = 0; i < arity; ++i) n.operands[i] = g.append({opcode::input, 0, {i, 0, 0}});
    if (arity == 1) n.operands[1] = static_cast<node_id>(parameter);
    y = g.append(n);
  }
};

template <class Op, std::size_t I>
void hold(int parameter) {
  one_operation<Op> o(parameter);
  const partial_node p = o.p.of(o.y, I);
  const std::size_t size = o.g.size();
  const partial_node again = o.p.of(o.y, I);
  CHECK(again.kind == p.kind);
  CHECK(again.factor == p.factor);
  CHECK(o.g.size() == size);
  CHECK(p.kind != partial_node::unknown);
  // A factor is masked where it may be infinite or NaN at finite operands.
  if (p.kind == partial_node::product) CHECK_FALSE((Op::may_be_singular && !o.g.is_constant(p.factor)));
  if (p.kind == partial_node::masked) CHECK((Op::may_be_singular || o.g.is_constant(p.factor)));

  const double pool[] = {-2.5, -1.0, -0.0, 0.0, 0.25, 0.75, 1.0, 3.0, 40.0, inf};
  const Op operation = dad::detail::make_operation<Op>(parameter);
  for (const double x0 : pool)
    for (const double x1 : pool)
      for (const double x2 : {0.5, -1.5, 1.0}) {
        const double x[] = {x0, x1, x2};
        const double expected = partial_in_double<Op, I>(operation, x);
        const double got = number_of(o.g, p, {x0, x1, x2});
        const double tolerance = 1e-14 * std::abs(expected);
        // Of an infinite length the plain quotient inf / inf is NaN; as a direction it has a limit.
        const bool is_open = std::is_same_v<Op, op::hypot3> && std::isnan(expected);
        const bool agrees = got == expected || std::abs(got - expected) <= tolerance ||
                            (std::isnan(got) && std::isnan(expected)) || is_open;
        INFO(Op::name << ", partial " << I << " at " << x0 << ", " << x1 << ", " << x2 << ": " << got
                      << ", expected " << expected);
        if (!agrees) CHECK(agrees);
      }
}

template <class Op>
void hold_operation() {
  const int parameter = std::is_same_v<Op, op::polygamma> ? 1 : std::is_same_v<Op, op::ldexp> ? -3 : 0;
  INFO(Op::name);
  hold<Op, 0>(parameter);
  if constexpr (Op::arity > 1) hold<Op, 1>(parameter);
  if constexpr (Op::arity > 2) hold<Op, 2>(parameter);
}

template <class... Op>
void hold_all(op::type_list<Op...>) {
  (hold_operation<Op>(), ...);
}

TEST_CASE("every partial of every operation") { hold_all(node_operations{}); }

template <class Op>
partial_node partial_of(std::size_t which, int parameter = 0) {
  one_operation<Op> o(parameter);
  return o.p.of(o.y, which);
}

TEST_CASE("what is zero or one by structure has no factor") {
  CHECK(partial_of<op::add>(0).kind == partial_node::plus_one);
  CHECK(partial_of<op::subtract>(1).kind == partial_node::minus_one);
  CHECK(partial_of<op::negate>(0).kind == partial_node::minus_one);
  CHECK(partial_of<op::fma>(2).kind == partial_node::plus_one);
  CHECK(partial_of<op::fmod>(0).kind == partial_node::plus_one);
  CHECK(partial_of<op::floor>(0).kind == partial_node::none);
  CHECK(partial_of<op::copysign>(1).kind == partial_node::none);
  CHECK(partial_of<op::less>(1).kind == partial_node::none);
  CHECK(partial_of<op::choose>(0).kind == partial_node::none);
  CHECK(partial_of<op::choose>(1).kind == partial_node::where);
  CHECK(partial_of<op::choose>(2).kind == partial_node::elsewhere);
}

TEST_CASE("constant factors are forms of their own") {
  CHECK(partial_of<op::ldexp>(0, 0).kind == partial_node::plus_one);
  CHECK(partial_of<op::ldexp>(0, 3).kind == partial_node::product);
  CHECK(partial_of<op::ldexp>(0, -1200).kind == partial_node::none);   // 2^-1200 is 0
  CHECK(partial_of<op::ldexp>(0, 1200).kind == partial_node::masked);  // and 2^1200 infinite
}

/// The kind of the partial by x of f(x, constant), and the operations that it is made of.
template <class Op>
std::pair<partial_node::form, std::vector<std::string>> beside(double constant, std::size_t which) {
  graph g;
  writer w(g);
  partial_table p(w);
  const node_id x = g.append({opcode::input, 0, {0, 0, 0}});
  const node_id c = w.constant(constant);
  node n{opcode_of<Op>, 2, {x, c, 0}};
  if (which == 1) std::swap(n.operands[0], n.operands[1]);
  const node_id y = g.append(n);
  const partial_node made = p.of(y, which);
  std::vector<std::string> names;
  const auto is_live = dad::detail::live_nodes(g, {&made.factor, 1});
  for (node_id id = 1; id < g.size(); ++id)
    if (is_live[id] && g[id].code >= opcode::first) names.emplace_back(dad::detail::name_of(g[id].code));
  return {made.kind, names};
}

TEST_CASE("a constant beside an operand makes its partial constant, or simple") {
  using names = std::vector<std::string>;
  CHECK(beside<op::multiply>(2.5, 0) == std::pair(partial_node::product, names{}));
  CHECK(beside<op::multiply>(1.0, 0) == std::pair(partial_node::plus_one, names{}));
  CHECK(beside<op::multiply>(-1.0, 0) == std::pair(partial_node::minus_one, names{}));
  CHECK(beside<op::multiply>(0.0, 0) == std::pair(partial_node::none, names{}));
  CHECK(beside<op::multiply>(inf, 0) == std::pair(partial_node::masked, names{}));
  CHECK(beside<op::divide>(4.0, 0) == std::pair(partial_node::product, names{}));
  CHECK(beside<op::divide>(0.0, 0) == std::pair(partial_node::masked, names{}));
  // Powers: no logarithm, no choice that the exponent decides.
  CHECK(beside<op::pow>(0.0, 0) == std::pair(partial_node::none, names{}));
  CHECK(beside<op::pow>(3.0, 0) == std::pair(partial_node::masked, names{"pow", "scale"}));
  CHECK(beside<op::pow>(-0.0, 0).first == partial_node::none);
}

}  // namespace
