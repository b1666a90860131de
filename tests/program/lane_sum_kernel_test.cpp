// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// Sums over lanes: right to rounding, of the lanes that count alone, and the same bits in any company.

#include <dad/program/lane_sum_kernel.hpp>

#include <cmath>
#include <limits>
#include <random>
#include <vector>

#include "catch.hpp"
#include "program/bits.hpp"

namespace {

using dad::detail::block;
using dad::detail::lane_count;
using dad::detail::lane_sum;
using dad::detail::pack;

constexpr std::size_t most_packs = 16;
constexpr std::size_t value_count = 8;

struct lanes {
  std::vector<pack> memory = std::vector<pack>(value_count * most_packs);
  std::size_t lane_total;

  lanes(std::mt19937& engine, std::size_t total) : lane_total(total) {
    std::uniform_real_distribution<double> number(-2.0, 2.0);
    for (std::size_t value = 0; value < value_count; ++value)
      for (std::size_t lane = 0; lane < most_packs * lane_count; ++lane)
        memory[value * most_packs + lane / lane_count].set(
            lane % lane_count, lane < total ? number(engine) : std::numeric_limits<double>::quiet_NaN());
  }

  [[nodiscard]] std::vector<double> run(const std::vector<lane_sum>& sums, std::vector<double> totals) {
    block b;
    b.memory = memory.data();
    b.pack_count = (lane_total + lane_count - 1) / lane_count;
    b.lane_sums = sums.data();
    b.totals = totals.data();
    b.lane_total = lane_total;
    dad::detail::run_lane_sums(
        {&dad::detail::run_lane_sums, 0, {0, static_cast<std::uint32_t>(sums.size()), 0}, {}, 0}, b);
    return totals;
  }

  [[nodiscard]] long double at(std::uint32_t place, std::uint8_t step, std::size_t lane) const {
    return memory[place + step * (lane / lane_count)][lane % lane_count];
  }
  [[nodiscard]] double exact(const lane_sum& s) const {
    long double sum = 0;
    for (std::size_t lane = 0; lane < lane_total; ++lane)
      sum += at(s.a, s.step_a, lane) * (s.is_product ? at(s.b, s.step_b, lane) : 1);
    return static_cast<double>(s.is_negative ? -sum : sum);
  }
};

/// Sums of random values and products, with numbers that all lanes share among them. Each has its target.
std::vector<lane_sum> random_sums(std::mt19937& engine, std::size_t count) {
  std::vector<lane_sum> sums;
  const auto place = [&] { return static_cast<std::uint32_t>(engine() % value_count * most_packs); };
  for (std::uint32_t i = 0; i < count; ++i)
    sums.push_back({place(), place(), static_cast<std::uint8_t>(engine() % 4 != 0),
                    static_cast<std::uint8_t>(engine() % 4 != 0), engine() % 2 == 0, engine() % 2 == 0, i});
  return sums;
}

TEST_CASE("sums over any number of lanes; copies do not count") {
  std::mt19937 engine(31);
  for (std::size_t total = 1; total <= most_packs * lane_count; ++total) {
    CAPTURE(total);
    lanes l(engine, total);
    const auto sums = random_sums(engine, 1 + engine() % 70);
    const std::vector<double> totals = l.run(sums, std::vector<double>(sums.size(), 0.0));
    for (std::size_t i = 0; i < sums.size(); ++i) {
      // Terms are at most 4, and a step's error at most half an ULP of a partial sum.
      const double bound = 4.0 * static_cast<double>(total) * static_cast<double>(total) * 0x1p-53;
      REQUIRE(std::abs(totals[i] - l.exact(sums[i])) <= bound);
    }
  }
}

TEST_CASE("the bits of a sum do not depend on the sums beside it") {
  std::mt19937 engine(37);
  for (const std::size_t total : {std::size_t{1}, lane_count, 3 * lane_count + 1, most_packs * lane_count}) {
    lanes l(engine, total);
    const auto sums = random_sums(engine, 40);
    const std::vector<double> together = l.run(sums, std::vector<double>(sums.size(), 0.0));
    for (std::size_t i = 0; i < sums.size(); ++i) {
      lane_sum alone = sums[i];
      alone.target = 0;
      CHECK(test::same_bits(l.run({alone}, {0.0})[0], together[i]));
    }
  }
}

TEST_CASE("sums are added to what is there, or taken from it, one after the other") {
  std::mt19937 engine(41);
  lanes l(engine, lane_count);
  l.memory[0] = pack(1.0);
  l.memory[most_packs] = pack(3.0);
  const std::uint32_t y = most_packs;
  const auto lane_number = static_cast<double>(lane_count);
  CHECK(l.run({{0, 0, 1, 0, false, false, 1}}, {5.0, 7.0}) == std::vector<double>{5.0, 7.0 + lane_number});
  CHECK(l.run({{0, 0, 1, 0, false, true, 1}}, {5.0, 7.0}) == std::vector<double>{5.0, 7.0 - lane_number});
  CHECK(l.run({{0, y, 1, 1, true, true, 0}}, {5.0}) == std::vector<double>{5.0 - 3 * lane_number});
  // Two onto one target.
  CHECK(l.run({{0, 0, 1, 0, false, false, 0}, {y, 0, 1, 0, false, false, 0}}, {0.5}) ==
        std::vector<double>{0.5 + 4 * lane_number});
}

}  // namespace
