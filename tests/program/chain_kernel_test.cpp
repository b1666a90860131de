// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// A chain over lanes has, in every lane, the bits of its terms added up one after the other in doubles.

#include <dad/program/chain_kernel.hpp>

#include <limits>
#include <random>
#include <vector>

#include "catch.hpp"
#include "program/bits.hpp"

namespace {

using dad::detail::block;
using dad::detail::chain_run;
using dad::detail::instruction;
using dad::detail::lane_count;
using dad::detail::pack;

constexpr std::size_t operand_count = 6;
constexpr std::size_t most_packs = 21;  // two full widths of 8, one of 2 twice, one

/// Runs of every form over a workspace of random numbers.
struct chain {
  std::vector<pack> memory = std::vector<pack>((operand_count + 1) * most_packs);
  std::vector<double> uniforms = {0.3, -1.7, 0.0, -0.0, 1e300};
  std::vector<chain_run> runs;
  std::vector<std::uint32_t> operands;

  chain(std::mt19937& engine, bool is_hostile) {
    std::uniform_real_distribution<double> number(-2.0, 2.0);
    const double hostile[] = {0.0,   -0.0,   HUGE_VAL, -HUGE_VAL, std::numeric_limits<double>::quiet_NaN(),
                              1e308, -1e308, 5e-324};
    for (pack& p : memory)
      for (std::size_t l = 0; l < lane_count; ++l)
        p.set(l, is_hostile && engine() % 3 == 0 ? hostile[engine() % 8] : number(engine));
  }

  [[nodiscard]] double at(std::uint32_t operand, std::size_t lane) const {
    return memory[operand + lane / lane_count][lane % lane_count];
  }

  void add_run(std::mt19937& engine, chain_run::form kind, std::uint32_t count) {
    runs.push_back({kind, engine() % 2 == 0, static_cast<std::uint32_t>(operands.size()), count});
    const auto varying = [&] {
      operands.push_back(static_cast<std::uint32_t>(engine() % operand_count * most_packs));
    };
    const auto uniform = [&] { operands.push_back(static_cast<std::uint32_t>(engine() % uniforms.size())); };
    for (std::uint32_t i = 0; i < count; ++i) {
      if (kind == chain_run::varying || kind == chain_run::varying_product ||
          kind == chain_run::masked_product || kind == chain_run::uniform_product)
        varying();
      else
        uniform();
      if (kind == chain_run::uniform_product) uniform();
      if (kind == chain_run::varying_product || kind == chain_run::masked_product ||
          kind == chain_run::masked_uniform)
        varying();
    }
  }

  [[nodiscard]] double term(const chain_run& r, std::uint32_t i, std::size_t lane) const {
    const std::uint32_t* o = operands.data() + r.first;
    const bool is_product = r.kind >= chain_run::varying_product;
    o += i * (is_product ? 2 : 1);
    const bool is_first_uniform = r.kind == chain_run::uniform || r.kind == chain_run::masked_uniform;
    const double x = is_first_uniform ? uniforms[o[0]] : at(o[0], lane);
    if (!is_product) return x;
    const double y = r.kind == chain_run::uniform_product ? uniforms[o[1]] : at(o[1], lane);
    const bool is_masked = r.kind == chain_run::masked_product || r.kind == chain_run::masked_uniform;
    const volatile double product = is_masked && y == 0 ? 0.0 : x * y;
    return product;
  }

  [[nodiscard]] double sum(std::size_t lane) const {
    volatile double sum = 0;
    bool is_first = true;
    for (const chain_run& r : runs)
      for (std::uint32_t i = 0; i < r.count; ++i) {
        const double t = r.is_negative ? -term(r, i, lane) : term(r, i, lane);
        sum = is_first ? t : sum + t;
        is_first = false;
      }
    return sum;
  }

  /// Runs it into `to`, which may be an operand, and compares all lanes.
  bool is_right(std::uint32_t to, std::size_t pack_count) {
    std::vector<double> expected;
    for (std::size_t lane = 0; lane < pack_count * lane_count; ++lane) expected.push_back(sum(lane));
    block b;
    b.memory = memory.data();
    b.pack_count = pack_count;
    b.uniforms = uniforms.data();
    b.runs = runs.data();
    b.chain_operands = operands.data();
    const auto run_count = static_cast<std::uint32_t>(runs.size());
    dad::detail::run_chain({&dad::detail::run_chain, to, {0, run_count, 0}, {}, 0}, b);
    for (std::size_t lane = 0; lane < expected.size(); ++lane)
      if (!test::same_bits(at(to, lane), expected[lane])) return false;
    return true;
  }
};

TEST_CASE("chains of every form at every width of block") {
  std::mt19937 engine(17);
  for (std::size_t packs = 1; packs <= most_packs; ++packs)
    for (int trial = 0; trial < 60; ++trial) {
      CAPTURE(packs, trial);
      chain c(engine, trial % 2 == 0);
      const std::size_t runs = 1 + engine() % 5;
      for (std::size_t r = 0; r < runs; ++r)
        c.add_run(engine, static_cast<chain_run::form>(engine() % 6),
                  static_cast<std::uint32_t>(1 + engine() % 4));
      // Into a place of its own, or over one of its operands.
      REQUIRE(c.is_right(static_cast<std::uint32_t>((trial % (operand_count + 1)) * most_packs), packs));
    }
}

TEST_CASE("each form alone, with either sign") {
  std::mt19937 engine(19);
  for (int kind = 0; kind < 6; ++kind)
    for (int trial = 0; trial < 40; ++trial) {
      CAPTURE(kind, trial);
      chain c(engine, true);
      c.add_run(engine, static_cast<chain_run::form>(kind), static_cast<std::uint32_t>(1 + engine() % 2));
      REQUIRE(c.is_right(operand_count * most_packs, 3));
    }
}

TEST_CASE("what is behind the block is left alone") {
  std::mt19937 engine(23);
  chain c(engine, false);
  c.add_run(engine, chain_run::varying, 3);
  const std::uint32_t to = operand_count * most_packs;
  for (std::size_t p = 0; p < most_packs; ++p) c.memory[to + p] = pack(42.0);
  CHECK(c.is_right(to, 11));
  for (std::size_t p = 11; p < most_packs; ++p)
    for (std::size_t l = 0; l < lane_count; ++l) CHECK(c.memory[to + p][l] == 42.0);
}

TEST_CASE("a product is rounded before it is added") {
  // (1 + 2^-30)^2 - (1 + 2^-29) is 0 after rounding, 2^-60 before.
  std::mt19937 engine(29);
  chain c(engine, false);
  c.memory[0] = pack(1 + 0x1p-30);
  c.memory[most_packs] = pack(1 + 0x1p-29);
  c.uniforms[0] = 1 + 0x1p-30;
  const std::uint32_t x = 0, y = most_packs, to = operand_count * most_packs;
  for (const auto kind : {chain_run::varying_product, chain_run::masked_product, chain_run::uniform_product,
                          chain_run::masked_uniform}) {
    c.operands = {y, x, x, y};
    if (kind == chain_run::uniform_product) c.operands = {y, x, 0, y};
    if (kind == chain_run::masked_uniform) c.operands = {y, 0, x, y};
    c.runs = {{chain_run::varying, true, 0, 1}, {kind, false, 1, 1}};
    CHECK(c.is_right(to, 1));
    CHECK(c.memory[to][0] == 0.0);
  }
}

}  // namespace
