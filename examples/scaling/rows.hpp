// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// What is measured: the ways of computing a batch, and a row of the tables.

#pragma once

#include <array>
#include <cstddef>
#include <vector>

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

/// The rows of one size: of each way that `is_wanted` its seconds and what it found.
inline void add_rows(std::vector<row>& rows, std::size_t inputs, std::size_t steps,
                     const std::array<bool, 4>& is_wanted, const std::array<double, 4>& seconds,
                     const std::array<check, 4>& found) {
  for (const way w : {sequential, local, ranks, spawning})
    if (is_wanted[w]) rows.push_back({inputs, steps, w, seconds[w], found[w]});
}

}  // namespace scaling
