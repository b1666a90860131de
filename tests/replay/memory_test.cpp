// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// Memory of results: kept from call to call, empty after a call that throws, unharmed by exhausted
// recordings.

#include "core/allocations.hpp"
#include "replay/against_single.hpp"
#include "replay/path_functions.hpp"

namespace {

const auto inputs = test::path_inputs(1000);
const auto fewer = std::vector(inputs.begin(), inputs.begin() + 300);

struct addresses {
  const double* values;
  const double* gradients;
  const std::size_t* offsets;
  friend bool operator==(const addresses&, const addresses&) = default;
};
template <class Result>
addresses memory_of(const Result& r) {
  return {r.values().data(), r.gradients().data(), r.offsets().data()};
}

TEMPLATE_TEST_CASE("results into kept memory stay where they are", "", test::one_path, test::eight_paths) {
  const TestType f;
  auto r = dad::batch_eval(f, inputs);
  const auto expected = r;
  const auto before = memory_of(r);
  for (int round = 0; round < 4; ++round) {
    dad::batch_eval_into(r, f, fewer);
    CHECK(memory_of(r) == before);
    CHECK(r.size() == fewer.size());
    CHECK(r.gradients().size() == 3 * fewer.size());
    dad::batch_eval_into(r, f, inputs);
    CHECK(memory_of(r) == before);
    CHECK(std::equal(r.gradients().begin(), r.gradients().end(), expected.gradients().begin(),
                     [](double a, double b) { return a == b || (std::isnan(a) && std::isnan(b)); }));
  }
}

TEST_CASE("no call allocates more than the one before") {
  if (!test::counts_allocations) return;
  const test::eight_paths f;
  auto r = dad::batch_eval(f, inputs);
  std::size_t before = test::allocations([&] { dad::batch_eval_into(r, f, inputs); });
  for (int round = 0; round < 10; ++round) {
    const std::size_t now = test::allocations([&] { dad::batch_eval_into(r, f, inputs); });
    CHECK(now <= before);
    before = now;
  }
  // Not some for each input: a few for each path.
  CHECK(before <= 400);
}

TEST_CASE("vectors of different lengths into kept memory") {
  std::vector<std::vector<double>> ragged;
  for (std::size_t i = 0; i < 200; ++i) ragged.emplace_back(1 + i % 5, 0.01 * static_cast<double>(i));
  const auto f = [](const auto& x) { return dad::dot(x, x) * x[0]; };
  auto r = dad::batch_eval(f, ragged);
  const auto before = memory_of(r);
  for (int round = 0; round < 3; ++round) dad::batch_eval_into(r, f, ragged);
  CHECK(memory_of(r) == before);
  test::check_eval(f, ragged);
}

TEST_CASE("a result is empty after a call that throws, and works again") {
  auto r = dad::batch_eval(test::eight_paths(), inputs);
  double limit = 0;
  const auto f = [&limit](const auto& x) {
    if (x[1] > limit) throw std::runtime_error("large");
    return test::eight_paths()(x);
  };
  auto s = dad::batch_eval(f, std::vector<test::input>{{0, -1, 0}});
  for (const double l : {0.0, -2.0, 1.0}) {
    limit = l;
    CHECK_THROWS_AS(dad::batch_eval_into(s, f, inputs), dad::batch_error);
    CHECK(s.size() == 0);
    CHECK(s.empty());
    CHECK(s.values().empty());
    CHECK(s.gradients().empty());
    CHECK(s.offsets().size() == 1);
    CHECK_FALSE(s.has_errors());
    CHECK(s.begin() == s.end());
    dad::batch_eval_into(s, f, inputs, {.on_error = dad::on_error::collect});
    CHECK(s.size() == inputs.size());
    CHECK(s.has_errors());
  }
  limit = std::numeric_limits<double>::infinity();
  dad::batch_eval_into(s, f, inputs);
  CHECK_FALSE(s.has_errors());
  CHECK(s.size() == inputs.size());
  CHECK(s[7].value == r[7].value);
}

TEST_CASE("a result that is copied or moved is its own") {
  auto r = dad::batch_eval(test::eight_paths(), fewer);
  const auto copy = r;
  const double value = copy[7].value;
  auto moved = std::move(r);
  dad::batch_eval_into(moved, test::eight_paths(), inputs);
  CHECK(copy.size() == fewer.size());
  CHECK(copy[7].value == value);
  CHECK(moved.size() == inputs.size());
}

TEST_CASE("functions longer than what is kept of them") {
  // Two million operations for some inputs, twenty for others.
  const auto f = [](const auto& x) {
    auto y = x[0];
    const long steps = x[1] > 0 ? 1000000 : 10;
    for (long k = 0; k < steps; ++k) y = 0.5 * y + x[1];
    return y;
  };
  const std::vector<std::array<double, 2>> mixed{{1, 2}, {3, -1}, {5, -2}, {2, 0.5}, {1, -1}};
  const auto r = dad::batch_eval(f, mixed);
  for (std::size_t i = 0; i < mixed.size(); ++i) {
    const auto [a, b] = mixed[i];
    const double left = b > 0 ? 0 : std::pow(0.5, 10);
    REQUIRE(std::abs(r[i].value - (left * a + 2 * (1 - left) * b)) < 1e-14 * 5);
    REQUIRE(std::abs(r[i].gradient[0] - left) < 1e-15);
    REQUIRE(std::abs(r[i].gradient[1] - 2 * (1 - left)) < 1e-14);
  }
  // The same bits alone.
  for (std::size_t i = 0; i < mixed.size(); ++i) {
    const auto alone = dad::batch_eval(f, std::vector{mixed[i]});
    CHECK(alone[0].value == r[i].value);
    CHECK(alone[0].gradient == r[i].gradient);
  }
}

}  // namespace
