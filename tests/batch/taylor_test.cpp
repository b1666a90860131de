// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// Functions that take Taylor coefficients inside, in a batch and as a program.

#include <dad/dad.hpp>

#include <vector>

#include "core/close.hpp"

namespace {

const auto inner = [](const auto& x) {
  return exp(sin(x)) * lgamma(x) + pow(x, 2.5) * hypot(x, 2, 1) + sqrt(x) + dad::log_sum_exp(x, 1.0);
};
const auto third = [](const auto& x) { return dad::taylor<3>(inner, x[0])[3] * x[1]; };

TEST_CASE("a batch of Taylor coefficients and their derivatives") {
  std::vector<std::vector<double>> points;
  for (int i = 0; i < 40; ++i) points.push_back({0.5 + 0.05 * i, 2.0});
  const auto results = dad::batch_eval(third, points);
  for (std::size_t i = 0; i < points.size(); ++i) {
    const auto c = dad::taylor<4>(inner, points[i][0]);
    CHECK(results[i].value == close_to(2 * c[3]));
    CHECK(results[i].gradient[0] == close_to(8 * c[4]));
    CHECK(results[i].gradient[1] == close_to(c[3]));
  }
  auto program = dad::record(third, points[0]);
  CHECK(program(points[7]) == close_to(results[7].value));
}

TEST_CASE("a batch whose inputs are captured by the function that is expanded") {
  const auto moved = [](const auto& x) {
    return dad::taylor<3>([&x](const auto& t) { return inner(x[0] + t) * x[1]; }, 0.0)[3];
  };
  const std::vector<std::vector<double>> points{{0.5, 2.0}, {0.9, 2.0}, {1.7, 3.0}};
  const auto results = dad::batch_eval(moved, points), expected = dad::batch_eval(third, points);
  for (std::size_t i = 0; i < points.size(); ++i) {
    CHECK(results[i].value == close_to(expected[i].value));
    CHECK(results[i].gradient[0] == close_to(expected[i].gradient[0]));
  }
}

}  // namespace
