// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// Inputs of uneven cost.

#pragma once

#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <random>
#include <vector>

namespace schedules {

/// A number and its cost in milliseconds; costs are Pareto distributed, with this mean over all of them.
inline std::vector<std::array<double, 2>> uneven_inputs(std::size_t count, double mean, double alpha,
                                                        std::uint64_t seed) {
  std::mt19937_64 random(seed);
  std::vector<std::array<double, 2>> inputs(count);
  double total = 0;
  for (std::size_t i = 0; i < count; ++i) {
    const double uniform = static_cast<double>((random() >> 11) + 1) * 0x1p-53;  // in (0, 1]
    inputs[i] = {static_cast<double>(i), std::pow(uniform, -1 / alpha)};
    total += inputs[i][1];
  }
  for (auto& [x, cost] : inputs) cost *= mean * static_cast<double>(count) / total;
  return inputs;
}

}  // namespace schedules
