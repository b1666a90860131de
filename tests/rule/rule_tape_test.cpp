// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// Rules on a tape: when they are called, what is kept, and what is refused.

#include <cmath>
#include <limits>
#include <numeric>
#include <stdexcept>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include <dad/dad.hpp>

#include "catch.hpp"

namespace {

using std::vector;

// x -> 2 x, which counts its calls.
struct calls {
  int value = 0, jvp = 0, vjp = 0;
};
auto doubled(calls& made) {
  return dad::rule(
      [&made](const vector<double>& x) {
        ++made.value;
        vector<double> y(x);
        for (double& yi : y) yi *= 2;
        return y;
      },
      [&made](const vector<double>&, const vector<double>& dx) {
        ++made.jvp;
        vector<double> dy(dx);
        for (double& d : dy) d *= 2;
        return dy;
      },
      [&made](const vector<double>&, const vector<double>& w) {
        ++made.vjp;
        vector<double> a(w);
        for (double& ai : a) ai *= 2;
        return a;
      });
}

const auto failing = dad::rule(
    [](const vector<double>& x) { return x; }, dad::derived,
    [](const vector<double>&, const vector<double>&) -> vector<double> { throw std::runtime_error("no"); });

}  // namespace

TEST_CASE("vjp of a vector rule is called once per sweep, and not for zero seeds") {
  calls made;
  const auto f = doubled(made);
  dad::tape<> t;
  const auto guard = t.activate();
  vector<dad::var<>> x{1.0, 2.0, 3.0};
  t.input(x);
  const auto y = f(x);
  const auto z = f(vector{x[0] * y[1], x[2]});
  CHECK(made.value == 2);
  CHECK(made.vjp == 0);
  t.backward(y[1]);
  CHECK(made.vjp == 1);  // z has no seed
  CHECK(x[1].adjoint() == 2);
  CHECK(x[0].adjoint() == 0);
  t.backward(z[0]);  // 2 x0 2 x1
  CHECK(made.vjp == 3);
  CHECK(x[0].adjoint() == 8);
  CHECK(x[1].adjoint() == 4);
  CHECK(x[2].adjoint() == 0);
  CHECK(dad::jacobian(f, vector<double>(9, 1.0), dad::reverse)(8, 8) == 2);
  CHECK(made.vjp == 3 + 9);
}

TEST_CASE("passive arguments make a plain call, zero tangents none") {
  calls made;
  const auto f = doubled(made);
  dad::tape<> t;
  const auto guard = t.activate();
  const vector<dad::var<>> x{1.0, 2.0};
  const auto y = f(x);
  CHECK_FALSE(y[0].is_active());
  CHECK(y[1].value() == 4);
  CHECK(t.statistics().statements == 0);
  const auto z = f(vector<dad::dual<>>{1.0, 2.0});
  CHECK(z[1].value() == 4);
  CHECK(z[1].tangent() == 0);
  CHECK(made.jvp + made.vjp == 0);
}

TEST_CASE("a zero seed stays zero, whatever the partial") {
  const double infinity = std::numeric_limits<double>::infinity();
  const auto steep = dad::rule([](double x) { return x; }, [=](double, double dx) { return infinity * dx; },
                               [=](double, double w) { return infinity * w; });
  CHECK(dad::jvp([&](const auto& x) { return steep(x[0]) + x[1]; }, vector{1.0, 2.0}, vector{0.0, 1.0})
            .tangent == 1);
  CHECK(dad::gradient([&](const auto& x) { return 0 * steep(x[0]) + x[1]; }, vector{1.0, 2.0}) ==
        vector{0.0, 1.0});
}

TEST_CASE("what is rewound or cleared is not swept, and sums rewind their terms") {
  calls made;
  const auto f = doubled(made);
  dad::tape<> t;
  const auto guard = t.activate();
  vector<dad::var<>> x{1.0, 2.0};
  t.input(x);
  const auto start = t.position();
  for (int i = 0; i < 3; ++i) {
    const auto y = f(x);
    t.accumulate(y[0] * y[1], 1.0, start);  // 4 x0 x1
    t.rewind(start);
  }
  CHECK(made.vjp == 3);
  CHECK(x[0].adjoint() == 3 * 8);
  CHECK(x[1].adjoint() == 3 * 4);
  const auto kept = f(x);
  (void)f(kept);
  t.backward(kept[0]);
  CHECK(made.vjp == 4);
  t.clear();
  vector<dad::var<>> again{5.0, 6.0};
  t.input(again);
  t.backward(again[0] * again[1]);
  CHECK(made.vjp == 4);
  const auto s = dad::batch_sum([&](const auto& a, const auto& b) { return f(vector{a * b})[0]; }, 3.0,
                                vector{1.0, 2.0, 4.0});
  CHECK(s.value == 42);
  CHECK(s.gradient == 14);
}

TEST_CASE("a vjp that throws leaves the tape as it was") {
  dad::tape<> t;
  const auto guard = t.activate();
  vector<dad::var<>> x{1.0, 2.0};
  t.input(x);
  const auto y = failing(x);
  const auto z = x[0] * x[1];
  CHECK_THROWS_WITH(t.backward(y[0]), "no");
  t.backward(z);
  CHECK(x[0].adjoint() == 2);
  CHECK_THROWS_WITH(dad::gradient([](const auto& p) { return failing(p)[0]; }, vector{1.0}), "no");
  CHECK(dad::gradient([](const auto& p) { return p[0] * p[0]; }, vector{1.0}) == vector{2.0});
  // A failed term is no part of a sum.
  const auto s = dad::batch_sum(
      [](const auto& a, const auto& b) { return dad::value(b) > 1 ? failing(vector{a * b})[0] : a * b; }, 3.0,
      vector{1.0, 2.0}, {.on_error = dad::on_error::collect});
  CHECK(s.value == 3);
  CHECK(s.gradient == 1);
  CHECK(s.errors().size() == 1);
}

TEST_CASE("results that do not fit are refused by what they are and should be") {
  const auto short_jvp =
      dad::rule([](const vector<double>& x) { return x; },
                [](const vector<double>&, const vector<double>&) { return 1.0; }, dad::derived);
  CHECK_THROWS_WITH(dad::jvp(short_jvp, vector{1.0, 2.0}, vector{1.0, 0.0}),
                    "dad: jvp of a rule returned 1 numbers, expected 2, one for each number of its value");
  const auto long_vjp = dad::rule([](const vector<double>& x) { return x[0]; }, dad::derived,
                                  [](const vector<double>&, double) { return vector<double>(7); });
  CHECK_THROWS_AS(dad::gradient(long_vjp, vector{1.0, 2.0}), dad::shape_error);
  CHECK_THROWS_WITH(
      dad::gradient(long_vjp, vector{1.0, 2.0}),
      "dad: vjp of a rule returned 7 numbers, expected 2, one for each number of its arguments");
}

TEST_CASE("long derivations are refused with advice") {
  const auto sum = [](const auto& x) { return std::accumulate(x.begin(), x.end(), 0 * x[0]); };
  const auto by_jvp = dad::rule(
      sum, [=](const auto&, const auto& dx) { return sum(dx); }, dad::derived);
  CHECK(dad::gradient(by_jvp, vector<double>(256, 1.0)) == vector<double>(256, 1.0));
  CHECK_THROWS_WITH(dad::gradient(by_jvp, vector<double>(257, 1.0)),
                    "dad: vjp of a rule is derived from 257 calls of its jvp, one for each argument, "
                    "expected at most 256: give the rule a vjp of its own");
  const auto copy = dad::rule([](const vector<double>& x) { return x; }, dad::derived,
                              [](const vector<double>&, const vector<double>& w) { return w; });
  CHECK(dad::gradient([&](const auto& x) { return copy(x)[256]; }, vector<double>(257, 1.0))[256] == 1);
  CHECK_THROWS_WITH(dad::jvp(copy, vector<double>(257, 1.0), vector<double>(257, 1.0)),
                    contains("give the rule a jvp of its own"));
}

TEST_CASE("arguments of another recording are refused") {
  calls made;
  const auto f = doubled(made);
  dad::tape<> t, other;
  vector<dad::var<>> x{1.0};
  {
    const auto guard = other.activate();
    other.input(x);
  }
  CHECK_THROWS_WITH(f(x),
                    "dad: a rule got a var of a tape that is not active in this thread; keep the guard "
                    "of tape.activate()");
  const auto guard = t.activate();
  CHECK_THROWS_AS(f(x), dad::tape_error);
  CHECK(t.statistics().statements == 0);
}

TEST_CASE("an argument that was given away is refused by the rule's name") {
  const auto cube = dad::rule([](double x) { return x * x * x; },
                              [](double x, double dx) { return 3 * x * x * dx; }, dad::derived);
  const auto product = dad::rule([](double x, double y) { return x * y; },
                                 [](const auto& x, const auto& dx) {
                                   return std::get<0>(x) * std::get<1>(dx) + std::get<0>(dx) * std::get<1>(x);
                                 },
                                 dad::derived);
  calls made;
  const auto vectors = doubled(made);
  dad::tape<> t;
  const auto guard = t.activate();
  dad::var<> x = 2.0;
  t.input(x);
  dad::var<> spent = x * x;
  (void)(std::move(spent) * 3.0);
  const std::string reason =
      " got a var that std::move gave to an operation before; assign to it before its next use";
  CHECK_THROWS_WITH(cube(spent), "dad: rule" + reason);
  CHECK_THROWS_WITH(product(x, spent), "dad: rule" + reason);
  CHECK_THROWS_WITH(vectors(vector<dad::var<>>{x, spent}), "dad: a rule" + reason);
  CHECK_THROWS_WITH(dot(vector<dad::var<>>{x, spent}, vector{1.0, 2.0}), "dad: dot" + reason);
  const auto z = cube(x);
  t.backward(z);
  CHECK(x.adjoint() == 12);
}
