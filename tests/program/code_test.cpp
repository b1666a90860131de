// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// Code computes what its graph says, bit by bit, for every input and in any company; guards tell who left
// where; sums are over all lanes; blocks are as wide as the cache allows.

#include <dad/program/code.hpp>

#include <algorithm>
#include <cmath>
#include <random>
#include <vector>

#include <dad/program/chains.hpp>
#include <dad/program/subexpressions.hpp>

#include "program/interpreted.hpp"
#include "program/random_graph.hpp"
#include "program/recorded.hpp"
#include "program/replayed.hpp"

namespace {

using dad::detail::block_lanes;
using dad::detail::code;
using dad::detail::code_source;
using dad::detail::graph;
using dad::detail::lane_count;
using dad::detail::list;
using dad::detail::node_id;
using dad::detail::node_sum;
using dad::detail::opcode;
using dad::detail::opcode_of;
using dad::detail::term;
namespace op = dad::op;
using row = std::vector<double>;

/// A graph written by hand.
struct hand {
  graph g;
  node_id input(node_id place) { return g.append({opcode::input, 0, {place, 0, 0}}); }
  node_id uniform(node_id place) { return g.append({opcode::uniform, 0, {place, 0, 0}}); }
  node_id constant(double x) { return g.append(dad::detail::constant_node(x)); }
  template <class Op>
  node_id apply(node_id a, node_id b = 0, node_id c = 0) {
    return g.append({opcode_of<Op>, Op::arity, {a, b, c}});
  }
};

/// Many inputs of a program, against its graph evaluated node by node.
void hold(const code& c, const graph& g, const list<node_id>& outputs, const std::vector<row>& rows,
          const row& uniforms) {
  const auto got = test::replay(c, rows, uniforms);
  REQUIRE(got.outputs.size() == rows.size());
  std::size_t wrong = rows.size(), output = 0;  // the first, or none
  for (std::size_t i = 0; i < rows.size() && wrong == rows.size(); ++i) {
    const row expected = test::interpreted(g, outputs, rows[i], uniforms);
    for (std::size_t k = 0; k < outputs.size(); ++k)
      if (!test::same_bits(got.outputs[i][k], expected[k])) wrong = i, output = k;
  }
  INFO("output " << output);
  CHECK(wrong == rows.size());
}

std::vector<row> random_rows(std::mt19937& engine, std::size_t count, std::size_t size) {
  std::vector<row> rows;
  while (rows.size() < count) rows.push_back(test::random_row(engine, size));
  return rows;
}

TEST_CASE("random programs, with and without passes, for any number of inputs") {
  std::mt19937 engine(53);
  for (int trial = 0; trial < 250; ++trial) {
    CAPTURE(trial);
    const auto p = test::random_graph(engine, 1 + engine() % 5, engine() % 4, 3 + engine() % 80);
    const code plain({&p.operations, p.input_count, p.uniform_count, p.outputs, {}, {}});
    list<node_id> roots = p.outputs;
    const graph passed =
        dad::detail::make_chains(dad::detail::merge_subexpressions(p.operations, roots), roots);
    const code shorter({&passed, p.input_count, p.uniform_count, roots, {}, {}});
    CHECK(shorter.instruction_count() <= plain.instruction_count());
    CHECK(shorter.output_count() == p.outputs.size());
    const row uniforms = test::random_row(engine, p.uniform_count);
    const std::size_t counts[] = {1, lane_count, 2 * lane_count + 1, 129, 300};
    const auto rows = random_rows(engine, counts[trial % 5], p.input_count);
    hold(plain, p.operations, p.outputs, rows, uniforms);
    hold(shorter, p.operations, p.outputs, rows, uniforms);
  }
}

TEST_CASE("uniform numbers on either side of every operation, alone and in chains") {
  hand h;
  const node_id x = h.input(0), u = h.uniform(0), v = h.uniform(1), c = h.constant(0.75);
  list<node_id> outputs;
  for (const auto& [a, b] :
       {std::pair(x, u), std::pair(u, x), std::pair(u, v), std::pair(u, c), std::pair(c, u)}) {
    outputs.push_back(h.apply<op::add>(a, b));
    outputs.push_back(h.apply<op::subtract>(a, b));
    outputs.push_back(h.apply<op::multiply>(a, b));
    outputs.push_back(h.apply<op::divide>(a, b));
    outputs.push_back(h.apply<op::masked_product>(a, b));
    outputs.push_back(h.apply<op::zero_product>(a, b));
    outputs.push_back(h.apply<op::max>(a, b));
    // As terms of a chain.
    for (const term::kind form : {term::plain, term::product, term::masked})
      for (const std::uint32_t is_negative : {0U, 1U}) {
        // Other forms make_chains leaves alone.
        if (form == term::product && a != x && b != x) continue;
        if (form == term::masked && b != x) continue;
        const auto first = static_cast<node_id>(h.g.terms.size());
        h.g.terms.push_back({x, 0, term::plain, 0});
        h.g.terms.push_back({a, form == term::plain ? 0 : b, form, is_negative});
        outputs.push_back(h.g.append({opcode::chain, 0, {first, 2, 0}}));
      }
  }
  outputs.append(list<node_id>{u, c, x, h.apply<op::exp>(u), h.apply<op::fma>(u, x, v)});
  std::mt19937 engine(59);
  for (const row& uniforms : {row{0.3, -1.7}, row{0.0, 2.0}, row{1.5, -0.0}, row{HUGE_VAL, 0.0}}) {
    CAPTURE(uniforms);
    hold(code({&h.g, 1, 2, outputs, {}, {}}), h.g, outputs, random_rows(engine, 2 * lane_count + 1, 1),
         uniforms);
    // One by one: what one output needs may be there for another.
    for (const node_id id : outputs) {
      CAPTURE(id);
      hold(code({&h.g, 1, 2, {&id, 1}, {}, {}}), h.g, {id}, {row{0.0}, row{0.25}}, uniforms);
    }
  }
}

TEST_CASE("sums of products of uniform numbers, through the passes") {
  hand h;
  const node_id x = h.input(0), u = h.uniform(0), v = h.uniform(1), c = h.constant(0.75);
  list<node_id> outputs;
  for (const auto& [a, b] :
       {std::pair(x, u), std::pair(u, x), std::pair(u, v), std::pair(u, c), std::pair(c, u)}) {
    outputs.push_back(h.apply<op::add>(x, h.apply<op::multiply>(a, b)));
    outputs.push_back(h.apply<op::subtract>(x, h.apply<op::masked_product>(a, b)));
    outputs.push_back(h.apply<op::subtract>(h.apply<op::negate>(h.apply<op::masked_product>(b, a)), x));
  }
  for (const node_id id : outputs) {
    list<node_id> roots{id};
    const graph merged = dad::detail::merge_subexpressions(h.g, roots);
    const graph chained = dad::detail::make_chains(merged, roots);
    for (const row& uniforms : {row{0.3, -1.7}, row{0.0, 2.0}}) {
      CAPTURE(id);
      const auto got = test::replay(code({&chained, 1, 2, roots, {}, {}}), {{0.0}, {0.25}}, uniforms).outputs;
      CHECK(test::same_bits(got[0], test::interpreted(h.g, {id}, {0.0}, uniforms)));
      CHECK(test::same_bits(got[1], test::interpreted(h.g, {id}, {0.25}, uniforms)));
    }
  }
}

TEST_CASE("a result depends on its input alone") {
  std::mt19937 engine(61);
  const auto p = test::random_graph(engine, 4, 0, 100);
  const code c({&p.operations, p.input_count, 0, p.outputs, {}, {}});
  const auto rows = random_rows(engine, 500, 4);
  const auto all = test::replay(c, rows).outputs;
  for (int trial = 0; trial < 20; ++trial) {
    std::vector<std::size_t> order(rows.size());
    for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
    std::shuffle(order.begin(), order.end(), engine);
    order.resize(1 + engine() % 300);
    std::vector<row> some;
    for (const std::size_t i : order) some.push_back(rows[i]);
    const auto got = test::replay(c, some).outputs;
    bool all_same = true;
    for (std::size_t i = 0; i < order.size(); ++i)
      all_same = all_same && test::same_bits(got[i], all[order[i]]);
    CHECK(all_same);
  }
}

/// Conditions x[i] < 0 that are computed in one order and become guards in another.
struct branches {
  hand h;
  std::vector<dad::detail::guard> guards;
  list<node_id> outputs;

  branches(std::mt19937& engine, std::size_t count) {
    list<node_id> x, conditions;
    for (node_id i = 0; i < count; ++i) x.push_back(h.input(i));
    const node_id zero = h.constant(0.0);
    for (std::size_t i = 0; i < count; ++i) {
      conditions.push_back(h.apply<op::less>(x[i], zero));
      // Work between them, some of which lives long.
      const node_id work = h.apply<op::sin>(x[engine() % count]);
      if (engine() % 3 == 0) outputs.push_back(work);
    }
    for (std::size_t i = 0; i < count; ++i) {
      const std::size_t which = engine() % count;
      guards.push_back({conditions[which], static_cast<std::uint32_t>(engine() % 2)});
      inputs.push_back(which);
    }
    for (const node_id id : x) outputs.push_back(h.apply<op::cos>(id));
  }

  /// The first guard that fails.
  [[nodiscard]] std::uint32_t left_at(const row& x) const {
    for (std::size_t i = 0; i < guards.size(); ++i)
      if ((x[inputs[i]] < 0) != (guards[i].outcome != 0)) return static_cast<std::uint32_t>(i);
    return block_lanes::on_path;
  }

  std::vector<std::size_t> inputs;
};

TEST_CASE("every lane leaves at its first guard that fails, in the order of the guards") {
  std::mt19937 engine(67);
  std::size_t stayed = 0;
  for (int trial = 0; trial < 200; ++trial) {
    CAPTURE(trial);
    const std::size_t count = 1 + engine() % 8;
    const branches b(engine, count);
    const code c({&b.h.g, count, 0, b.outputs, b.guards, {}});
    CHECK(c.guard_count() == count);
    std::vector<row> rows = random_rows(engine, 1 + engine() % 200, count);
    for (row& x : rows)  // mostly near the path
      for (std::size_t i = 0; i < count; ++i)
        if (engine() % 8 != 0) x[b.inputs[i]] = b.guards[i].outcome != 0 ? -1.0 : 1.0;
    const auto got = test::replay(c, rows);
    bool all = true;
    for (std::size_t i = 0; i < rows.size(); ++i) {
      all = all && got.left_at[i] == b.left_at(rows[i]);
      if (got.left_at[i] != block_lanes::on_path) continue;
      ++stayed;
      all = all && test::same_bits(got.outputs[i], test::interpreted(b.h.g, b.outputs, rows[i]));
    }
    CHECK(all);
  }
  CHECK(stayed > 1000);
}

TEST_CASE("a block ends where its last lane leaves") {
  hand h;
  const node_id x = h.input(0);
  const node_id zero = h.constant(0.0);
  const node_id is_negative = h.apply<op::less>(x, zero);
  const node_id y = h.apply<op::exp>(x);
  const dad::detail::guard guard{is_negative, 1};
  const code c({&h.g, 1, 0, {&y, 1}, {&guard, 1}, {}});
  std::vector<row> rows(2 * c.lanes(), {1.0});
  CHECK(test::replay(c, rows).ended_blocks == 2);
  rows[c.lanes() - 1][0] = -1.0;
  const auto got = test::replay(c, rows);
  CHECK(got.ended_blocks == 1);
  CHECK(got.left_at[0] == 0);
  CHECK(got.left_at[c.lanes() - 1] == block_lanes::on_path);
  CHECK(got.outputs[c.lanes() - 1][0] == Approx(std::exp(-1.0)));
}

TEST_CASE("sums over the lanes of all blocks") {
  std::mt19937 engine(71);
  for (int trial = 0; trial < 60; ++trial) {
    CAPTURE(trial);
    const auto p = test::random_graph(engine, 3, 2, 60);
    // Of any nodes, uniform and constant ones too; more than one instruction takes.
    std::vector<node_sum> sums;
    list<node_id> nodes;
    for (std::uint32_t i = 0; i < 150; ++i) {
      const auto any = [&] { return static_cast<node_id>(1 + engine() % (p.operations.size() - 1)); };
      const node_id a = any();
      const node_id b = engine() % 2 == 0 ? any() : 0;
      sums.push_back({a, b, engine() % 2 == 0, i % 100});  // some share a target
    }
    const code c({&p.operations, 3, 2, {p.outputs.data(), 1}, {}, sums});
    const row uniforms = test::random_row(engine, 2);
    const auto rows = random_rows(engine, 1 + engine() % 300, 3);
    const auto got = test::replay(c, rows, uniforms, 100);
    std::vector<long double> exact(100, 0), size(100, 0);
    for (const row& x : rows) {
      const row values = test::all_interpreted(p.operations, x, uniforms);
      for (const node_sum& s : sums) {
        const long double share = static_cast<long double>(values[s.a]) * (s.b != 0 ? values[s.b] : 1.0);
        exact[s.target] += s.is_negative ? -share : share;
        size[s.target] += std::abs(share);
      }
    }
    for (std::size_t t = 0; t < 100; ++t) {
      const auto bound = static_cast<double>(size[t]) * static_cast<double>(rows.size() + 8) * 0x1p-52;
      const bool agrees = std::isnan(static_cast<double>(exact[t]))
                              ? std::isnan(got.totals[t])
                              : std::abs(got.totals[t] - static_cast<double>(exact[t])) <= bound ||
                                    !std::isfinite(static_cast<double>(size[t]));
      CHECK(agrees);
    }
  }
}

TEST_CASE("a block is as wide as the cache allows") {
  const auto width_of = [](std::size_t live) {
    hand h;
    const node_id x = h.input(0);
    list<node_id> outputs;
    for (std::size_t i = 0; i < live; ++i) outputs.push_back(h.apply<op::sin>(x));
    const code c({&h.g, 1, 0, outputs, {}, {}});
    CHECK(c.lanes() == c.width() * lane_count);
    return std::pair(c.lanes(), c.slot_count() * c.lanes() * sizeof(double));
  };
  CHECK(width_of(3).first == dad::detail::widest_block);
  for (const std::size_t live : {3, 40, 900, 3000}) CHECK(width_of(live).second <= dad::detail::cache_bytes);
  CHECK(width_of(20000).first <= 8);
  // The widths are for all machines alike, up to their packs.
  std::size_t before = dad::detail::widest_block;
  for (const std::size_t live : {10, 100, 500, 1000, 2000, 5000, 20000}) {
    const std::size_t lanes = width_of(live).first;
    CHECK(lanes <= before);
    CHECK(lanes % lane_count == 0);
    before = lanes;
  }
}

TEST_CASE("outputs of every kind, and a program without inputs or operations") {
  hand h;
  const node_id x = h.input(1), c = h.constant(2.5);
  const code both({&h.g, 3, 0, list<node_id>{x, c, x}, {}, {}});
  CHECK(both.input_count() == 3);
  CHECK(both.instruction_count() == 0);
  CHECK(test::replay_one(both, {7, 8, 9}) == row{8, 2.5, 8});
  hand empty;
  const code nothing({&empty.g, 0, 0, list<node_id>{empty.constant(1.5)}, {}, {}});
  CHECK(test::replay_one(nothing, {}) == row{1.5});
}

}  // namespace
