// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// Right derivatives of all kinds of inputs pass, and what makes no sense is refused.

#include <array>
#include <cmath>
#include <limits>
#include <span>
#include <tuple>
#include <vector>

#include <dad/dad.hpp>

#include "../structure/structs.hpp"
#include "catch.hpp"

namespace {

using dad::check_cause;
using std::vector;

const vector<double> point{0.7, -1.3, 2.1};

}  // namespace

TEST_CASE("a right gradient passes, by all modes, with a slope of 2") {
  const auto r =
      dad::check_gradient([](const auto& x) { return x[0] * sin(x[1]) + exp(x[2] * x[0]); }, point);
  INFO(r.text());
  CHECK(r.passed());
  CHECK(r.entries == 3);
  CHECK(r.undecided == 0);
  CHECK(r.modes == "reverse, forward and replay");
  CHECK(r.derivative == Approx(r.difference).epsilon(1e-9));
  CHECK(r.difference_error < 1e-8);
  REQUIRE(r.slope.has_value());
  CHECK(*r.slope == Approx(2).margin(0.1));
  CHECK_THAT(r.text(), contains("3 entries agree with differences"));
  CHECK_THAT(r.text(), contains("Taylor slope 2"));
}

TEST_CASE("a linear function has no Taylor remainder") {
  const auto r = dad::check_gradient([](const auto& x) { return 3 * x[0] - x[1]; }, point);
  CHECK(r.passed());
  CHECK_FALSE(r.slope.has_value());
  CHECK_THAT(r.text(), contains("none: no remainder above rounding"));
}

TEST_CASE("structures, floats, ints and several arguments") {
  const auto wrong = dad::rule([](const auto& x) { return x * x; },
                               [](const auto& x, const auto& d) { return x * d; }, dad::derived);
  const auto f = [&](const auto& a, const auto& b) { return a * b[0][0] + wrong(b[1][0]); };
  const auto r = dad::check_gradient(f, std::tuple(2.0, vector<vector<double>>{{1, 2}, {3}}));
  CHECK(r.cause == check_cause::rule);
  CHECK(r.entry == 3);
  CHECK(r.place == "argument 1[1][0]");
  CHECK(dad::check_gradient([](const auto& x) { return sin(x[0]) * x[1]; }, vector{1.5f, 2.25f}).passed());
  CHECK(dad::check_gradient([](const auto& x) { return sin(x[0]) * x[1]; }, std::array{1, 2}).passed());
  CHECK(dad::check_gradient([](const auto& x) { return sin(x[0]) * x[1]; }, std::span<const double>(point))
            .passed());
  const auto priced = [](const auto& o) {
    return o.spot * exp(-o.rate) + (o.kind == 1 ? o.strike : 0 * o.strike);
  };
  structs::option<double> o{};
  o.spot = 100, o.strike = 90, o.rate = 0.1;
  o.kind = 1;
  CHECK(dad::check_gradient(priced, o).passed());
}

TEST_CASE("a Jacobian and a Hessian") {
  const auto curve = [](const auto& x) { return vector{sin(x[0] * x[1]), x[2] / x[0], x[0] * 0 + 2}; };
  CHECK(dad::check_jacobian(curve, point).passed());
  const auto wrong = dad::rule([](const auto& x) { return sin(x); },
                               [](const auto& x, const auto& d) { return 1.001 * cos(x) * d; }, dad::derived);
  const auto r = dad::check_jacobian(
      [&](const auto& x) {
        return vector{x[0], exp(x[1]), x[2] + wrong(x[1])};
      },
      point);
  CHECK(r.cause == check_cause::rule);
  CHECK(r.entry == 1);
  CHECK(r.output == 2);
  CHECK_THAT(r.text(), contains("entry 1 of output 2"));

  const auto h = dad::check_hessian([](const auto& x) { return x[0] * sin(x[1]) + exp(x[2] * x[0]); }, point);
  INFO(h.text());
  CHECK(h.passed());
  // |x| x has the derivative 2 |x|, whose own has a kink.
  CHECK(dad::check_hessian([](const auto& x) { return x[0] * abs(x[0]) + x[1]; }, vector{0.0, 1.0}).cause ==
        check_cause::kink);
  CHECK(dad::check_hessian([](const auto& x) { return dad::value(x[0]) * x[0] * x[0]; }, vector{2.0}).cause ==
        check_cause::reads_value);
}

TEST_CASE("what makes no sense is refused") {
  const auto f = [](const auto& x) { return x[0]; };
  CHECK_THROWS_WITH(dad::check_gradient(f, vector<double>{}),
                    "dad: x of check_gradient has no reals, expected at least one");
  CHECK_THROWS_AS(dad::check_gradient(f, vector<double>{}), dad::shape_error);
  CHECK_THROWS_WITH(dad::check_gradient(f, vector{1.0, std::numeric_limits<double>::infinity()}),
                    "dad: entry 1 of x in check_gradient is inf, expected a finite number");
  CHECK_THROWS_AS(dad::check_hessian(f, vector{std::nan("")}), dad::domain_error);
  CHECK_THROWS_WITH(dad::check_gradient(f, point, {.step = 0}),
                    "dad: step of check_gradient is 0, expected a positive number");
  CHECK_THROWS_WITH(dad::check_jacobian(f, point, {.step = -0.5}),
                    "dad: step of check_jacobian is -0.5, expected a positive number");
  CHECK_THROWS_WITH(dad::check_gradient(f, point, {.tolerance = -1}),
                    "dad: tolerance of check_gradient is -1, expected a number that is not negative");
  CHECK_THROWS_WITH(dad::check_gradient(f, point, {.most_entries = 0}),
                    "dad: most_entries of check_gradient is 0, expected at least 1");
}
