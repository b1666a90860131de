// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// Random directions that are a function of (seed, index, entry) alone: probe k can be made anywhere, in any
// order, and is the same on every machine.

#pragma once

#include <cstddef>
#include <cstdint>

#include <dad/core/matrix.hpp>

namespace dad::detail {

/// Number `index` of the stream that begins at `start`. Method: SplitMix64, Steele, Lea and Flood, Fast
/// splittable pseudorandom number generators, OOPSLA 2014.
constexpr std::uint64_t splitmix64(std::uint64_t start, std::uint64_t index) noexcept {
  std::uint64_t z = start + (index + 1) * 0x9e3779b97f4a7c15U;
  z = (z ^ (z >> 30U)) * 0xbf58476d1ce4e5b9U;
  z = (z ^ (z >> 27U)) * 0x94d049bb133111ebU;
  return z ^ (z >> 31U);
}

/// Where the stream of a probe begins. The seed is mixed first, so that seeds 1 and 2 share no probes.
constexpr std::uint64_t probe_stream(std::uint64_t seed, std::uint64_t index) noexcept {
  return splitmix64(splitmix64(seed, 0), index);
}

/// An entry of a Rademacher probe: +1 or -1, a bit of the stream.
constexpr double probe_sign(std::uint64_t seed, std::uint64_t index, std::size_t entry) noexcept {
  return (splitmix64(probe_stream(seed, index), entry / 64) >> (entry % 64) & 1U) != 0 ? 1.0 : -1.0;
}

/// An entry of a probe that is uniform in [-1, 1): a direction without symmetries, to start from.
constexpr double probe_uniform(std::uint64_t seed, std::uint64_t index, std::size_t entry) noexcept {
  return static_cast<double>(splitmix64(probe_stream(seed, index), entry) >> 11U) * 0x1p-52 - 1.0;
}

/// Rademacher probes first, first + 1, ..., first + count - 1, a row of n entries for each.
template <class...>
matrix rademacher_probes(std::uint64_t seed, std::size_t first, std::size_t count, std::size_t n) {
  matrix rows(count, n);
  for (std::size_t i = 0; i < count; ++i)
    for (std::size_t j = 0; j < n; ++j) rows(i, j) = probe_sign(seed, first + i, j);
  return rows;
}

}  // namespace dad::detail
