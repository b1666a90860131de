// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// Equal operations on equal operands are computed once, and nothing else is taken for equal.

#include <dad/program/subexpressions.hpp>

#include <limits>
#include <random>
#include <vector>

#include "program/interpreted.hpp"
#include "program/random_graph.hpp"
#include "program/recorded.hpp"

namespace {

using dad::detail::graph;
using dad::detail::list;
using dad::detail::merge_subexpressions;
using dad::detail::node_id;

using names = std::vector<std::string>;

/// The operations that are left of a function of two inputs.
template <class F>
names left_of(const F& f) {
  const auto r = test::record(f, {0.5, 0.75});
  list<node_id> roots = r.outputs;
  return test::operations_of(merge_subexpressions(r.operations, roots));
}

TEST_CASE("equal operations are merged") {
  CHECK(left_of([](const auto& x) { return sin(x[0]) * sin(x[0]); }) == names{"sin", "multiply"});
  CHECK(left_of([](const auto& x) { return exp(sin(x[0] * 2)) + exp(sin(x[0] * 2)); }) ==
        names{"multiply", "sin", "exp", "add"});
  // Sums and products the other way round.
  CHECK(left_of([](const auto& x) { return (x[0] + x[1]) - (x[1] + x[0]); }) == names{"add", "subtract"});
  CHECK(left_of([](const auto& x) { return (x[0] * x[1]) / (x[1] * x[0]); }) == names{"multiply", "divide"});
  // Comparisons as well.
  CHECK(left_of([](const auto& x) {
          return select(x[0] < x[1], x[0], x[1]) + select(x[0] < x[1], x[1], x[0]);
        }).size() == 4);
}

TEST_CASE("different operations are not merged") {
  CHECK(left_of([](const auto& x) { return (x[0] - x[1]) + (x[1] - x[0]); }).size() == 3);
  CHECK(left_of([](const auto& x) { return x[0] / x[1] + x[1] / x[0]; }).size() == 3);
  CHECK(left_of([](const auto& x) { return atan2(x[0], x[1]) + atan2(x[1], x[0]); }).size() == 3);
  CHECK(left_of([](const auto& x) { return sin(x[0]) + cos(x[0]); }).size() == 3);
  CHECK(left_of([](const auto& x) { return sin(x[0]) + sin(x[1]); }).size() == 3);
  // A parameter belongs to an operation.
  CHECK(left_of([](const auto& x) { return ldexp(x[0], 2) + ldexp(x[0], 3); }).size() == 3);
  CHECK(left_of([](const auto& x) { return dad::polygamma(1, x[0]) + dad::polygamma(2, x[0]); }).size() == 3);
  // Constants are the same by their bits.
  CHECK(left_of([](const auto& x) { return copysign(x[0], 0.0) * copysign(x[0], -0.0); }).size() == 3);
  const auto nan = std::numeric_limits<double>::quiet_NaN();
  CHECK(left_of([&](const auto& x) { return (x[0] + nan) * (x[0] + nan); }).size() == 2);
  // min and max are not symmetric: a tie or a NaN takes the first.
  CHECK(left_of([](const auto& x) { return min(x[0], x[1]) + min(x[1], x[0]); }).size() == 3);
}

TEST_CASE("what no root depends on goes") {
  const auto r = test::record(
      [](const auto& x) {
        static_cast<void>(exp(x[1]) * x[0]);
        return sin(x[0]);
      },
      {0.5, 0.75});
  list<node_id> roots = r.outputs;
  const graph merged = merge_subexpressions(r.operations, roots);
  CHECK(test::operations_of(merged) == names{"sin"});
  CHECK(merged.size() == 3);  // none, the input, and it
  CHECK(roots == list<node_id>{2});
}

TEST_CASE("merged random programs keep every bit, and nothing is left to merge") {
  std::mt19937 engine(11);
  std::size_t before = 0, after = 0;
  for (int trial = 0; trial < 300; ++trial) {
    CAPTURE(trial);
    const auto p = test::random_graph(engine, 1 + engine() % 3, engine() % 2, 10 + engine() % 200);
    list<node_id> roots = p.outputs;
    const graph merged = merge_subexpressions(p.operations, roots);
    before += p.operations.size();
    after += merged.size();
    list<node_id> roots_again = roots;
    CHECK(merge_subexpressions(merged, roots_again).nodes == merged.nodes);
    CHECK(roots_again == roots);
    for (int i = 0; i < 5; ++i) {
      const auto x = test::random_row(engine, p.input_count);
      const auto u = test::random_row(engine, p.uniform_count);
      REQUIRE(test::same_bits(test::interpreted(merged, roots, x, u),
                              test::interpreted(p.operations, p.outputs, x, u)));
    }
  }
  CHECK(after < before * 9 / 10);
}

}  // namespace
