// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// Functions that read numbers, keep a state or are not finite are found, also in batches.

#include <array>
#include <cmath>
#include <random>
#include <vector>

#include <dad/dad.hpp>

#include "catch.hpp"

namespace {

using dad::check_cause;
using std::vector;

const vector<double> point{0.7, -1.3, 2.1};

}  // namespace

TEST_CASE("a function that reads numbers out of its scalars") {
  const auto r =
      dad::check_gradient([](const auto& x) { return x[0] * dad::value(x[1]) + x[2] * x[1]; }, point);
  CHECK(r.cause == check_cause::reads_value);
  CHECK(r.entry == 1);
  CHECK(r.derivative == Approx(2.1));
  CHECK(r.difference == Approx(2.8));
  CHECK(r.modes == "reverse and forward");
  CHECK_THAT(r.text(), contains("value()"));
  // Reading without using it is no mistake.
  CHECK(dad::check_gradient([](const auto& x) { return dad::value(x[1]) > 100 ? x[0] : x[0] * x[2]; }, point)
            .passed());
}

TEST_CASE("a function with a state") {
  int calls = 0;
  const auto counting = [&calls](const auto& x) { return x[0] * (1.0 + 1e-9 * ++calls); };
  CHECK(dad::check_gradient(counting, point).cause == check_cause::state);
  std::mt19937 random(1);
  const auto noise = [&random](const auto& x) { return x[0] + 1e-3 * static_cast<double>(random()); };
  const auto r = dad::check_gradient(noise, point);
  CHECK(r.cause == check_cause::state);
  CHECK(r.text() == "f depends on a state: two calls of it at the same point differ");
  // One that changes late, when the entries are compared.
  int late = 0;
  const auto warming = [&late](const auto& x) { return x[0] * (++late > 12 ? 1.5 : 1.0); };
  CHECK(dad::check_gradient(warming, point).cause == check_cause::state);
}

TEST_CASE("values and derivatives that are not finite") {
  const auto value = dad::check_gradient([](const auto& x) { return x[0] * log(x[1]); }, point);
  CHECK(value.cause == check_cause::not_finite);
  CHECK(value.text() == "the value is nan: operation 1, log(x1) of -1.3 gave nan");
  const auto slope = dad::check_gradient([](const auto& x) { return x[0] + sqrt(x[1]); }, vector{1.0, 0.0});
  CHECK(slope.cause == check_cause::not_finite);
  CHECK(slope.entry == 1);
  CHECK_THAT(slope.text(), contains("the derivative is inf at x[1]: operation 1, sqrt(x1) of 0"));
}

TEST_CASE("the worst input of a batch") {
  vector<std::array<double, 2>> inputs;
  for (int i = 0; i < 20; ++i) inputs.push_back({1.0 + i, 2.5});
  const auto f = [](const auto& x) { return relu(x[0] - 8) * x[1] + sin(x[0]); };
  const auto r = dad::batch_check_gradient(f, inputs);
  CHECK(r.cause == check_cause::kink);
  CHECK(r.item == 7);
  CHECK_THAT(r.text(), contains("item 7: f is not differentiable here"));
  inputs.erase(inputs.begin() + 7);
  const auto right = dad::batch_check_gradient(f, inputs);
  CHECK(right.passed());
  CHECK(right.item.has_value());
  CHECK_THROWS_WITH(dad::batch_check_gradient(f, vector<vector<double>>{}),
                    "dad: batch_check_gradient got no inputs, expected one");
  inputs[3][1] = std::nan("");
  CHECK_THROWS_WITH(
      dad::batch_check_gradient(f, inputs),
      "dad: input 3 on rank 0: dad: entry 1 of x in check_gradient is nan, expected a finite number");
}
