// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// Which inputs belong to which rank.

#pragma once

#include <cstddef>
#include <vector>  // declares std::min, at a fraction of the cost of <algorithm>

namespace dad::detail {

struct index_range {
  std::size_t begin = 0;
  std::size_t end = 0;
  [[nodiscard]] constexpr std::size_t size() const noexcept { return end - begin; }
  friend constexpr bool operator==(const index_range&, const index_range&) = default;
};

/// The share of one rank when count inputs are split evenly and in order: shares start at multiples of grain
/// and differ by at most one grain. Ranks beyond the number of grains get none.
[[nodiscard]] constexpr index_range even_share(std::size_t count, std::size_t grain, int ranks, int rank) {
  const std::size_t grains = count / grain + (count % grain != 0 ? 1 : 0);
  const std::size_t n = static_cast<std::size_t>(ranks);
  const std::size_t r = static_cast<std::size_t>(rank);
  const auto start = [&](std::size_t k) { return grains / n * k + std::min(k, grains % n); };
  return {std::min(count, start(r) * grain), std::min(count, start(r + 1) * grain)};
}

}  // namespace dad::detail
