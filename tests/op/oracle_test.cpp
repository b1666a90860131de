// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// The oracle itself: what agrees() lets pass, and that the tables reach the ends of the domains.

#include <algorithm>
#include <limits>
#include <type_traits>

#include "op/against_oracle.hpp"

using oracle::agrees;
using oracle::any;
using oracle::inf;

TEST_CASE("agreement is measured in units", "[op]") {
  const double unit = 0x1p-52;
  CHECK(agrees(1.0, 1.0, unit, 8));
  CHECK(agrees(1.0 + 8 * unit, 1.0, unit, 8));
  CHECK_FALSE(agrees(1.0 + 9 * unit, 1.0, unit, 8));
  CHECK_FALSE(agrees(1.0 - 9 * unit, 1.0, unit, 8));
  CHECK_FALSE(agrees(-1.0, 1.0, unit, 8));
  CHECK(agrees(1.0 + 9 * unit, 1.0, unit, 8, 2));
}

TEST_CASE("agreement at infinities, NaN and zero", "[op]") {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  CHECK(agrees(inf, inf, inf, 8));
  CHECK_FALSE(agrees(-inf, inf, inf, 8));
  CHECK_FALSE(agrees(1e308, inf, inf, 8));
  CHECK_FALSE(agrees(inf, 1e308, 1e292, 8));
  CHECK_FALSE(agrees(nan, 1.0, inf, 8));
  CHECK_FALSE(agrees(nan, inf, inf, 8));
  CHECK(agrees(nan, any, inf, 8));
  CHECK(agrees(3.0, any, inf, 8));
  CHECK(agrees(0.0, -0.0, 0, 8));
  CHECK(agrees(5e-324, 0.0, 0, 8));
  CHECK_FALSE(agrees(2e-323, 0.0, 0, 8));
}

TEST_CASE("numbers that were denormal on the way count with their own spacing", "[op]") {
  CHECK(oracle::spacing(1.0) == 1);
  CHECK(oracle::spacing(0.0) == 1);
  CHECK(oracle::spacing(inf) == 1);
  CHECK(oracle::spacing(std::numeric_limits<double>::min()) == 1);
  CHECK(oracle::spacing(-std::numeric_limits<double>::min() / 4) == 4);
}

TEST_CASE("second partials are stored row by row above the diagonal", "[op]") {
  using point = oracle::point<3>;
  STATIC_REQUIRE(point::second_count == 6);
  std::size_t k = 0;
  for (std::size_t i = 0; i < 3; ++i)
    for (std::size_t j = i; j < 3; ++j, ++k) {
      CHECK(point::second_index(i, j) == k);
      CHECK(point::second_index(j, i) == k);
    }
}

TEST_CASE("the tables reach the ends of the domains", "[op]") {
  std::size_t trials = 0;
  auto look = [&trials]<class Op>(const trial<Op>& t) {
    ++trials;
    double smallest = inf, largest = 0;
    std::size_t unsaid = 0;
    for (const auto& at : t.points) {
      for (const double x : at.x) {
        largest = std::max(largest, std::fabs(x));
        if (x != 0) smallest = std::min(smallest, std::fabs(x));
      }
      for (const double p : at.first) unsaid += std::isnan(p);
    }
    INFO(Op::name << ": " << smallest << " to " << largest);
    // Denormals where 0 is in the domain or at its end, except where a polygamma is out of range long before.
    const double reach = Op::arity > 1 ? 1e-200 : 5e-324;
    CHECK((smallest <= reach || smallest >= 1 || std::is_same_v<Op, dad::op::polygamma>));
    CHECK(largest >= 1);
    // Almost every first partial is said.
    CHECK(unsaid * 10 <= t.points.size() * t.arity);
  };
  for_each_trial<room::arithmetic>(look);
  for_each_trial<room::exponential>(look);
  for_each_trial<room::trigonometric>(look);
  for_each_trial<room::hyperbolic>(look);
  for_each_trial<room::probability>(look);
  for_each_trial<room::piecewise>(look);
  CHECK(trials >= dad::op::all::size);
}
