// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// Chains have the bits of the sums they are made of, whatever their terms, and take in what only they use.

#include <dad/program/chains.hpp>

#include <random>
#include <vector>

#include <dad/program/subexpressions.hpp>

#include "program/interpreted.hpp"
#include "program/random_graph.hpp"
#include "program/recorded.hpp"

namespace {

using dad::detail::graph;
using dad::detail::list;
using dad::detail::make_chains;
using dad::detail::node_id;
using dad::detail::opcode;
using dad::detail::opcode_of;
using dad::detail::term;
namespace op = dad::op;

/// A graph written by hand.
struct hand {
  graph g;
  node_id input(node_id place) { return g.append({opcode::input, 0, {place, 0, 0}}); }
  node_id operator()(opcode code, node_id a, node_id b) { return g.append({code, 2, {a, b, 0}}); }
  node_id operator()(opcode code, node_id a) { return g.append({code, 1, {a, 0, 0}}); }
};
constexpr opcode add = opcode_of<op::add>;
constexpr opcode subtract = opcode_of<op::subtract>;
constexpr opcode multiply = opcode_of<op::multiply>;
constexpr opcode masked = opcode_of<op::masked_product>;
constexpr opcode negate = opcode_of<op::negate>;

/// The terms of the one chain of a graph.
std::vector<term> terms_of(const graph& g) {
  for (const auto& n : g.nodes)
    if (n.code == opcode::chain)
      return {g.terms.begin() + n.operands[0], g.terms.begin() + n.operands[0] + n.operands[1]};
  return {};
}

TEST_CASE("a sum of products becomes one chain, term by term in order") {
  hand h;
  const node_id a = h.input(0), b = h.input(1), c = h.input(2), d = h.input(3);
  const node_id sum = h(add, h(subtract, h(add, a, h(multiply, b, c)), h(masked, c, d)), h(negate, d));
  list<node_id> roots{sum};
  const graph chained = make_chains(h.g, roots);
  CHECK(test::operations_of(chained) == std::vector<std::string>{"chain"});
  const std::vector<term> expected{
      {a, 0, term::plain, 0}, {b, c, term::product, 0}, {c, d, term::masked, 1}, {d, 0, term::plain, 1}};
  CHECK(terms_of(chained) == expected);
  CHECK(roots[0] == chained.size() - 1);
}

TEST_CASE("what others use stays a node of its own") {
  hand h;
  const node_id a = h.input(0), b = h.input(1);
  const node_id product = h(multiply, a, b);
  const node_id sum = h(add, a, product);
  const node_id twice = h(add, sum, sum);
  const node_id end = h(add, h(add, twice, product), b);
  list<node_id> roots{end, twice};
  const graph chained = make_chains(h.g, roots);
  CHECK(test::operations_of(chained) == std::vector<std::string>{"multiply", "add", "add", "chain"});
  const std::vector<double> x{0.1, 0.7};
  CHECK(test::same_bits(test::interpreted(chained, roots, x), test::interpreted(h.g, {end, twice}, x)));
}

TEST_CASE("a plain sum or difference of two stays what it is") {
  hand h;
  const node_id a = h.input(0), b = h.input(1);
  list<node_id> roots{h(add, a, b), h(subtract, b, a)};
  CHECK(test::operations_of(make_chains(h.g, roots)) == std::vector<std::string>{"add", "subtract"});
}

TEST_CASE("a long sum of fresh values is cut, one of old values is not") {
  for (const bool is_fresh : {true, false}) {
    hand h;
    list<node_id> x;
    for (node_id i = 0; i < 100; ++i) x.push_back(h.input(i));
    if (is_fresh)
      for (node_id& id : x) id = h(opcode_of<op::sin>, id);
    node_id sum = x[0];
    for (std::size_t i = 1; i < x.size(); ++i) sum = h(add, sum, x[i]);
    list<node_id> roots{sum};
    const graph chained = make_chains(h.g, roots);
    std::size_t chains = 0, terms = 0;
    for (const auto& n : chained.nodes)
      if (n.code == opcode::chain) {
        ++chains;
        terms += n.operands[1];
        if (is_fresh) CHECK(n.operands[1] <= 26);
      }
    CHECK((is_fresh ? chains >= 4 : chains == 1));
    // Each but the first goes on from the one before.
    CHECK(terms == 100 + chains - 1);
    std::mt19937 engine(7);
    const std::vector<double> point = test::random_row(engine, 100);
    CHECK(test::same_bits(test::interpreted(chained, roots, point), test::interpreted(h.g, {sum}, point)));
  }
}

TEST_CASE("signs of zeros and infinities survive") {
  // Every sum of up to three terms, each plain or a product, with either sign.
  const double pool[] = {0.0, -0.0, 1.0, -1.0, HUGE_VAL, -HUGE_VAL, 0.1};
  for (int forms = 0; forms < 4 * 4 * 4; ++forms) {
    hand h;
    const node_id a = h.input(0), b = h.input(1), c = h.input(2);
    const auto leaf = [&](int form, node_id x, node_id y) {
      return form == 0 ? x : form == 1 ? h(multiply, x, y) : form == 2 ? h(masked, x, y) : h(negate, x);
    };
    const node_id first = leaf(forms % 4, a, b);
    const node_id second = leaf(forms / 4 % 4, b, c);
    const node_id third = leaf(forms / 16, c, a);
    const node_id difference = h(subtract, h(add, first, second), third);
    const node_id negative = h(subtract, h(negate, h(multiply, a, c)), h(multiply, b, b));
    const list<node_id> before{difference, negative};
    list<node_id> after = before;
    const graph chained = make_chains(h.g, after);
    for (const double x : pool)
      for (const double y : pool)
        for (const double z : pool)
          REQUIRE(test::same_bits(test::interpreted(chained, after, {x, y, z}),
                                  test::interpreted(h.g, before, {x, y, z})));
  }
}

TEST_CASE("chains of random programs keep every bit") {
  std::mt19937 engine(20240501);
  std::size_t chains = 0;
  for (int trial = 0; trial < 400; ++trial) {
    CAPTURE(trial);
    const auto p = test::random_graph(engine, 1 + engine() % 6, engine() % 3, 5 + engine() % 120);
    list<node_id> merged_roots = p.outputs;
    const graph merged = dad::detail::merge_subexpressions(p.operations, merged_roots);
    list<node_id> roots = merged_roots;
    const graph chained = make_chains(merged, roots);
    for (const auto& n : chained.nodes) chains += n.code == opcode::chain;
    CHECK(chained.size() <= merged.size());
    for (int i = 0; i < 5; ++i) {
      const auto x = test::random_row(engine, p.input_count);
      const auto u = test::random_row(engine, p.uniform_count);
      REQUIRE(test::same_bits(test::interpreted(chained, roots, x, u),
                              test::interpreted(merged, merged_roots, x, u)));
    }
  }
  CHECK(chains > 1000);
}

}  // namespace
