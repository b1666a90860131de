// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// A function that costs what one wants it to, and whose derivatives are known.

#pragma once

#include <array>
#include <cmath>
#include <cstddef>
#include <vector>

namespace scaling {

using input = std::array<double, 2>;

/// Where the differential equation y' = -a y^2 takes y(0) = x[0] until t = 1, at the rate a = x[1], in so
/// many steps y / (1 + a h y). Each is the exact solution over h, so all together are x[0] / (1 + a x[0]).
struct flow {
  std::size_t steps;

  template <class X>
  auto operator()(const X& x) const {
    const auto step = x[1] / static_cast<double>(steps);
    auto y = x[0];
    for (std::size_t k = 0; k < steps; ++k) y = y / (1.0 + step * y);
    return y;
  }
};

/// Value and derivatives of the flow by the closed form.
inline std::array<double, 3> expected(const input& x) {
  const double d = 1 + x[0] * x[1];
  return {x[0] / d, 1 / (d * d), -x[0] * x[0] / (d * d)};
}

inline std::vector<input> inputs(std::size_t count) {
  std::vector<input> all(count);
  for (std::size_t i = 0; i < count; ++i) {
    const double t = std::fmod(0.6180339887498949 * static_cast<double>(i), 1.0);  // evenly spread
    all[i] = {0.5 + t, 2 - t};
  }
  return all;
}

}  // namespace scaling
