// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// Wrong rules are found, with their entry.

#include <cmath>
#include <vector>

#include <dad/dad.hpp>

#include "catch.hpp"

namespace {

using dad::check_cause;
using std::vector;

const vector<double> point{0.7, -1.3, 2.1};

// A rule with a wrong derivative: sum of squares, its partial i times factor[i].
auto squares_times(double f0, double f1, double f2) {
  return dad::rule([](const auto& x) { return x[0] * x[0] + x[1] * x[1] + x[2] * x[2]; },
                   [=](const auto& x, const auto& d) {
                     return 2 * (f0 * x[0] * d[0] + f1 * x[1] * d[1] + f2 * x[2] * d[2]);
                   },
                   [=](const auto& x, const auto& w) {
                     return vector{2 * f0 * x[0] * w, 2 * f1 * x[1] * w, 2 * f2 * x[2] * w};
                   });
}

}  // namespace

TEST_CASE("a wrong sign in one entry of a rule") {
  const auto wrong = squares_times(1, -1, 1);
  const auto r = dad::check_gradient([&](const auto& x) { return 0.5 * wrong(x); }, point);
  CHECK(r.cause == check_cause::rule);
  CHECK(r.entry == 1);
  CHECK(r.place == "x[1]");
  CHECK(r.derivative == Approx(1.3));
  CHECK(r.difference == Approx(-1.3));
  CHECK(r.forward == Approx(1.3));
  REQUIRE(r.slope.has_value());
  CHECK(*r.slope < 1.2);
  CHECK_THAT(r.text(), contains("a rule in f has a derivative that is not that of its value"));
  CHECK_THAT(r.text(), contains("x[1], entry 1"));
}

TEST_CASE("a derivative that is off by a millionth") {
  const auto wrong = squares_times(1, 1, 1 + 1e-6);
  const auto r = dad::check_gradient([&](const auto& x) { return sin(wrong(x)); }, point);
  CHECK(r.cause == check_cause::rule);
  CHECK(r.entry == 2);
  CHECK(std::fabs(r.derivative / r.difference - 1) == Approx(1e-6).epsilon(0.01));
  CHECK(r.difference_error < 1e-7);

  // and the same rule without the mistake
  const auto right = squares_times(1, 1, 1);
  CHECK(dad::check_gradient([&](const auto& x) { return sin(right(x)); }, point).passed());
}

TEST_CASE("jvp and vjp that disagree, and which of them differences fit") {
  const auto value = [](const auto& x) { return vector{x[0] * x[1], x[0] + x[0] * x[1]}; };
  const auto jvp = [](const auto& x, const auto& d) {
    return vector{x[1] * d[0] + x[0] * d[1], d[0] + x[1] * d[0] + x[0] * d[1]};
  };
  const auto vjp = [](const auto& x, const auto& w) {
    return vector{x[1] * (w[0] + w[1]) + w[1], x[0] * (w[0] + w[1])};
  };
  const auto wrong_vjp = [vjp](const auto& x, const auto& w) {
    auto a = vjp(x, w);
    a[1] = -a[1];
    return a;
  };
  const auto wrong = dad::rule(value, jvp, wrong_vjp);
  const auto r = dad::check_gradient(
      [&](const auto& x) {
        const auto y = wrong(vector{x[0], x[1]});
        return y[0] + 2 * y[1] + x[2];
      },
      point);
  CHECK(r.cause == check_cause::modes_disagree);
  CHECK(r.entry == 1);
  CHECK(r.derivative == Approx(-2.1));
  CHECK(r.forward == Approx(2.1));
  CHECK_THAT(r.text(), contains("differences fit forward"));

  const vector<double> x{0.7, -1.3};
  CHECK(dad::check_rule(value, jvp, vjp, x).passed());
  CHECK(dad::check_rule(value, jvp, dad::derived, x).passed());
  const auto products = dad::check_rule(value, jvp, wrong_vjp, x);
  CHECK(products.cause == check_cause::modes_disagree);
  CHECK_THAT(products.text(), contains("jvp and vjp of the rule disagree"));
  // Both wrong in the same way: the products agree, differences do not.
  const auto wrong_jvp = [jvp](const auto& at, const auto& d) { return jvp(at, vector{d[0], -d[1]}); };
  CHECK(dad::check_rule(value, wrong_jvp, wrong_vjp, x).cause == check_cause::rule);
}

TEST_CASE("of many inputs some are compared one by one, all in directions") {
  vector<double> x(300);
  for (std::size_t i = 0; i < x.size(); ++i) x[i] = 0.5 + 0.01 * static_cast<double>(i);
  const auto wrong = dad::rule([](const auto& t) { return t * t; },
                               [](const auto& t, const auto& d) { return -t * d; }, dad::derived);
  const auto f = [&](const auto& p, const auto& at77) {
    auto sum = 0 * p[0];
    for (std::size_t i = 0; i < p.size(); ++i) sum += i == 77 ? at77(p[i]) : p[i] * p[i];
    return sum;
  };
  const auto right = dad::check_gradient(
      [&](const auto& p) { return f(p, [](const auto& t) { return t * t; }); }, x, {.most_entries = 10});
  CHECK(right.passed());
  CHECK(right.entries == 10);
  const auto r = dad::check_gradient([&](const auto& p) { return f(p, wrong); }, x, {.most_entries = 1});
  CHECK(r.cause == check_cause::rule);
  CHECK_THAT(r.text(), contains("along direction"));
  // The same seed, the same report.
  CHECK(dad::check_gradient([&](const auto& p) { return f(p, wrong); }, x, {.most_entries = 1}).text() ==
        r.text());
}
