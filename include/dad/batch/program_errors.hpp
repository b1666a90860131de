// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// What a program says of inputs and functions that it is not for.

#pragma once

#include <cstddef>
#include <string>

#include <dad/core/error.hpp>
#include <dad/program/recording.hpp>
#include <dad/structure/leaves.hpp>

namespace dad::detail {

template <class X>
[[noreturn]] void throw_other_structure(const X& x, std::size_t expected, const std::string& subject) {
  const std::size_t got = real_count(x);
  if (got != expected)
    throw shape_error("dad: " + subject + " has " + std::to_string(got) + " reals, expected " +
                      std::to_string(expected) + " as at the recorded input");
  throw shape_error("dad: " + subject +
                    " got other data (sizes, ints, strings) than the recorded input, expected the same; "
                    "record a program for it");
}

template <class...>
[[noreturn]] void throw_not_replayable(const recording& r) {
  if (r.is_too_long)
    throw tape_error("dad: record got a function of more than " + std::to_string(longest_program) +
                     " operations; use the drivers (value_and_gradient, ...), which need no program");
  throw tape_error(
      "dad: record got a function that reads a number out of its scalars (value(), a cast to double, "
      "printing), so a program of it is good for one input; use select, floor or a cast to an int, or the "
      "drivers (value_and_gradient, ...)");
}

template <class...>
[[noreturn]] void throw_impure() {
  throw tape_error(
      "dad: record got a function that did something else when it was called again with the same input (a "
      "random generator, a counter, a changed capture?), expected the same operations and constants");
}

}  // namespace dad::detail
