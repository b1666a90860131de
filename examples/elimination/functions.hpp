// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// Short vector functions whose Jacobians can be put together in many orders.

#pragma once

#include <array>
#include <cstddef>

namespace elimination {

template <class T>
using eight = std::array<T, 8>;

/// Everything goes through one number.
inline const auto waist = [](const auto& x) {
  const auto v1 = x[0] * x[1];
  const auto v2 = sin(v1);
  const auto v3 = v1 * v2;
  return std::array{cos(v3), exp(v3)};
};

/// The same, five times one behind the other.
inline const auto chain = [](const auto& x) {
  auto v = x[0] * x[1];
  for (int k = 0; k < 5; ++k) v = v * sin(v);
  return std::array{cos(v), exp(v)};
};

/// One input goes into all outputs, and all inputs into one.
inline const auto arrowhead = []<class T>(const eight<T>& x) {
  eight<T> y{x[0] * sin(x[0])};
  for (std::size_t i = 1; i < y.size(); ++i) {
    y[i] = x[0] * exp(x[i]);
    y[0] = y[0] + cos(x[i]);
  }
  return y;
};

/// An input goes into its neighbours' outputs, round in a ring.
inline const auto stencil = []<class T>(const eight<T>& x) {
  eight<T> y;
  for (std::size_t i = 0; i < y.size(); ++i) y[i] = sin(x[i] * x[(i + 1) % 8]) * exp(x[(i + 7) % 8]);
  return y;
};

}  // namespace elimination
