// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// A small neural network as a function of its parameters, and its gradient by hand.

#pragma once

#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>

#include "numbers.hpp"

namespace bench {

/// The output of a 2-16-16-1 network (tanh, tanh, linear) at one fixed place. The inputs are its 337
/// parameters, layer by layer: for each neuron its weights, then its bias.
struct network {
  static constexpr std::size_t width = 16;
  static constexpr std::size_t parameter_count = 3 * width + (width + 1) * width + width + 1;
  using point_type = std::array<double, parameter_count>;

  std::array<double, 2> place{0.6, -0.3};

  template <class X>
  real_of<X> operator()(const X& x) const {
    using std::tanh;
    using T = real_of<X>;
    std::size_t at = 0;
    const auto neuron = [&](const auto& inputs) {
      T sum = x[at + inputs.size()];
      for (std::size_t i = 0; i < inputs.size(); ++i) sum += x[at + i] * inputs[i];
      at += inputs.size() + 1;
      return sum;
    };
    std::array<T, width> first, second;
    for (T& y : first) y = tanh(neuron(place));
    for (T& y : second) y = tanh(neuron(first));
    return neuron(second);
  }

  [[nodiscard]] static point_type point(std::uint64_t i = 0) {
    point_type x;
    for (std::size_t k = 0; k < parameter_count; ++k) x[k] = uniform(3, i * parameter_count + k, -0.5, 0.5);
    return x;
  }

  /// The value, with the gradient by hand (back-propagation).
  template <class X>
  real_of<X> by_hand(const X& x, X& gradient) const {
    using std::tanh;
    using T = real_of<X>;
    constexpr std::size_t from_second = 3 * width;
    constexpr std::size_t from_last = from_second + (width + 1) * width;
    std::array<T, width> first, second, adjoint_first;
    adjoint_first.fill(T(0.0));
    for (std::size_t j = 0; j < width; ++j)
      first[j] = tanh(x[3 * j + 2] + x[3 * j] * place[0] + x[3 * j + 1] * place[1]);
    for (std::size_t j = 0; j < width; ++j) {
      const T* const row = &x[from_second + j * (width + 1)];
      T sum = row[width];
      for (std::size_t i = 0; i < width; ++i) sum += row[i] * first[i];
      second[j] = tanh(sum);
    }
    T value = x[from_last + width];
    for (std::size_t j = 0; j < width; ++j) value += x[from_last + j] * second[j];

    gradient[from_last + width] = T(1.0);
    for (std::size_t j = 0; j < width; ++j) {
      gradient[from_last + j] = second[j];
      const T adjoint = x[from_last + j] * (1.0 - second[j] * second[j]);
      const T* const row = &x[from_second + j * (width + 1)];
      T* const row_gradient = &gradient[from_second + j * (width + 1)];
      for (std::size_t i = 0; i < width; ++i) {
        row_gradient[i] = adjoint * first[i];
        adjoint_first[i] += adjoint * row[i];
      }
      row_gradient[width] = adjoint;
    }
    for (std::size_t j = 0; j < width; ++j) {
      const T adjoint = adjoint_first[j] * (1.0 - first[j] * first[j]);
      gradient[3 * j] = adjoint * place[0];
      gradient[3 * j + 1] = adjoint * place[1];
      gradient[3 * j + 2] = adjoint;
    }
    return value;
  }
};

}  // namespace bench
