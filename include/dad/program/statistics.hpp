// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// What a recorded program is made of, in numbers.

#pragma once

#include <cstddef>

#include <dad/program/code.hpp>

namespace dad {

/// A program as it runs: its instructions, after all passes; the values that are kept at the same time; how
/// many inputs a block has, and the bytes of memory that a block works in.
struct code_statistics {
  std::size_t instructions = 0;
  std::size_t slots = 0;
  std::size_t lanes = 0;
  std::size_t bytes = 0;
};

/// What was recorded, of the first path: reals of input and result, operations, constants (each as often as
/// it was met) and guards. And how many paths are known, the code of that path's value, and that of its value
/// with the gradient, or with the Jacobian where f does not return a scalar.
struct program_statistics {
  std::size_t inputs = 0;
  std::size_t outputs = 0;
  std::size_t operations = 0;
  std::size_t constants = 0;
  std::size_t guards = 0;
  std::size_t paths = 0;
  code_statistics value;
  code_statistics derivative;
};

namespace detail {

template <class...>
code_statistics statistics_of(const code& c) {
  return {c.instruction_count(), c.slot_count(), c.lanes(), c.slot_count() * c.lanes() * sizeof(double)};
}

template <class...>
program_statistics statistics_of(const recording& r) {
  program_statistics s;
  s.inputs = r.input_count;
  s.outputs = r.outputs.size();
  s.guards = r.guards.size();
  for (const node& n : r.operations.nodes) {
    if (n.code == opcode::constant) ++s.constants;
    if (n.code == opcode::linear || n.code >= opcode::first) ++s.operations;
  }
  return s;
}

}  // namespace detail
}  // namespace dad
