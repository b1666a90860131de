// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// A random program as data, and what a run of it gives. Nothing in here knows a number type of dad: results
// of a tape that folds and of one that never does meet in one process.

#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "reverse/folding/dice.hpp"

namespace test {

/// Inputs that a program may have; the first initial_inputs are there from the start.
inline constexpr std::size_t most_inputs = 6;
inline constexpr std::size_t initial_inputs = 4;

/// Statement i is what the fragments make of statements[i].
struct random_program {
  std::uint64_t start = 0;
  std::vector<std::uint64_t> statements;
  bool is_integral = false;  // small integers, +, - and *: any order of the same sums and products is exact
  bool is_singular = false;  // partials may be infinite
  bool is_common = false;    // nothing that other libraries lack or define in another way
};

/// Tapes hold so many other operations before a program records; where that is odd, they have been cleared of
/// them. The memory of a recording then grows at another place of the program, or not at all.
inline thread_local std::size_t operations_before = 0;

/// What a program computes: for every observation its value and its derivatives by all inputs.
struct outcome {
  std::vector<double> values;
  std::vector<double> gradients;  // most_inputs for each value
  std::vector<double> seconds;    // of the gradients of an observation, or of all, one second derivative
  std::vector<double> adjoints;   // of the variables that are alive at the end, where there is a tape
  std::size_t refusals = 0;       // what a tape must refuse or find on another tape, and what it did
  std::size_t refused = 0;
  std::uint64_t decisions = 0;  // a digest of the branches taken
  bool is_exact = false;        // no operation rounded
  std::size_t statements = 0;   // on the tape
  int depth = 0;                // of programs inside programs, while they run
  std::string exception;        // what ended it; empty where it ran to its end
  std::string trace;            // the names of what ran, where it was asked for
};

/// Program `number` of all.
inline random_program make_program(std::uint64_t number, std::size_t longest = 10) {
  dice d(0x5eed0000000000u + number);
  random_program p;
  p.is_integral = d(2) == 0;
  p.is_singular = !p.is_integral && d(8) == 0;
  p.start = d.next();
  const std::size_t count = 1 + d(p.is_integral ? 1 + longest / 2 : longest);
  for (std::size_t i = 0; i < count; ++i) p.statements.push_back(d.next());
  return p;
}

}  // namespace test
