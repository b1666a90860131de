// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// Many more ranks than cores: all schedules end, and results are those of this process, bit for bit.
// ranks: 100

#include "ranks.hpp"

#include <array>
#include <cstddef>
#include <numeric>
#include <stdexcept>
#include <vector>

using dad::mpi::schedule;

namespace {

constexpr std::size_t count = 10000;

// Two paths: a program of one would not show that chunks which begin anywhere find theirs.
const auto f = [](const auto& x) { return x[0] > x[1] ? sin(x[0]) * x[1] : exp(x[0] - x[1]) + x[1] * x[1]; };

std::vector<std::array<double, 2>> points() {
  std::vector<std::array<double, 2>> inputs(count);
  for (std::size_t i = 0; i < count; ++i)
    inputs[i] = {static_cast<double>(i * 7919 % count) / count, static_cast<double>(i) / count};
  return inputs;
}

}  // namespace

TEST_CASE("a hundred ranks on few cores evaluate every input once, with the same bits") {
  const auto inputs = points();
  const bool is_root = ranks::rank() == 0;
  const auto local = dad::batch_eval(f, is_root ? inputs : decltype(inputs){});
  for (const schedule s : {schedule::even, schedule::dynamic, schedule::automatic}) {
    const auto r = dad::mpi::batch_eval(f, is_root ? inputs : decltype(inputs){}, {.schedule = s});
    if (!is_root) {
      CHECK(r.size() == 0);
      continue;
    }
    REQUIRE(r.size() == count);
    CHECK(ranks::same_results(r, local));
    const auto& by_rank = r.statistics().ranks;
    REQUIRE(by_rank.size() == static_cast<std::size_t>(ranks::size()));
    CHECK(std::accumulate(by_rank.begin(), by_rank.end(), std::size_t{0},
                          [](std::size_t sum, const auto& one) { return sum + one.items; }) == count);
    if (s == schedule::even)
      for (const auto& one : by_rank) CHECK(one.items == count / by_rank.size());
  }
}

TEST_CASE("a sum over a hundred ranks has the same bits on each of them") {
  const auto inputs = points();
  const bool is_root = ranks::rank() == 0;
  const std::array<double, 2> weights{0.5, -0.25};
  const auto loss = [](const auto& w, const auto& x) {
    return square(w[0] * x[0] + w[1] * x[1] - exp(-x[0]));
  };
  const auto local = dad::batch_sum(loss, weights, inputs);
  const auto sum = dad::mpi::batch_sum(loss, weights, is_root ? inputs : decltype(inputs){});
  CHECK(ranks::same_bits(std::span<const double>(&sum.value, 1), std::span<const double>(&local.value, 1)));
  CHECK(ranks::same_bits(std::span<const double>(sum.gradient), std::span<const double>(local.gradient)));
}

TEST_CASE("an input that fails at one of a hundred ranks is said at all of them") {
  auto inputs = points();
  inputs[7123][0] = -1.0;
  const auto g = [](const auto& x) {
    if (x[0] < 0) throw std::range_error("a negative concentration");
    return x[0] * x[1];
  };
  bool was_thrown = false;
  try {
    (void)dad::mpi::batch_eval(g, inputs);
  } catch (const dad::batch_error& e) {
    was_thrown = true;
    CHECK(e.index() == 7123);
    CHECK(e.text() == "a negative concentration");
  }
  CHECK(was_thrown);
}
