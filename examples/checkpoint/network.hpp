// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// A deep network that counts how often a layer is computed, with weights and samples to begin with.

#pragma once

#include <cmath>
#include <cstddef>
#include <vector>

#include <dad/dad.hpp>

namespace checkpoint {

inline constexpr std::size_t layers = 64, samples = 16, width = 8, steps = 4;
inline std::size_t calls = 0;  // of a layer

template <class T>
using matrix = std::vector<std::vector<T>>;

/// Rows are samples in x, neurons in the weights. A layer is passed through a few times, as a recurrence.
inline const auto layer = [](const auto& x, const auto& weights) {
  ++calls;
  auto y = x;
  for (auto& neurons : y)
    for (std::size_t step = 0; step < steps; ++step) {
      const auto before = neurons;
      for (std::size_t j = 0; j < width; ++j) neurons[j] = tanh(dot(before, weights[j]));
    }
  return y;
};

template <class T>
std::vector<matrix<T>> some_weights() {
  std::vector<matrix<T>> weights(layers, matrix<T>(width, std::vector<T>(width)));
  for (std::size_t l = 0; l < layers; ++l)
    for (std::size_t j = 0; j < width; ++j)
      for (std::size_t k = 0; k < width; ++k)
        weights[l][j][k] = 0.65 * std::sin(std::pow(static_cast<double>((l * width + j) * width + k), 2));
  return weights;
}

template <class T>
matrix<T> some_samples() {
  matrix<T> x(samples, std::vector<T>(width));
  for (std::size_t i = 0; i < samples; ++i)
    for (std::size_t j = 0; j < width; ++j) x[i][j] = std::cos(static_cast<double>(i * width + j));
  return x;
}

}  // namespace checkpoint
