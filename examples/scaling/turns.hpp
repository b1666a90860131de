// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// From a clock to the seconds of a call: repetitions, turns, the least of them, and what follows from it.

#pragma once

#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>
#include <cstddef>
#include <iterator>
#include <limits>

#include "rows.hpp"

namespace scaling {

/// Seconds of one of so many calls, by a clock that is as std::chrono::steady_clock::now.
double seconds_of_call(const auto& clock, int times, const auto& call) {
  const auto start = clock();
  for (int i = 0; i < times; ++i) call();
  return std::chrono::duration<double>(clock() - start).count() / times;
}

/// The least of what so many calls of `seconds()` give.
double least_of(int turns, const auto& seconds) {
  double least = std::numeric_limits<double>::infinity();
  for (int i = 0; i < turns; ++i) least = std::min(least, seconds());
  return least;
}

/// The least seconds of a call by each way that `is_wanted`, which take turns; infinity for the others.
/// `seconds(way, times)` is that of one of so many calls. Calls that take less than a millisecond are
/// repeated in each turn, and those that take more than two seconds are made once.
std::array<double, 4> least_by_turns(const std::array<bool, 4>& is_wanted, int repeat, const auto& seconds) {
  std::array<double, 4> least;
  least.fill(std::numeric_limits<double>::infinity());
  std::array<int, 4> times{};
  for (const way w : measured_here) {
    if (!is_wanted[w]) continue;
    least[w] = seconds(w, 1);  // records the function
    times[w] = least[w] > 2 ? 0 : static_cast<int>(std::clamp(1e-3 / least[w], 1.0, 200.0));
  }
  // Short turns are cheap, and more of them find a quiet moment.
  const bool are_short = std::all_of(std::begin(measured_here), std::end(measured_here),
                                     [&](way w) { return !is_wanted[w] || least[w] < 0.02; });
  for (int i = 0; i < (are_short ? 10 * repeat : repeat); ++i) {
    for (const way w : measured_here)
      if (is_wanted[w] && times[w] > 0) least[w] = std::min(least[w], seconds(w, times[w]));
  }
  return least;
}

/// Ways that took a tenth of the allowed time or more are left out at the next size, which is ten times as
/// large; spawning, most of whose time does not grow, where the sequential way would be.
inline void leave_out_slow_ones(std::array<bool, 4>& is_wanted, const std::array<double, 4>& least,
                                double seconds) {
  for (const way w : measured_here)
    if (10 * least[w] > seconds) is_wanted[w] = false;
  if (!is_wanted[sequential]) is_wanted[spawning] = false;
}

/// How many steps take so many microseconds, at least one, where `measured` of them took so many seconds.
inline std::size_t steps_in(double microseconds, double seconds, std::size_t measured) {
  const double one_step = 1e6 * seconds / static_cast<double>(measured);
  return static_cast<std::size_t>(std::max(1.0, std::round(microseconds / one_step)));
}

}  // namespace scaling
