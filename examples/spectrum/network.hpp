// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// A small network, its loss, and plain training.

#pragma once

#include <cmath>
#include <cstddef>
#include <dad/dad.hpp>
#include <type_traits>
#include <vector>

namespace spectrum {

/// Both layers of a network have as many neurons as each other.
inline std::size_t weight_count(std::size_t width) { return 3 * width + width * (width + 1) + width + 1; }
inline std::size_t width_of(std::size_t weights) {
  std::size_t width = 1;
  while (weight_count(width) < weights) ++width;
  return width;
}

/// The mean squared error of a 2-width-width-1 network (tanh, tanh, linear) that is to say sin(3 x) y at 64
/// places. The weights: for each neuron one per input, then its bias.
inline const auto loss = [](const auto& weights) {
  using T = std::remove_cvref_t<decltype(weights[0])>;
  const std::size_t width = width_of(weights.size());
  T sum(0);
  for (int place = 0; place < 64; ++place) {
    const double x = (place % 8 - 3.5) / 3.5, y = ((place - place % 8) / 8.0 - 3.5) / 3.5;
    std::size_t at = 0;
    const auto neuron = [&](const auto& inputs) {
      T signal = weights[at + inputs.size()];
      for (std::size_t i = 0; i < inputs.size(); ++i) signal += weights[at + i] * inputs[i];
      at += inputs.size() + 1;
      return signal;
    };
    std::vector<T> first(width), second(width);
    for (T& signal : first) signal = tanh(neuron(std::vector{x, y}));
    for (T& signal : second) signal = tanh(neuron(first));
    sum += dad::square(neuron(second) - std::sin(3 * x) * y) / 64;
  }
  return sum;
};

inline std::vector<double> start(std::size_t width) {
  std::vector<double> weights;
  for (std::size_t i = 0; i < weight_count(width); ++i)
    weights.push_back(std::sin(static_cast<double>(i * i)));
  return weights;
}

/// Adam (Kingma and Ba 2015) on the whole loss, with a rate that falls to nothing.
inline std::vector<double> trained(std::vector<double> weights, int steps) {
  std::vector<double> gradient = weights, mean(weights.size()), square(weights.size());
  for (int step = 1; step <= steps; ++step) {
    dad::gradient_into(loss, weights, gradient);
    const double rate = 0.01 * (1 - static_cast<double>(step) / steps);
    for (std::size_t i = 0; i < weights.size(); ++i) {
      mean[i] += 0.1 * (gradient[i] - mean[i]);
      square[i] += 0.001 * (gradient[i] * gradient[i] - square[i]);
      weights[i] -= rate * mean[i] / (1 - std::pow(0.9, step)) /
                    (std::sqrt(square[i] / (1 - std::pow(0.999, step))) + 1e-8);
    }
  }
  return weights;
}

}  // namespace spectrum
