// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// dual where the compiler evaluates it.

#include <dad/forward/dual.hpp>

#include <array>
#include <numeric>

#include "catch.hpp"

namespace {

using dad::dual;

constexpr auto polynomial = [](const auto& x) { return 3 * x * x - x / 4 + 1; };

constexpr dual<> x(2.0, 1.0);
static_assert(polynomial(x).value() == 12.5);
static_assert(polynomial(x).tangent() == 11.75);

static_assert((x + 1).value() == 3.0 && (1 - x).tangent() == -1.0 && (-x).tangent() == -1.0);
static_assert((x * x * x).tangent() == 12.0 && (1 / x).tangent() == -0.25);
static_assert(x < 3 && x == 2 && 1 <= x && !(x != 2.0));
static_assert(dad::value(x) == 2.0 && static_cast<int>(x) == 2);
static_assert(max(x, dual<>(1.0, 5.0)).tangent() == 1.0 && min(x, dual<>(1.0, 5.0)).tangent() == 5.0);
static_assert(dad::select(true, x, 1.0).tangent() == 1.0 && dad::select(false, x, 1.0).tangent() == 0.0);
static_assert(square(x).tangent() == 4.0 && relu(x).tangent() == 1.0 && relu(-x).tangent() == 0.0);

// Two directions, and the second derivative of x^3.
constexpr dual<double, 2> u(2.0, 1.0, 0.0), v(5.0, 0.0, 1.0);
static_assert((u * v).tangent(0) == 5.0 && (u * v).tangent(1) == 2.0);
constexpr dual<dual<>> nested(dual<>(2.0, 1.0), dual<>(1.0));
static_assert((nested * nested * nested).tangent().tangent() == 12.0);

constexpr double slope_of_a_loop() {
  dual<> sum = 0;
  dual<> power = 1;
  for (int i = 1; i <= 4; ++i) {
    power *= x;
    sum += power / i;
  }
  return sum.tangent();
}
static_assert(slope_of_a_loop() == 1.0 + 2.0 + 4.0 + 8.0);

constexpr double slope_of_an_algorithm() {
  const std::array<dual<>, 3> terms{x, 2 * x, x * x};
  return std::accumulate(terms.begin(), terms.end(), dual<>(0)).tangent();
}
static_assert(slope_of_an_algorithm() == 1.0 + 2.0 + 4.0);

constexpr std::array<double, 3> seeds{1.0, 2.0, 3.0};
static_assert(dad::dot(std::array<dual<>, 3>{x, x, x}, seeds).tangent() == 6.0);

TEST_CASE("what the compiler evaluates is what runs") {
  volatile double two = 2.0;
  const dual<> at_run_time(double{two}, 1.0);
  CHECK(polynomial(at_run_time).value() == polynomial(x).value());
  CHECK(polynomial(at_run_time).tangent() == polynomial(x).tangent());
}

}  // namespace
