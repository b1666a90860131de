// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// Which parameters the next trial gets: all of a grid, or random ones. The tree-structured Parzen estimator
// is in tpe.hpp.

#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <random>
#include <span>

#include "space.hpp"
#include "trial.hpp"

namespace study {

/// The parameters of the trial of this number, given the trials before it. What a sampler draws depends on
/// its seed, the number and these trials alone: a study that is resumed goes on as it would have.
using sampler = std::function<values(std::size_t number, std::span<const trial> trials)>;

inline std::mt19937_64 generator_of(std::uint64_t seed, std::size_t number) {
  std::seed_seq words{static_cast<std::uint32_t>(seed), static_cast<std::uint32_t>(seed >> 32),
                      static_cast<std::uint32_t>(number)};
  return std::mt19937_64(words);
}

inline std::size_t grid_size(const space& s) {
  std::size_t size = 1;
  for (const parameter& p : s) size *= p.grid.size();
  return size;
}

/// Every combination of the parameters' `grid` values once, for numbers below grid_size; the last parameter
/// changes fastest.
inline sampler grid_sampler(space s) {
  return [s](std::size_t number, std::span<const trial>) {
    values result(s.size());
    for (std::size_t i = s.size(); i-- > 0;) {
      result[i] = s[i].grid[number % s[i].grid.size()];
      number /= s[i].grid.size();
    }
    return result;
  };
}

inline values random_values(const space& s, std::mt19937_64& random) {
  values result;
  for (const parameter& p : s) {
    const auto [low, high] = ends(p);
    result.push_back(from_line(p, low + (high - low) * std::generate_canonical<double, 53>(random)));
  }
  return result;
}

/// Each parameter by itself, uniform on its line.
inline sampler random_sampler(space s, std::uint64_t seed) {
  return [s, seed](std::size_t number, std::span<const trial>) {
    auto random = generator_of(seed, number);
    return random_values(s, random);
  };
}

}  // namespace study
