// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// What a program is made of when it runs: instructions, each a loop over the packs of a block.

#pragma once

#include <cstddef>
#include <cstdint>

#include <dad/lanes/marks.hpp>
#include <dad/lanes/pack.hpp>

namespace dad::detail {

/// The lanes of a block that are still on the program's path, and the first guard at which others left it.
struct block_lanes {
  static constexpr std::uint32_t on_path = no_mark;
  std::uint32_t* left_at = nullptr;  // one entry a lane: a guard's number, or on_path
  std::size_t remaining = 0;         // how many are on it, copies of lanes among them
};

/// A run of a chain's terms of one form. Operands are places in packs of the workspace, or, where they are
/// uniform, in numbers of the table of uniform values.
struct chain_run {
  enum form : std::uint32_t {
    varying,          // a
    uniform,          // a uniform number
    varying_product,  // a b
    uniform_product,  // a b, b a uniform number
    masked_product,   // a b, or 0 where b is 0
    masked_uniform    // the same, a a uniform number
  };
  form kind = varying;
  bool is_negative = false;
  std::uint32_t first = 0;  // operands, from here in the table of operands: a, a, ... or a, b, a, b, ...
  std::uint32_t count = 0;
};

/// A value, or the product of two, to be summed over the lanes of a block onto (or from) a number.
struct lane_sum {
  std::uint32_t a = 0;  // in packs
  std::uint32_t b = 0;
  std::uint8_t step_a = 0;
  std::uint8_t step_b = 0;
  bool is_product = false;
  bool is_negative = false;
  std::uint32_t target = 0;
};

struct block;

struct instruction {
  void (*run)(const instruction&, block&) = nullptr;
  std::uint32_t to = 0;               // in packs
  std::uint32_t from[3] = {0, 0, 0};  // in packs
  std::uint8_t step[3] = {0, 0, 0};   // 1, or 0 where all lanes hold one number
  int parameter = 0;
};

/// What an instruction runs on: a workspace of packs, in which a value is pack_count packs from its place on.
struct block {
  pack* memory = nullptr;
  std::size_t pack_count = 0;
  const double* uniforms = nullptr;
  const chain_run* runs = nullptr;
  const std::uint32_t* chain_operands = nullptr;
  block_lanes lanes = {};
  const lane_sum* lane_sums = nullptr;
  double* totals = nullptr;    // what lanes are summed onto
  std::size_t lane_total = 0;  // the lanes that are summed; others are copies
};

/// An operation as its parameter makes it.
template <class Op>
constexpr Op make_operation([[maybe_unused]] int parameter) {
  Op op;
  if constexpr (requires { op.exponent; })
    op.exponent = parameter;
  else if constexpr (requires { op.order; })
    op.order = parameter;
  return op;
}

/// The operation on all lanes of a block.
template <class Op>
void run_operation(const instruction& i, block& b) {
  const Op op = make_operation<Op>(i.parameter);
  pack* y = b.memory + i.to;
  const pack* x0 = b.memory + i.from[0];
  const std::size_t s0 = i.step[0];
  const std::size_t count = b.pack_count;
  if constexpr (Op::arity == 1) {
    for (std::size_t k = 0; k < count; ++k) y[k] = pack::apply(op, x0[k * s0]);
  } else {
    const pack* x1 = b.memory + i.from[1];
    const std::size_t s1 = i.step[1];
    if constexpr (Op::arity == 2) {
      for (std::size_t k = 0; k < count; ++k) y[k] = pack::apply(op, x0[k * s0], x1[k * s1]);
    } else {
      const pack* x2 = b.memory + i.from[2];
      const std::size_t s2 = i.step[2];
      for (std::size_t k = 0; k < count; ++k) y[k] = pack::apply(op, x0[k * s0], x1[k * s1], x2[k * s2]);
    }
  }
}

/// A guard: lanes in which the condition from[0] is not as expected (parameter) leave the path; to is the
/// guard's number.
template <class...>
void run_guard(const instruction& i, block& b) {
  const pack* condition = b.memory + i.from[0];
  const std::size_t step = i.step[0];
  for (std::size_t k = 0; k < b.pack_count; ++k) {
    const pack c = condition[k * step];
    const pack::condition leaves = i.parameter != 0 ? c == 0.0 : c != 0.0;
    b.lanes.remaining -= mark_lanes(b.lanes.left_at + k * lane_count, leaves, i.to);
  }
}

}  // namespace dad::detail
