// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// Inputs for batches: points spread evenly over a box, the same in every run and on every machine.

#pragma once

#include <array>
#include <cmath>
#include <cstddef>
#include <vector>

namespace test {

/// Entry `axis` of point i, in [low, high): multiples of irrational numbers, without their integer parts.
inline double spread(std::size_t i, std::size_t axis, double low, double high) {
  const double turn = std::sqrt(static_cast<double>(std::array{5, 2, 3, 7, 11, 13}[axis % 6])) * 0.5;
  const double place = static_cast<double>(i + 1) * turn + 0.37 * static_cast<double>(axis);
  return low + (high - low) * (place - std::floor(place));
}

inline std::vector<double> numbers(std::size_t count, double low, double high) {
  std::vector<double> x(count);
  for (std::size_t i = 0; i < count; ++i) x[i] = spread(i, 0, low, high);
  return x;
}

template <std::size_t N>
std::vector<std::array<double, N>> points(std::size_t count, double low, double high) {
  std::vector<std::array<double, N>> x(count);
  for (std::size_t i = 0; i < count; ++i)
    for (std::size_t k = 0; k < N; ++k) x[i][k] = spread(i, k, low, high);
  return x;
}

}  // namespace test
