// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// The matcher for tests, and what a failed one shows.

#include <string>
#include <vector>

#include <dad/dad.hpp>

#include "catch.hpp"

#include <dad/check/catch.hpp>

TEST_CASE("a matcher for reports of checks") {
  const std::vector<double> x{2, 2};
  const auto right = dad::check_gradient([](const auto& p) { return p[0] * p[1]; }, x);
  const auto wrong = dad::check_gradient([](const auto& p) { return max(p[0], p[1]); }, x);
  CHECK_THAT(right, dad::has_right_derivatives());
  CHECK_THAT(wrong, !dad::has_right_derivatives());
  CHECK(dad::has_right_derivatives().describe() == "has right derivatives");
  CHECK(Catch::Detail::stringify(wrong) == wrong.text());
  CHECK_THAT(Catch::Detail::stringify(wrong), contains("f is not differentiable here"));
}
