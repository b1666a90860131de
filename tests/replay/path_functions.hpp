// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// Functions with one path, eight and five hundred, and inputs that take all of them, in no order.

#pragma once

#include <array>
#include <cstddef>
#include <limits>
#include <vector>

#include "replay/points.hpp"

namespace test {

using input = std::array<double, 3>;

/// The first few inputs are not ordinary numbers.
inline std::vector<input> path_inputs(std::size_t count) {
  constexpr double inf = std::numeric_limits<double>::infinity();
  constexpr double nan = std::numeric_limits<double>::quiet_NaN();
  const std::array<input, 8> unusual{{{0.0, -0.0, 0.5},
                                      {nan, 1, 0.5},
                                      {1, inf, 0.1},
                                      {-inf, 0.5, 0.2},
                                      {0x1p-1070, 1, 0.3},
                                      {1, 1, nan},
                                      {1e300, -1e300, 0.1},
                                      {-0.0, 0.0, 0.0}}};
  auto x = points<3>(count, -1.5, 1.5);
  for (auto& xi : x) xi[2] = (xi[2] + 1.5) / 3;  // [0, 1)
  for (std::size_t i = 0; i < unusual.size() && 5 * i < count; ++i) x[5 * i] = unusual[i];
  return x;
}

struct one_path {
  static constexpr const char* name = "one path";
  template <class X>
  auto operator()(const X& x) const {
    const auto a = sin(x[0]) * exp(x[1]) + tanh(x[2] * x[0]) / (1 + x[1] * x[1]);
    const auto b = erf(x[0]) * pow(1.5 + x[0] * x[0], x[1]) + log1p(x[2]) * cbrt(x[1]);
    return a * b + hypot(a, x[2]) + atan(b) * lgamma(2 + x[2]);
  }
};

struct eight_paths {
  static constexpr const char* name = "eight paths";
  template <class X>
  auto operator()(const X& x) const {
    auto y = x[0] > 0 ? exp(x[0]) * x[1] : x[0] * x[0] - x[2];
    if (x[1] > 0)
      y = y * sin(x[1]) + x[2];
    else
      y += cos(x[0] * x[1]) / 3;
    return x[2] < 0.5 ? y * x[2] + tanh(y) : y / (1 + y * y);
  }
};

struct five_hundred_paths {
  static constexpr const char* name = "five hundred paths";
  template <class X>
  auto operator()(const X& x) const {
    auto y = sin(x[0]);
    for (int k = 0; k < 500 * x[2]; ++k) y = 0.9 * y + x[0] * x[1] / (k + 1);
    return y * exp(x[1]);
  }
};

}  // namespace test
