// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// Guards set lanes aside at the first that fails, and tell when none is left.

#include <dad/program/instruction.hpp>

#include <vector>

#include <dad/op/list.hpp>

#include "catch.hpp"

namespace {

using dad::detail::block;
using dad::detail::block_lanes;
using dad::detail::instruction;
using dad::detail::lane_count;
using dad::detail::pack;

struct guarded {
  std::size_t pack_count;
  std::vector<pack> memory = std::vector<pack>(3 * pack_count);
  std::vector<std::uint32_t> left_at =
      std::vector<std::uint32_t>(pack_count * lane_count, block_lanes::on_path);
  block b;

  explicit guarded(std::size_t packs) : pack_count(packs) {
    b.memory = memory.data();
    b.pack_count = packs;
    b.lanes = {left_at.data(), packs * lane_count};
  }
  void set(std::size_t value, std::size_t lane, double x) {
    memory[value * pack_count + lane / lane_count].set(lane % lane_count, x);
  }
  void guard(std::size_t value, std::uint32_t number, bool outcome, std::uint8_t step = 1) {
    const auto from = static_cast<std::uint32_t>(value * pack_count);
    dad::detail::run_guard({&dad::detail::run_guard, number, {from, 0, 0}, {step, 0, 0}, outcome ? 1 : 0}, b);
  }
};

TEST_CASE("a lane leaves at the first guard that disagrees") {
  guarded g(3);
  const std::size_t lanes = 3 * lane_count;
  for (std::size_t lane = 0; lane < lanes; ++lane) {
    g.set(0, lane, lane % 2 == 0 ? 1.0 : 0.0);
    g.set(1, lane, lane % 3 == 0 ? 0.0 : 1.0);
  }
  g.guard(0, 4, true);
  for (std::size_t lane = 0; lane < lanes; ++lane)
    CHECK(g.left_at[lane] == (lane % 2 == 0 ? block_lanes::on_path : 4));
  CHECK(g.b.lanes.remaining > 0);
  g.guard(1, 7, true);
  for (std::size_t lane = 0; lane < lanes; ++lane)
    CHECK(g.left_at[lane] == (lane % 2 != 0 ? 4 : lane % 3 == 0 ? 7 : block_lanes::on_path));
  g.guard(0, 9, false);  // whoever is left has 1 there
  CHECK(g.b.lanes.remaining == 0);
  for (std::size_t lane = 0; lane < lanes; ++lane)
    CHECK(g.left_at[lane] == (lane % 2 != 0 ? 4 : lane % 3 == 0 ? 7 : 9));
}

TEST_CASE("one lane that agrees keeps a block going, wherever it is") {
  for (std::size_t last = 0; last < 2 * lane_count; ++last) {
    guarded g(2);
    for (std::size_t lane = 0; lane < 2 * lane_count; ++lane) g.set(0, lane, lane == last ? 0.0 : 1.0);
    g.guard(0, 0, false);
    CHECK(g.b.lanes.remaining > 0);
    for (std::size_t lane = 0; lane < 2 * lane_count; ++lane)
      CHECK(g.left_at[lane] == (lane == last ? block_lanes::on_path : 0));
  }
}

TEST_CASE("a condition that all lanes share") {
  guarded g(2);
  g.memory[0] = pack(1.0);
  g.memory[1] = pack(0.0);  // not looked at
  g.guard(0, 0, true, 0);
  for (const std::uint32_t left : g.left_at) CHECK(left == block_lanes::on_path);
  g.guard(0, 1, false, 0);
  for (const std::uint32_t left : g.left_at) CHECK(left == 1);
}

TEST_CASE("an operation has its parameter") {
  CHECK(dad::detail::make_operation<dad::op::ldexp>(3).exponent == 3);
  CHECK(dad::detail::make_operation<dad::op::polygamma>(2).order == 2);
}

}  // namespace
