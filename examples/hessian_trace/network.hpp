// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// A small network's loss, as a function of as many weights as one likes.

#pragma once

#include <array>
#include <cmath>
#include <cstddef>
#include <vector>

#include <dad/dad.hpp>

namespace hessian_trace {

/// The mean squared error of a 2-width-1 network (tanh, linear) that is to say x y at 49 points. Four weights
/// for each unit: of x, of y, its bias, and the output's weight of it.
inline const auto loss = [](const auto& weights) {
  static constexpr std::array grid{-1.0, -0.7, -0.3, 0.0, 0.3, 0.7, 1.0};
  auto sum = 0 * weights[0];
  for (const double x : grid)
    for (const double y : grid) {
      auto output = 0 * weights[0];
      for (std::size_t k = 0; k < weights.size(); k += 4)
        output += weights[k + 3] * tanh(weights[k] * x + weights[k + 1] * y + weights[k + 2]);
      sum += square(output - x * y) / 49;
    }
  return sum;
};

inline std::vector<double> some_weights(std::size_t width) {
  std::vector<double> weights;
  for (std::size_t i = 0; i < 4 * width; ++i) weights.push_back(std::sin(static_cast<double>(i * i)));
  return weights;
}

}  // namespace hessian_trace
