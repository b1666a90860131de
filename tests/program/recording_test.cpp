// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// What one run of a function leaves behind: its operations, guards and outputs, whether it read a number, and
// when two runs count as the same.

#include <dad/program/recording.hpp>

#include <cmath>
#include <limits>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "program/interpreted.hpp"
#include "program/recorded.hpp"

namespace {

using dad::traced;
using dad::detail::list;
using dad::detail::listening;
using dad::detail::longest_program;
using dad::detail::node_id;
using dad::detail::opcode;
using dad::detail::opcode_of;
using dad::detail::recorder;
using dad::detail::recording;
using names = std::vector<std::string>;

TEST_CASE("operations in the order in which they were met") {
  const recording r = test::record(
      [](const auto& x) {
        auto y = x[0] * x[1];
        y += sin(y);
        return y / 2;
      },
      {0.5, 3.0});
  CHECK(r.input_count == 2);
  CHECK(test::operations_of(r.operations) == names{"multiply", "sin", "add", "divide"});
  CHECK(r.operations[1].code == opcode::input);
  CHECK(r.operations[2].operands[0] == 1);
  CHECK(r.outputs == list<node_id>{static_cast<node_id>(r.operations.size() - 1)});
  CHECK(r.guards.empty());
  CHECK(r.is_replayable());
  const auto at = [&](double a, double b) { return test::interpreted(r.operations, r.outputs, {a, b})[0]; };
  CHECK(at(0.5, 3.0) == Approx((1.5 + std::sin(1.5)) / 2));
  CHECK(at(-1.0, 0.25) == Approx((-0.25 + std::sin(-0.25)) / 2));
}

TEST_CASE("outputs may be inputs, constants and the same twice") {
  const recording r = test::record(
      [](const auto& x) {
        return std::vector<traced>{x[1], traced(2.5), x[1] * x[0], x[1]};
      },
      {3.0, 4.0});
  REQUIRE(r.outputs.size() == 4);
  CHECK(r.outputs[0] == 2);
  CHECK(r.outputs[3] == 2);
  CHECK(dad::detail::constant_of(r.operations[r.outputs[1]]) == 2.5);
  CHECK(test::interpreted(r.operations, r.outputs, {1.0, 7.0}) == std::vector<double>{7.0, 2.5, 7.0, 7.0});
}

TEST_CASE("branches are guards, in order, with their outcomes") {
  const recording r = test::record(
      [](const auto& x) {
        traced y = 0;
        if (x[0] < x[1]) y = x[0] * x[1];
        if (x[0] > 5 || y == 6) y += 1;
        while (y < 9) y *= 2;
        return y;
      },
      {2.0, 3.0});
  // 2 < 3; 5 < 2 no; 6 == 6; 7 < 9; 14 < 9 no
  std::vector<unsigned> outcomes;
  for (const auto& g : r.guards) outcomes.push_back(g.outcome);
  CHECK(outcomes == std::vector<unsigned>{1, 0, 1, 1, 0});
  REQUIRE(r.guard_positions.size() == 5);
  for (std::size_t i = 0; i < 5; ++i) CHECK(r.guard_positions[i] > r.guards[i].condition);
  const std::vector<double> values = test::all_interpreted(r.operations, {2.0, 3.0});
  for (const auto& g : r.guards) CHECK(values[g.condition] == g.outcome);
  // Another input fails the guard of its branch.
  CHECK(test::all_interpreted(r.operations, {3.0, 2.0})[r.guards[0].condition] == 0);
}

TEST_CASE("a condition that is asked twice is guarded twice, a constant one never") {
  const recording r = test::record(
      [](const auto& x) {
        const auto c = x[0] < 1;
        traced y = c ? x[0] : traced(0);
        if (c) y += 1;
        const traced two = 2;
        if (two > 1) y += two;
        return y;
      },
      {0.5});
  CHECK(r.guards.size() == 2);
  CHECK(r.guards[0] == r.guards[1]);
}

TEST_CASE("the same function at two inputs of a path has the same recording") {
  const auto f = [](const auto& x) {
    traced y = exp(x[0]) * 0.3;
    for (int i = 0; i < 3; ++i) y = fma(y, x[1], x[0]) + i;
    if (y > 0) y = sqrt(y);
    return dad::polygamma(2, y) + ldexp(x[1], 4);
  };
  const recording a = test::record(f, {0.1, 0.2});
  CHECK(a.is_same_as(test::record(f, {0.7, 1.2})));
  CHECK_FALSE(a.is_same_as(test::record(f, {-3.0, -9.0})));  // y < 0
}

TEST_CASE("recordings differ by anything that a program would depend on") {
  const auto recorded = [](const auto& f) { return test::record(f, {0.5, 0.25}); };
  const recording base = recorded([](const auto& x) { return ldexp(x[0] * 2.0, 3); });
  CHECK(base.is_same_as(recorded([](const auto& x) { return ldexp(x[0] * 2.0, 3); })));
  CHECK_FALSE(base.is_same_as(recorded([](const auto& x) { return ldexp(x[0] * 2.5, 3); })));
  CHECK_FALSE(base.is_same_as(recorded([](const auto& x) { return ldexp(x[0] * 2.0, 4); })));
  CHECK_FALSE(base.is_same_as(recorded([](const auto& x) { return ldexp(x[1] * 2.0, 3); })));
  CHECK_FALSE(base.is_same_as(recorded([](const auto& x) { return ldexp(x[0] / 2.0, 3); })));
  CHECK_FALSE(base.is_same_as(recorded([](const auto& x) {
    static_cast<void>(exp(x[0]));
    return ldexp(x[0] * 2.0, 3);
  })));
  CHECK_FALSE(base.is_same_as(test::record([](const auto& x) { return ldexp(x[0] * 2.0, 3); }, {0.5})));
  // Outputs, and how many.
  CHECK_FALSE(recorded([](const auto& x) {
                return std::vector<traced>{x[0], x[1]};
              }).is_same_as(recorded([](const auto& x) {
    return std::vector<traced>{x[1], x[0]};
  })));
  CHECK_FALSE(recorded([](const auto& x) {
                return std::vector<traced>{x[0], x[1]};
              }).is_same_as(recorded([](const auto& x) { return std::vector<traced>{x[0]}; })));
  // Constants by their bits: zeros of two signs differ, one NaN is like itself.
  const double nan = std::numeric_limits<double>::quiet_NaN();
  const auto plus = [&](double c) { return recorded([&](const auto& x) { return x[0] + c; }); };
  CHECK_FALSE(plus(0.0).is_same_as(plus(-0.0)));
  CHECK(plus(nan).is_same_as(plus(nan)));
  // The end.
  recording failed = base;
  failed.has_failed = true;
  CHECK_FALSE(base.is_same_as(failed));
  recording failed_otherwise = failed;
  failed_otherwise.error = "no convergence";
  CHECK_FALSE(failed.is_same_as(failed_otherwise));
  recording of_key = base;
  of_key.result_key.push_back(1);
  CHECK_FALSE(base.is_same_as(of_key));
}

TEST_CASE("a function that counts its calls is found out") {
  double calls = 0;
  const auto f = [&](const auto& x) { return x[0] * ++calls; };
  const recording first = test::record(f, {1.0});
  CHECK_FALSE(first.is_same_as(test::record(f, {1.0})));
}

TEST_CASE("a number that is read ties the recording to its input") {
  const auto escapes = [](const auto& f) {
    const recording r = test::record(f, {0.5, 0.25});
    CHECK(r.is_replayable() == !r.has_escaped);
    return r.has_escaped;
  };
  CHECK(escapes([](const auto& x) { return x[0] * x[1].value(); }));
  CHECK(escapes([](const auto& x) { return x[0] * dad::value(x[1] + 1); }));
  CHECK(escapes([](const auto& x) { return x[0] * static_cast<double>(x[1]); }));
  CHECK(escapes([](const auto& x) { return x[0] * static_cast<float>(x[1]); }));
  CHECK_FALSE(escapes([](const auto& x) { return x[0] * traced(2).value(); }));
  CHECK_FALSE(escapes([](const auto& x) { return x[0] * static_cast<int>(x[1]); }));
  CHECK_FALSE(escapes([](const auto& x) { return x[0] < x[1] ? x[0] : x[1]; }));
}

TEST_CASE("numbers of other recordings are errors wherever they come in") {
  traced kept;
  static_cast<void>(test::record([&](const auto& x) { return kept = x[0] * 2; }, {1.0}));
  const auto refused = [&](const auto& f) {
    CHECK_THROWS_AS(test::record(f, {1.0}), dad::tape_error);
    CHECK_THROWS_WITH(test::record(f, {1.0}), contains("number of another recording"));
  };
  CHECK_THROWS_WITH(test::record([&](const auto& x) { return x[0] * kept; }, {1.0}),
                    contains("dad: multiply got"));
  refused([&](const auto& x) { return kept + x[0]; });
  refused([&](const auto&) { return kept; });
  refused([&](const auto& x) { return kept.value() * x[0]; });
  refused([&](const auto& x) { return kept < 1 ? x[0] : x[0] * 2; });
  refused([&](const auto& x) { return select(kept < x[0], x[0], x[0] * 2); });
  refused([&](const auto& x) { return static_cast<int>(kept) * x[0]; });
  refused([&](const auto& x) { return fma(x[0], x[0], kept); });
  // And outside of any recording, where a condition may have been kept as well.
  CHECK_THROWS_WITH(kept * 2, contains("dad: multiply got a number of another recording"));
  CHECK_THROWS_AS(kept.value(), dad::tape_error);
  traced::condition condition(true);
  static_cast<void>(test::record([&](const auto& x) { return condition = x[0] < 2, x[0]; }, {1.0}));
  CHECK_THROWS_AS(static_cast<bool>(condition), dad::tape_error);
  refused([&](const auto& x) { return condition ? x[0] : x[0] * 2; });
  // Constants belong to no recording.
  const traced constant = 2;
  CHECK(test::record([&](const auto& x) { return x[0] * constant; }, {1.0}).outputs.size() == 1);
}

TEST_CASE("a number of another thread's recording is one of another recording") {
  // Whatever the numbers that recordings have in their threads.
  const std::uint32_t here = [] {
    recording r;
    recorder noting(r);
    return noting.input(1.0).recording();
  }();
  std::uint32_t there = 0;
  std::thread([&] {
    for (int i = 0; i < 3; ++i) {
      recording r;
      recorder noting(r);
      there = noting.input(1.0).recording();
      CHECK(there != here);
    }
  }).join();
  CHECK(there != here);
}

TEST_CASE("a recording inside another takes over, and gives back") {
  const recording outer = test::record(
      [](const auto& x) {
        const traced before = x[0] * 2;
        const recording inner = test::record([](const auto& y) { return exp(y[0]); }, {3.0});
        CHECK(test::operations_of(inner.operations) == names{"exp"});
        CHECK_THROWS_AS(test::record([&](const auto& y) { return y[0] * before; }, {3.0}), dad::tape_error);
        return before + 1;
      },
      {1.0});
  CHECK(test::operations_of(outer.operations) == names{"multiply", "add"});
}

TEST_CASE("a recording that an exception ends listens no longer") {
  const auto f = [](const auto& x) {
    if (x[0] > 0) throw std::runtime_error("no");
    return x[0];
  };
  CHECK_THROWS_WITH(test::record(f, {1.0}), "no");
  CHECK(dad::detail::active_listener == nullptr);
}

TEST_CASE("a recorder starts afresh in the memory of an earlier recording") {
  recording r = test::record(
      [](const auto& x) {
        traced y = x[0] * 2;
        if (y > 1) y += 1;
        return dad::value(y) > 0 ? y : x[0];
      },
      {1.0});
  r.has_failed = true;
  r.error = "something";
  r.result_key.push_back(3);
  r.operations.terms.push_back({});
  const auto* memory = r.operations.nodes.data();
  {
    recorder again(r);
    const listening on(again);
    again.output(again.input(2.0) * 3);
  }
  const recording fresh = test::record([](const auto& x) { return x[0] * 3; }, {2.0});
  CHECK(r.is_same_as(fresh));
  CHECK(r.guard_positions.empty());
  CHECK(r.operations.nodes.data() == memory);
}

TEST_CASE("a program that is too long is left, and takes no memory") {
  const auto f = [](const auto& x) {
    traced y = x[0];
    for (std::size_t i = 0; i < longest_program; ++i) y = sin(y);
    if (y > 2) y = 0;
    const std::vector<traced> many(10000, y);
    for (int i = 0; i < 60; ++i) y += dad::norm(many);
    return y;
  };
  const recording r = test::record(f, {0.5});
  CHECK(r.is_too_long);
  CHECK_FALSE(r.is_replayable());
  CHECK(r.operations.size() <= longest_program);
  CHECK(r.guards.empty());
  CHECK(r.operations.terms.size() <= longest_program);
  CHECK(r.is_same_as(test::record(f, {0.25})));
  // One operation less than the longest is fine: node 0, an input and the rest.
  const auto shorter = [](const auto& x) {
    traced y = x[0];
    for (std::size_t i = 0; i < longest_program - 2; ++i) y = -y;
    return y;
  };
  CHECK(test::record(shorter, {0.5}).is_replayable());
}

}  // namespace
