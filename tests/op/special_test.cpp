// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// digamma and polygamma of plain numbers where the oracle's tables do not go: poles, infinities, other
// floating types and orders. Between the poles the probability room of the operator tests holds them to four
// units.

#include <cmath>
#include <limits>

#include "catch.hpp"

#include <dad/op/special.hpp>

using dad::detail::digamma;
using dad::detail::polygamma;

namespace {
constexpr double inf = std::numeric_limits<double>::infinity();
constexpr double not_a_number = std::numeric_limits<double>::quiet_NaN();
}  // namespace

TEST_CASE("digamma at poles and infinities", "[op]") {
  CHECK(digamma(0.0) == -inf);
  CHECK(digamma(-0.0) == inf);
  CHECK(digamma(5e-324) == -inf);
  CHECK(digamma(-5e-324) == inf);
  CHECK(std::isnan(digamma(-1.0)));
  CHECK(std::isnan(digamma(-1e300)));
  CHECK(digamma(inf) == inf);
  CHECK(std::isnan(digamma(-inf)));
  CHECK(std::isnan(digamma(not_a_number)));
  CHECK(digamma(-4503599627370495.5) == digamma(4503599627370496.5));  // the cotangent is 0 here
}

TEST_CASE("digamma around its positive root", "[op]") {
  // Abramowitz & Stegun 6.3.19; the derivative there is 0.9676722...
  const double root = 1.4616321449683623;
  CHECK(std::fabs(digamma(root)) < 4e-16);
  CHECK(std::fabs(digamma(root - 1e-15) + 0.9676722e-15) < 4e-16);
  CHECK(std::fabs(digamma(root + 1e-15) - 0.9676722e-15) < 4e-16);
}

TEST_CASE("polygamma at poles and infinities", "[op]") {
  for (const int odd : {1, 3, 7, 151}) {
    CHECK(polygamma(odd, 0.0) == inf);
    CHECK(polygamma(odd, -0.0) == inf);
    CHECK(polygamma(odd, -3.0) == inf);
    CHECK(polygamma(odd, inf) == 0);
    CHECK_FALSE(std::signbit(polygamma(odd, inf)));
  }
  for (const int even : {2, 4, 150}) {
    CHECK(polygamma(even, 0.0) == -inf);
    CHECK(polygamma(even, -0.0) == inf);
    CHECK(std::isnan(polygamma(even, -3.0)));
    CHECK(polygamma(even, inf) == 0);
    CHECK(std::signbit(polygamma(even, inf)));
  }
  CHECK(polygamma(0, 2.5) == digamma(2.5));
  CHECK(std::isnan(polygamma(-1, 2.5)));
  CHECK(std::isnan(polygamma(1, not_a_number)));
  CHECK(std::isnan(polygamma(1, -inf)));
}

TEST_CASE("polygamma overflows where the true value does, and not before", "[op]") {
  CHECK(polygamma(1, 1e-160) == inf);
  CHECK(polygamma(2, -1e-160) == inf);
  CHECK(polygamma(170, 0.5) == -inf);
  // 150! (r^-151 - ...) with r close to 1/2: both terms are beyond the range, their difference is not
  // (mpmath).
  CHECK(std::fabs(polygamma(152, -0.499999999) / 9.16335931934319e306 - 1) < 1e-6);
  // (n-1)! and x^n are both far outside the range (mpmath).
  CHECK(std::fabs(polygamma(200, 50.0) / -2.58297139307054e33 - 1) < 1e-12);
  CHECK(std::fabs(polygamma(1000, 400.0) / -9.54632866022891e-38 - 1) < 1e-12);
}

TEST_CASE("the gamma family in float and long double", "[op]") {
  CHECK(digamma(2.5f) == static_cast<float>(digamma(2.5)));
  CHECK(polygamma(3, 2.5f) == static_cast<float>(polygamma(3, 2.5)));
  CHECK(std::fabs(digamma(1.0L) + 0.577215664901532860606512090082L) < 4e-19L);
  CHECK(std::fabs(polygamma(1, 1.0L) - 1.644934066848226436472415166646L) < 8e-19L);
  CHECK(digamma(1e4000L) > 9000);
}
