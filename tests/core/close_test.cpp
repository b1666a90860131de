// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// The comparisons that the other tests rest on can fail.

#include "core/close.hpp"

#include <limits>

namespace {

const double nan = std::numeric_limits<double>::quiet_NaN();
const double infinity = std::numeric_limits<double>::infinity();

TEST_CASE("close_to accepts rounding and nothing more") {
  CHECK(1.0 + 1e-13 == close_to(1.0));
  CHECK_FALSE(1.0 + 1e-11 == close_to(1.0));
  CHECK(1.0 + 1e-11 == close_to(1.0, 1e-10));
  CHECK_FALSE(1e-20 == close_to(0.0));
  CHECK(1e-20 == close_to(0.0, 1e-12, 1e-15));
  CHECK_FALSE(nan == close_to(1.0));
  CHECK_FALSE(1.0 == close_to(nan));
  CHECK(infinity == close_to(infinity));
  CHECK_FALSE(-infinity == close_to(infinity));
}

TEST_CASE("difference names the first entry that is off") {
  const std::vector<double> expected{1.0, 2.0, nan};
  CHECK_ROW(std::vector<double>({1.0, 2.0, nan}), expected);
  CHECK_ROW(std::vector<float>({1.0F, 2.0F, std::numeric_limits<float>::quiet_NaN()}), expected);
  CHECK(difference(std::vector<double>{1.0, 2.0}, expected) == "2 entries, expected 3");
  CHECK_THAT(difference(std::vector<double>{1.0, 2.1, nan}, expected), contains("entry 1 is 2.1"));
  CHECK_THAT(difference(std::vector<double>{1.0, nan, nan}, expected), contains("entry 1 is nan"));
  CHECK_THAT(difference(std::vector<double>{1.0, 2.0, 0.0}, expected), contains("entry 2 is 0"));
  CHECK_ROW(std::vector<double>({1.0 + 1e-5, 2.0, nan}), expected, 1e-4);
}

}  // namespace
