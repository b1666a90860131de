// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// What is measured: the ways of computing a batch, and a row of the tables.

#pragma once

#include <array>
#include <cstddef>

#include "answers.hpp"

namespace scaling {

enum way { sequential, local, ranks, spawning };
inline constexpr std::array<const char*, 4> way_names = {"sequential", "local", "ranks", "spawning"};
inline constexpr way measured_here[] = {sequential, local, ranks};

/// One measured call; `seconds` is the least of all turns.
struct row {
  std::size_t inputs, steps;
  way by;
  double seconds;
  check found;
};

}  // namespace scaling
