// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// When to keep which state of a loop so that it is reversed in the fewest steps.

#pragma once

#include <cstddef>

namespace dad::detail {

/// min(C(s + r, s), most): the most steps that s snapshots reverse with at most r forward steps each.
constexpr std::size_t reversible_steps(std::size_t s, std::size_t r, std::size_t most) {
  const std::size_t small = s < r ? s : r, large = s < r ? r : s;
  std::size_t count = 1;
  for (std::size_t i = 1; i <= small; ++i) {
    if (count > most / (large + i) * i + most % (large + i)) return most;  // no product leaves the range
    count = count * (large + i) / i;
    if (count >= most) return most;
  }
  return count;
}

/// The first of `steps` steps after which the next snapshot belongs, for a state at hand that is a snapshot
/// itself, one of `snapshots` (at least two, for at least two steps). What is before the next snapshot is
/// reversed with all of them, what comes after with one less; the fewest forward steps in all are
///   t(l, s) = r l - C(s + r, s + 1), where C(s + r - 1, s) < l <= C(s + r, s).
/// Source: Griewank and Walther, Algorithm 799: revolve, ACM TOMS 26 (2000).
constexpr std::size_t next_snapshot(std::size_t steps, std::size_t snapshots) {
  std::size_t r = 1;
  while (reversible_steps(snapshots, r, steps) < steps) ++r;
  const std::size_t farthest = reversible_steps(snapshots, r - 1, steps);
  const std::size_t least_after = reversible_steps(snapshots - 1, r - 1, steps);
  return farthest < steps - least_after ? farthest : steps - least_after;
}

}  // namespace dad::detail
