// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// What the writer leaves out changes no bit of any value, and it leaves out what it should.

#include <dad/program/writer.hpp>

#include <cmath>
#include <limits>
#include <vector>

#include "program/interpreted.hpp"
#include "program/recorded.hpp"

namespace {

using dad::traced;
using dad::detail::constant_node;
using dad::detail::graph;
using dad::detail::listening;
using dad::detail::node;
using dad::detail::node_id;
using dad::detail::node_operations;
using dad::detail::opcode;
using dad::detail::opcode_of;
using dad::detail::writer;
namespace op = dad::op;

constexpr double inf = std::numeric_limits<double>::infinity();
constexpr double nan = std::numeric_limits<double>::quiet_NaN();
const std::vector<double> special = {0.0, -0.0, 1.0, -1.0, 2.0, inf, nan};
const std::vector<double> values = {0.0, -0.0, 1.0, -1.0, 0.3, -2.5, 5e-324, 1e308, inf, -inf, nan};

/// An operation of which operand i is constant (choices[i] < special.size()) or input i, written as it is and
/// by the writer. Returns whether the values are the same, at all values of the inputs.
bool keeps_bits(opcode code, std::size_t arity, node_id parameter, const std::size_t* choices) {
  graph plain, written;
  writer w(written);
  node n{code, static_cast<std::uint16_t>(arity), {0, arity == 1 ? parameter : 0, 0}};
  for (std::size_t i = 0; i < arity; ++i) {
    const node operand = choices[i] < special.size()
                             ? constant_node(special[choices[i]])
                             : node{opcode::input, 0, {static_cast<node_id>(i), 0, 0}};
    n.operands[i] = plain.append(operand);
    written.append(operand);
  }
  const node_id before = plain.append(n);
  const node_id after = w.write(n);
  for (const double x : values)
    for (const double y : values)
      for (const double z : {0.0, 0.7, nan}) {
        const std::vector<double> inputs{x, y, z};
        if (!test::same_bits(test::interpreted(plain, {before}, inputs),
                             test::interpreted(written, {after}, inputs)))
          return false;
        if (arity < 3) break;
      }
  return true;
}

template <class... Op>
void hold_all(op::type_list<Op...>) {
  const auto hold = [](const char* name, opcode code, std::size_t arity) {
    std::size_t count = 1;
    for (std::size_t i = 0; i < arity; ++i) count *= special.size() + 1;
    bool all = true;
    for (std::size_t k = 0; k < count; ++k) {
      std::size_t choices[3] = {};
      for (std::size_t i = 0, rest = k; i < arity; ++i, rest /= special.size() + 1)
        choices[i] = rest % (special.size() + 1);
      all = all && keeps_bits(code, arity, 2, choices);
    }
    INFO(name);
    CHECK(all);
  };
  (hold(Op::name, opcode_of<Op>, static_cast<std::size_t>(Op::arity)), ...);
}

TEST_CASE("folding keeps every bit of every operation") { hold_all(node_operations{}); }

/// What two inputs become under f, as operations that are left.
template <class F>
std::vector<std::string> written(const F& f) {
  graph g;
  writer w(g);
  const node_id a = g.append({opcode::input, 0, {0, 0, 0}});
  const node_id b = g.append({opcode::input, 0, {1, 0, 0}});
  const listening on(w);
  static_cast<void>(traced(f(w.as_traced(a), w.as_traced(b))));
  return test::operations_of(g);
}
using names = std::vector<std::string>;

TEST_CASE("what changes nothing is left out") {
  const auto nothing = [](const auto& f) { return written(f).empty(); };
  CHECK(nothing([](const traced& x, const traced&) { return x * 1; }));
  CHECK(nothing([](const traced& x, const traced&) { return 1 * x; }));
  CHECK(nothing([](const traced& x, const traced&) { return x / 1; }));
  CHECK(nothing([](const traced& x, const traced&) { return x - 0; }));
  CHECK(nothing([](const traced& x, const traced&) { return x + -0.0; }));
  CHECK(nothing([](const traced& x, const traced&) { return -0.0 + x; }));
  CHECK(nothing([](const traced& x, const traced&) { return dad::detail::scale(x, 1.0); }));
  CHECK(nothing([](const traced& x, const traced&) { return select(traced(1) < 2, x, traced(3)); }));
  CHECK(nothing([](const traced& x, const traced&) { return dad::detail::masked_product(x, traced(0)); }));
  CHECK(nothing([](const traced& x, const traced&) { return dad::detail::masked_product(x, traced(1)); }));
  CHECK(written([](const traced& x, const traced&) { return -(-x); }) == names{"negate"});
  CHECK(written([](const traced& x, const traced&) { return x * -1; }) == names{"negate"});
  CHECK(written([](const traced& x, const traced& y) { return select(x < y, y, y); }) == names{"less"});
  CHECK(written([](const traced& x, const traced&) { return dad::detail::masked_product(x, traced(2)); }) ==
        names{"multiply"});
}

TEST_CASE("what changes a zero, an infinity or a NaN stays") {
  const auto stays = [](const auto& f) { return written(f).size() == 1; };
  CHECK(stays([](const traced& x, const traced&) { return x + 0; }));                                // -0
  CHECK(stays([](const traced& x, const traced&) { return x - -0.0; }));                             // -0
  CHECK(stays([](const traced& x, const traced&) { return 0 - x; }));                                // 0
  CHECK(stays([](const traced& x, const traced&) { return x * 0; }));                                // inf
  CHECK(stays([](const traced& x, const traced&) { return x - x; }));                                // inf
  CHECK(stays([](const traced& x, const traced&) { return x / x; }));                                // 0
  CHECK(stays([](const traced& x, const traced&) { return dad::detail::masked_product(2.0, x); }));  // -0
  CHECK(stays([](const traced& x, const traced&) { return pow(x, 1); }));  // it may be a formula of pow's own
  CHECK(stays([](const traced& x, const traced&) { return min(x, 1); }));
  CHECK(stays([](const traced& x, const traced&) { return max(0, x); }));
}

TEST_CASE("constants are computed, also where a parameter belongs to the operation") {
  graph g;
  writer w(g);
  const auto value = [&](node_id id) {
    REQUIRE(g.is_constant(id));
    return dad::detail::constant_of(g[id]);
  };
  CHECK(value(w.write(opcode_of<op::add>, w.constant(2), w.constant(3))) == 5);
  CHECK(value(w.write(opcode_of<op::sqrt>, w.constant(2))) == std::sqrt(2.0));
  CHECK(value(w.write({opcode_of<op::ldexp>, 1, {w.constant(3), 4, 0}})) == 48);
  CHECK(value(w.write({opcode_of<op::polygamma>, 1, {w.constant(1), 1, 0}})) == Approx(1.6449340668482264));
  CHECK(value(w.write({opcode_of<op::fma>, 3, {w.constant(2), w.constant(3), w.constant(4)}})) == 10);
}

TEST_CASE("conditions of which one is known are the other, or known as well") {
  const traced yes = 1, no = 2;
  CHECK(written([&](const traced& x, const traced& y) {
          return traced(dad::detail::both(x < y, traced::condition(yes < no)));
        }) == names{"less"});
  CHECK(written([&](const traced& x, const traced& y) {
          return traced(dad::detail::both(traced::condition(no < yes), x < y));
        }) == names{"less"});
  CHECK(written([&](const traced& x, const traced& y) {
          const auto is_less = x < y;
          return select(dad::detail::both(is_less, traced::condition(no < yes)), x, y);
        }) == names{"less"});
  CHECK(written([&](const traced& x, const traced& y) {
          const auto is_less = x < y;
          return select(dad::detail::either(is_less, traced::condition(yes < no)), x, y);
        }) == names{"less"});
  CHECK(written([&](const traced& x, const traced& y) {
          return traced(dad::detail::either(x < y, traced::condition(no < yes)));
        }) == names{"less"});
  // Combined ones are conditions as well.
  CHECK(written([&](const traced& x, const traced& y) {
          const auto combined = dad::detail::both(x < y, dad::detail::negated(isnan(y)));
          return select(dad::detail::both(traced::condition(no < yes), combined), exp(x), exp(y));
        }).size() == 4 + 2);
  // A difference is one only where it is a negation.
  CHECK(written([&](const traced& x, const traced& y) {
          const traced difference = traced(x < y) - traced(y < x);
          return min(difference, 1);
        }).size() == 4);
  // min and max of numbers are none, whatever one of them is.
  CHECK(written([](const traced& x, const traced&) { return min(x, 0); }) == names{"min"});
  CHECK(written([](const traced& x, const traced&) { return max(1, x); }) == names{"max"});
  CHECK(written([](const traced& x, const traced& y) { return min(x * y, 1); }) == names{"multiply", "min"});
}

TEST_CASE("formulas of partials must not branch or read") {
  graph g;
  writer w(g);
  const traced x = w.as_traced(g.append({opcode::input, 0, {0, 0, 0}}));
  const listening on(w);
  CHECK_THROWS_WITH(static_cast<bool>(x < 1), contains("write it with select"));
  CHECK_THROWS_WITH(x.value(), contains("must not branch on a value or read it"));
  CHECK_THROWS_AS(static_cast<int>(x), dad::error);
}

TEST_CASE("a constant node is a plain number to formulas, and a number a constant node") {
  graph g;
  writer w(g);
  const traced c = w.as_traced(w.constant(2.5));
  CHECK(c.is_constant());
  CHECK(c.value() == 2.5);
  const node_id id = w.id_of(c);
  CHECK(dad::detail::constant_of(g[id]) == 2.5);
  const node_id x = g.append({opcode::input, 0, {0, 0, 0}});
  CHECK(w.id_of(w.as_traced(x)) == x);
  CHECK(&w.target() == &g);
}

}  // namespace
