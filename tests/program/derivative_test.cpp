// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// Derivatives as further nodes: what they cost, which nodes depend on what, and that no pass changes a bit.

#include <dad/program/derivative.hpp>

#include <cmath>
#include <random>
#include <string>
#include <vector>

#include <dad/program/path.hpp>

#include "program/interpreted.hpp"
#include "program/random_function.hpp"
#include "program/recorded.hpp"
#include "program/replayed.hpp"

namespace {

using dad::detail::differentiator;
using dad::detail::foundation;
using dad::detail::graph;
using dad::detail::list;
using dad::detail::node_id;
using dad::detail::opcode;
using dad::detail::partial_node;
using names = std::vector<std::string>;
using row = std::vector<double>;

/// A function's operations, its gradient in the same graph, and the tangents of both along a direction, whose
/// inputs come after the point's.
struct derivatives {
  foundation base;
  differentiator d{base.operations};
  std::size_t n;
  list<node_id> gradient;
  list<node_id> tangents;  // of the value, and of the gradient

  explicit derivatives(const dad::detail::recording& r) : base(r), n(r.input_count) {
    graph& g = base.operations;
    list<node_id> direction;
    for (std::size_t i = 0; i < n; ++i)
      direction.push_back(g.append({opcode::input, 0, {static_cast<node_id>(n + i), 0, 0}}));
    list<bool> is_input(g.size(), false);
    for (std::size_t i = 1; i <= n; ++i) is_input[i] = true;
    const list<bool> is_active = d.dependents(is_input);
    list<node_id> adjoint(g.size(), 0);
    adjoint[base.outputs[0]] = g.append(dad::detail::constant_node(1.0));
    d.sweep(adjoint, is_active);
    gradient.assign({adjoint.data() + 1, n});
    size_of_gradient = g.size();
    list<node_id> tangent(g.size(), 0);
    for (std::size_t i = 0; i < n; ++i) tangent[i + 1] = direction[i];
    d.push(tangent);
    tangents.push_back(tangent[base.outputs[0]]);
    for (const node_id id : gradient) tangents.push_back(tangent[id]);
  }
  std::size_t size_of_gradient = 0;

  /// What is left of value and gradient by merging.
  [[nodiscard]] names left() const {
    list<node_id> roots = gradient;
    roots.push_back(base.outputs[0]);
    return test::operations_of(dad::detail::merge_subexpressions(base.operations, roots));
  }
};

template <class F>
derivatives of(const F& f, const row& x = {0.5, 0.75}) {
  return derivatives(test::record(f, x));
}

TEST_CASE("what is zero or one by structure costs no node") {
  CHECK(of([](const auto& x) { return x[0] + x[1]; }).left() == names{"add"});
  CHECK(of([](const auto& x) { return x[0] - x[1]; }).left() == names{"subtract"});
  CHECK(of([](const auto& x) { return x[0] * x[1]; }).left() == names{"multiply"});
  CHECK(of([](const auto& x) { return 3 * x[0] - x[1] / 4 + 7; }).left().size() == 4);
  CHECK(of([](const auto& x) { return exp(x[0]) + x[1]; }).left() == names{"exp", "add"});
  CHECK(of([](const auto& x) { return floor(x[0]) + x[1]; }).left() == names{"floor", "add"});
  CHECK(of([](const auto& x) { return floor(x[0]) + x[1]; }).gradient[0] == 0);
  CHECK(of([](const auto& x) { return sin(x[0]); }).left() == names{"sin", "cos"});
  CHECK(of([](const auto& x) { return sin(x[0]); }).gradient[1] == 0);
  CHECK(of([](const auto& x) { return x[0] * 0 + sqrt(dad::traced(2)); }).gradient[0] == 0);
  // A share is added, or taken off, without a product.
  CHECK(of([](const auto& x) { return sin(x[0]) + x[0]; }).left() == names{"sin", "add", "cos", "add"});
  CHECK(of([](const auto& x) { return exp(x[1] - x[0]) * x[0]; }).left() ==
        names{"subtract", "exp", "multiply", "masked_product", "subtract"});
  // Second derivatives of what is linear or bilinear.
  const derivatives bilinear = of([](const auto& x) { return x[0] * x[1] + 5 * x[0]; });
  const graph& g = bilinear.base.operations;
  CHECK(
      (g[bilinear.tangents[1]] == dad::detail::node{opcode::input, 0, {3, 0, 0}}));  // the other's direction
  CHECK((g[bilinear.tangents[2]] == dad::detail::node{opcode::input, 0, {2, 0, 0}}));
  const derivatives linear = of([](const auto& x) { return 3 * x[0] - x[1]; });
  CHECK(linear.tangents[1] == 0);
  CHECK(linear.tangents[2] == 0);
}

TEST_CASE("who depends on whom, through linear nodes only by their terms") {
  graph g;
  const node_id x = g.append({opcode::input, 0, {0, 0, 0}});
  const node_id y = g.append({opcode::input, 0, {1, 0, 0}});
  const node_id sum = g.append({dad::detail::opcode_of<dad::op::add>, 2, {x, y, 0}});
  const node_id only_y = g.append({dad::detail::opcode_of<dad::op::exp>, 1, {y, x, 0}});  // x is no operand
  g.terms = {{y, x, dad::detail::term::product, 0}};
  const node_id linear = g.append({opcode::linear, 0, {sum, 0, 1}});
  differentiator d(g);
  list<bool> is_x(g.size(), false);
  is_x[x] = true;
  CHECK(d.dependents(is_x) == list<bool>{false, true, false, true, false, false});
  list<bool> is_y(g.size(), false);
  is_y[y] = true;
  CHECK(d.dependents(is_y) == list<bool>{false, false, true, true, true, true});
  static_cast<void>(only_y);
  static_cast<void>(linear);
}

TEST_CASE("a linear node's derivative is its terms', not its value's") {
  // The value x y, and by terms the derivative 3 dx + (x + y) dy.
  graph g;
  const node_id x = g.append({opcode::input, 0, {0, 0, 0}});
  const node_id y = g.append({opcode::input, 0, {1, 0, 0}});
  const node_id product = g.append({dad::detail::opcode_of<dad::op::multiply>, 2, {x, y, 0}});
  const node_id three = g.append(dad::detail::constant_node(3.0));
  const node_id sum = g.append({dad::detail::opcode_of<dad::op::add>, 2, {x, y, 0}});
  g.terms = {{x, three, dad::detail::term::product, 0}, {y, sum, dad::detail::term::product, 0}};
  const node_id linear = g.append({opcode::linear, 0, {product, 0, 2}});
  differentiator d(g);
  const list<bool> is_active(g.size(), true);
  list<node_id> adjoint(g.size(), 0);
  adjoint[linear] = g.append(dad::detail::constant_node(2.0));
  d.sweep(adjoint, is_active);
  CHECK(adjoint[product] == 0);
  CHECK(test::interpreted(g, {adjoint[x], adjoint[y]}, {5.0, 7.0}) == row{6, 24});
  list<node_id> tangent(g.size(), 0);
  tangent[x] = g.append(dad::detail::constant_node(10.0));
  tangent[y] = g.append(dad::detail::constant_node(1.0));
  d.push(tangent);
  CHECK(test::interpreted(g, {tangent[linear], tangent[adjoint[y]]}, {5.0, 7.0}) == row{42, 22});
}

TEST_CASE("adjoints that a choice may have made zero are masked, others are not") {
  const names plain = of([](const auto& x) { return sin(x[0] * x[1]) * x[1]; }).left();
  for (const std::string& name : plain) CHECK(name.find("masked") == std::string::npos);
  const names chosen =
      of([](const auto& x) { return dad::select(x[0] < x[1], sin(x[0] * x[1]), x[1]); }).left();
  std::size_t masked = 0;
  for (const std::string& name : chosen) masked += name == "masked_product";
  CHECK(masked == 3);  // by cos, x[1] and x[0]
}

TEST_CASE("derivatives keep every bit whether or not their nodes are merged and chained") {
  std::mt19937 engine(83);
  for (int trial = 0; trial < 120; ++trial) {
    CAPTURE(trial);
    const std::size_t n = 2 + engine() % 4;
    const auto f = test::make_random_function(engine, n, 3 + engine() % 30);
    const row x = test::random_point(engine, n);
    const auto r = test::record(f, x);
    const derivatives d(r);
    list<node_id> wanted = d.base.outputs;
    for (const node_id id : d.gradient) wanted.push_back(id);
    for (const node_id id : d.tangents) wanted.push_back(id);

    const graph& plain = d.base.operations;
    list<node_id> roots = wanted;
    const graph merged = dad::detail::merge_subexpressions(plain, roots);
    const list<node_id> merged_roots = roots;
    const graph chained = dad::detail::make_chains(merged, roots);
    CHECK(chained.size() <= merged.size());
    CHECK(merged.size() < plain.size());
    row inputs = x;
    for (const double v : test::random_point(engine, n)) inputs.push_back(v);
    const auto zero_for_none = [](row values, const list<node_id>& ids) {
      for (std::size_t i = 0; i < ids.size(); ++i)
        if (ids[i] == 0) values[i] = 0;
      return values;
    };
    const row expected = zero_for_none(test::interpreted(plain, wanted, inputs), wanted);
    CHECK(test::same_bits(zero_for_none(test::interpreted(merged, merged_roots, inputs), wanted), expected));
    CHECK(test::same_bits(zero_for_none(test::interpreted(chained, roots, inputs), wanted), expected));

    // And as code.
    using dad::detail::derivative_code;
    using dad::detail::derivative_kind;
    const row gradient = test::replay_one(derivative_code(r, derivative_kind::gradient).main(), x);
    CHECK(test::same_bits(gradient,
                          row(expected.begin(), expected.begin() + 1 + static_cast<std::ptrdiff_t>(n))));
    const row product = test::replay_one(derivative_code(r, derivative_kind::product).main(), inputs);
    CHECK(test::same_bits(row(product.begin() + 1, product.end()),
                          row(expected.end() - static_cast<std::ptrdiff_t>(n), expected.end())));
  }
}

}  // namespace
