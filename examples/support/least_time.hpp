// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// How long calls take that are compared with each other.

#pragma once

#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>
#include <cstddef>
#include <limits>

namespace support {

/// Seconds: of each call the least in so many turns, so that a slow moment of the machine meets all; a turn
/// takes each about a millisecond, or once.
///   const auto [one, other] = support::least_seconds(10, [&] { y = f(x); }, [&] { y = g(x); });
template <class... Calls>
std::array<double, sizeof...(Calls)> least_seconds(int turns, const Calls&... calls) {
  using clock = std::chrono::steady_clock;
  std::array<double, sizeof...(Calls)> least;
  least.fill(std::numeric_limits<double>::infinity());
  for (int turn = 0; turn < turns; ++turn) {
    std::size_t at = 0;
    const auto once = [&](const auto& call) {
      const double repetitions = std::clamp(std::round(1e-3 / least[at]), 1.0, 1e6);
      const auto start = clock::now();
      for (double k = 0; k < repetitions; ++k) call();
      const std::chrono::duration<double> elapsed = clock::now() - start;
      least[at] = std::min(least[at], elapsed.count() / repetitions);
      ++at;
    };
    (once(calls), ...);
  }
  return least;
}

}  // namespace support
