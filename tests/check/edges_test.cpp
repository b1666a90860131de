// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// Kinks and jumps are found, and what only looks like them is not.

#include <cmath>
#include <stdexcept>
#include <vector>

#include <dad/dad.hpp>

#include "catch.hpp"

namespace {

using dad::check_cause;
using std::vector;

const vector<double> point{0.7, -1.3, 2.1};

}  // namespace

TEST_CASE("points where f has no derivative") {
  const auto cause_at = [](const auto& f, const vector<double>& x, std::size_t entry) {
    const auto r = dad::check_gradient(f, x);
    INFO(r.text());
    CHECK(r.cause == check_cause::kink);
    CHECK(r.entry == entry);
    CHECK_THAT(r.text(), contains("one-sided differences differ"));
  };
  cause_at([](const auto& x) { return x[0] * 2 + abs(x[1]); }, {1, 0}, 1);
  cause_at([](const auto& x) { return exp(x[0]) + relu(x[1] - x[0]); }, {1.5, 1.5}, 1);
  cause_at([](const auto& x) { return max(x[0], x[1]) * x[0]; }, {2, 2}, 1);
  cause_at([](const auto& x) { return x[0] + (x[1] < 3 ? x[1] : 2 * x[1] - 3); }, {2, 3}, 1);
  cause_at([](const auto& x) { return 1e3 * x[0] * x[0] + abs(x[1] - 1) + square(x[1]); }, {2, 1}, 1);
  const auto r = dad::check_gradient([](const auto& x) { return abs(x - 3); }, 3.0);
  CHECK_THAT(r.text(), contains("-1 to the left and 1 to the right"));
  // Near a kink, smooth as a steep bend is, or with a derivative of 0 on both sides, nothing is wrong.
  CHECK(dad::check_gradient([](const auto& x) { return abs(x - 3); }, 3.0001).passed());
  CHECK(dad::check_gradient([](const auto& x) { return softplus(1e4 * x) / 1e4; }, 0.0).passed());
  CHECK(dad::check_gradient([](const auto& x) { return x * abs(x); }, 0.0).passed());
  CHECK(dad::check_gradient([](const auto& x) { return square(relu(x)); }, 0.0).passed());
}

TEST_CASE("a function that jumps") {
  for (const double x : {2.0, 0.0}) {
    const auto r = dad::check_gradient([](const auto& t) { return floor(t) + t * t; }, x);
    INFO(r.text());
    CHECK(r.cause == check_cause::discontinuity);
    REQUIRE(r.slope.has_value());
    CHECK(std::fabs(*r.slope) < 0.2);
    CHECK_THAT(r.text(), contains("f jumps here"));
  }
  CHECK(dad::check_gradient([](const auto& t) { return floor(t) + t * t; }, 2.5).passed());
  CHECK(dad::check_gradient([](const auto& t) { return t < 1 ? t : t + 5; }, 1.0).cause ==
        check_cause::discontinuity);
}

TEST_CASE("entries of any size, zeros, and ends of domains") {
  CHECK(dad::check_gradient([](const auto& x) { return x[0] * x[1] * x[2] + exp(x[1]); },
                            vector{1e200, 0.0, 1e-300})
            .passed());
  const auto large = dad::check_gradient([](const auto& x) { return sin(x); }, 1e9);
  CHECK(large.passed());
  CHECK(large.undecided == 0);
  // f is finite to one side only, or throws there.
  CHECK(dad::check_gradient([](const auto& x) { return pow(x, 1.5); }, 0.0).passed());
  const auto throwing = [](const auto& x) {
    if (x < 1) throw std::runtime_error("below one");
    return x * x;
  };
  const auto r = dad::check_gradient(throwing, 1.0);
  CHECK(r.passed());
  CHECK(r.undecided == 0);
  CHECK_THROWS_WITH(dad::check_gradient(throwing, 0.5), "below one");
  // A peak that is narrower than the first steps, and a wrong derivative there.
  const auto peak = [](const auto& x) { return exp(-square((x - 0.5) / 1e-5)); };
  CHECK(dad::check_gradient(peak, 0.5 + 1e-6).passed());
  // Cancellation: rounding is a million times that of the result.
  CHECK(dad::check_gradient([](const auto& x) { return (x + 1e6) - 1e6 + x * x; }, 0.3).passed());
}
