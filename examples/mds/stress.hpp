// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// How far the distances on a map are from those that it should have.

#pragma once

#include <cmath>
#include <cstddef>
#include <vector>

#include <dad/core/matrix.hpp>

#include "cities.hpp"

namespace mds {

/// L(W) = sum over i < j of (|W_i - W_j|^2 - D_ij)^2, D the squared distances.
struct stress {
  dad::matrix squares;

  template <class W>
  auto operator()(const W& w) const {
    const auto square = [](const auto& x) { return x * x; };
    auto sum = 0 * w[0][0];
    for (std::size_t i = 0; i < w.size(); ++i)
      for (std::size_t j = 0; j < i; ++j)
        sum += square(square(w[i][0] - w[j][0]) + square(w[i][1] - w[j][1]) - squares(i, j));
    return sum;
  }
};

/// Of the first `count` cities.
inline stress stress_of(const std::vector<city>& cities, std::size_t count) {
  dad::matrix squares(count, count);
  for (std::size_t i = 0; i < count; ++i)
    for (std::size_t j = 0; j < count; ++j) squares(i, j) = std::pow(distance(cities[i], cities[j]), 2);
  return {squares};
}

}  // namespace mds
