// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// An observer sees every operation with its operands and its value, and changes nothing.

#include <dad/reverse/tape.hpp>
#include <dad/reverse/var.hpp>

#include <stdexcept>
#include <string>
#include <vector>

#include "core/close.hpp"

namespace {

using dad::var;

struct listing : dad::tape_observer<double> {
  struct line {
    std::string name;
    std::vector<double> values;
    std::vector<std::uint32_t> indices;
    double value;
    std::uint32_t index;
  };
  std::vector<line> lines;
  std::vector<std::uint32_t> parts;

  void operation(const char* name, dad::detail::list_view<const dad::observed_value<double>> operands,
                 const dad::observed_value<double>& result) override {
    line l{name, {}, {}, result.value, result.index};
    for (const auto& o : operands) {
      l.values.push_back(o.value);
      l.indices.push_back(o.index);
    }
    lines.push_back(l);
  }
  std::vector<dad::observed_value<double>> inputs;
  void input(const dad::observed_value<double>& x) override { inputs.push_back(x); }
  void range_part(std::uint32_t index) override { parts.push_back(index); }
};

TEST_CASE("an observer sees names, operands and values") {
  dad::tape<> t;
  const auto guard = t.activate();
  var<> x = 2.0, y = 3.0;
  t.input(x);
  t.input(y);
  listing seen;
  t.observe(&seen);
  var<> z = x * y + 1.5;
  z -= sin(x);
  const var<> w = dot(std::vector<var<>>{x, z, 4.0}, std::vector{1.0, 2.0, 3.0});
  t.observe(nullptr);
  const var<> v = w * w;

  std::vector<std::string> names;
  for (const auto& l : seen.lines) names.push_back(l.name);
  CHECK(names == std::vector<std::string>{"multiply", "add", "sin", "subtract", "dot"});
  CHECK(seen.lines[0].values == std::vector{2.0, 3.0});
  CHECK(seen.lines[0].indices == std::vector{x.index(), y.index()});
  CHECK(seen.lines[1].values == std::vector{6.0, 1.5});
  CHECK(seen.lines[1].indices == std::vector{seen.lines[0].index, 0u});
  CHECK(seen.lines[3].index == z.index());
  CHECK(seen.lines[3].value == z.value());
  CHECK(seen.lines[4].indices == std::vector{x.index(), z.index()});
  CHECK(seen.lines[4].index == w.index());

  t.backward(v);
  CHECK(x.adjoint() == close_to(2 * w.value() * (1 + 2 * (3 - std::cos(2.0)))));
  for (const auto& l : seen.lines) CHECK(t.adjoints()[l.index] != 0.0);
}

TEST_CASE("an observer sees each of many inputs that are made at once") {
  dad::tape<> t;
  const auto guard = t.activate();
  listing seen;
  t.observe(&seen);
  std::vector<var<>> x;
  for (int i = 0; i < 20; ++i) x.push_back(0.5 * i);
  t.input(x);
  t.observe(nullptr);
  REQUIRE(seen.inputs.size() == 20);
  for (std::size_t i = 0; i < 20; ++i) {
    CHECK(seen.inputs[i].index == x[i].index());
    CHECK(seen.inputs[i].value == 0.5 * static_cast<double>(i));
  }
}

TEST_CASE("an observer is told which values are parts of a long range function") {
  dad::tape<> t;
  const auto guard = t.activate();
  std::vector<var<>> x(300, 2.0);
  t.input(x);
  listing seen;
  t.observe(&seen);
  std::vector<double> weights(300);
  for (std::size_t i = 0; i < weights.size(); ++i) weights[i] = static_cast<double>(i);
  const var<> y = dot(x, weights);
  t.observe(nullptr);
  REQUIRE(seen.lines.size() == 1);
  CHECK(seen.lines[0].indices.size() == 300);
  // Rows of 126, of the first and 125 more, and of the second and the other 49.
  CHECK(seen.parts == std::vector<std::uint32_t>{y.index() - 2, y.index() - 1});
  CHECK(seen.lines[0].index == y.index());
  t.backward(y);
  for (std::size_t i = 0; i < weights.size(); ++i) CHECK(x[i].adjoint() == weights[i]);
}

/// Throws at an operation.
struct interruption : dad::tape_observer<double> {
  int operations_left = 0;
  void operation(const char*, dad::detail::list_view<const dad::observed_value<double>>,
                 const dad::observed_value<double>&) override {
    if (operations_left-- == 0) throw std::runtime_error("interrupted");
  }
};

TEST_CASE("a row whose partials were never finished leaves nothing behind") {
  const std::size_t more = GENERATE(0u, 20u);  // inputs, before the tape is cleared
  bool was_interrupted = true;
  for (int operations = 0; was_interrupted; ++operations) {
    CAPTURE(operations);
    dad::tape<> inner;
    dad::tape<var<>> outer;
    const auto inner_guard = inner.activate();
    const auto outer_guard = outer.activate();
    const auto make = [&](std::size_t count) {
      std::vector<var<var<>>> x(count, 0.5);
      outer.input(x);
    };
    const auto check = [&](std::size_t inputs) {
      CHECK(outer.statistics().statements == inputs);
      CHECK(outer.statistics().arguments == 0);
    };
    make(100);
    outer.clear();
    std::vector<var<>> values(10, 0.25);
    inner.input(values);
    std::vector<var<var<>>> x(values.begin(), values.end());
    outer.input(x);
    interruption at;
    at.operations_left = operations;
    inner.observe(&at);
    was_interrupted = false;
    try {
      (void)lerp(x[0], x[1], x[2]);
    } catch (const std::runtime_error&) {
      was_interrupted = true;
    }
    inner.observe(nullptr);
    if (!was_interrupted) break;
    make(more);
    check(10 + more);
    outer.clear();
    make(100);
    check(100);
  }
}

}  // namespace
