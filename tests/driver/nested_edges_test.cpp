// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// Edge points of second order: an infinite partial stays where it belongs, whichever levels nest.

#include <cmath>
#include <limits>
#include <vector>

#include "catch.hpp"

#include <dad/dad.hpp>

namespace {

using row = std::vector<double>;
constexpr double infinity = std::numeric_limits<double>::infinity();

// sqrt(x) y + z at x = 0: infinite slope and bend in x, and nothing of it in z.
const auto f = [](const auto& v) { return sqrt(v[0]) * v[1] + v[2]; };
const row point = {0, 1, 2};
const std::vector<row> bend = {{-infinity, infinity, 0}, {infinity, 0, 0}, {0, 0, 0}};

void check(const dad::matrix& h) {
  for (std::size_t i = 0; i < 3; ++i)
    for (std::size_t j = 0; j < 3; ++j) {
      INFO(i << ", " << j);
      CHECK(h(i, j) == bend[i][j]);
    }
}

}  // namespace

TEST_CASE("forward over reverse") { check(dad::hessian(f, point)); }

TEST_CASE("forward over forward") {
  const auto slope = [](const auto& v) {
    const auto j = dad::jacobian(f, v, dad::forward);
    return std::vector{j(0, 0), j(0, 1), j(0, 2)};
  };
  check(dad::jacobian(slope, point, dad::forward));
}

TEST_CASE("reverse over forward") {
  const auto slope = [](const auto& v) {
    const auto j = dad::jacobian(f, v, dad::forward);
    return std::vector{j(0, 0), j(0, 1), j(0, 2)};
  };
  const dad::matrix h = dad::jacobian(slope, point, dad::reverse);
  CHECK(h(2, 0) == 0.0);
  CHECK(h(2, 1) == 0.0);
  CHECK(h(0, 2) == 0.0);
  CHECK(h(1, 2) == 0.0);
  CHECK(h(0, 0) == -infinity);
}
