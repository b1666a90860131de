// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// A recurrent network that predicts the next of a sequence, as in ADBench.

#pragma once

#include <cmath>
#include <cstddef>
#include <vector>

#include "numbers.hpp"

namespace bench {

/// The mean log-likelihood loss of a stack of long short-term memory layers (Hochreiter and Schmidhuber,
/// 1997; here, as in ADBench, with diagonal weights) over a fixed sequence. The inputs: for each layer the
/// weights of its four gates (4 b) and their biases (4 b); then the weights into the stack, out of it, and
/// the bias out of it (3 b).
struct lstm {
  using point_type = std::vector<double>;

  std::size_t layers, width, length;
  std::vector<double> state = uniform_vector(7, 2 * layers * width, -0.5, 0.5);  // hidden, cell of each layer
  std::vector<double> sequence = uniform_vector(8, length* width, 0.0, 1.0);

  template <class X>
  auto operator()(const X& x) const {
    using std::exp, std::log, std::tanh;
    using T = real_of<X>;
    const std::size_t b = width;
    const auto logistic = [](const T& z) { return 1.0 / (1.0 + exp(-z)); };
    const T* const ends = &x[8 * layers * b];

    std::vector<T> hidden(layers * b), cell(layers * b), signal(b), predicted(b);
    for (std::size_t l = 0; l < layers; ++l)
      for (std::size_t i = 0; i < b; ++i) {
        hidden[l * b + i] = state[2 * l * b + i];
        cell[l * b + i] = state[(2 * l + 1) * b + i];
      }

    T total(0.0);
    for (std::size_t t = 0; t + 1 < length; ++t) {
      for (std::size_t i = 0; i < b; ++i) signal[i] = sequence[t * b + i] * ends[i];
      for (std::size_t l = 0; l < layers; ++l) {
        const T* const weight = &x[8 * l * b];
        const T* const bias = weight + 4 * b;
        T* const h = &hidden[l * b];
        T* const c = &cell[l * b];
        for (std::size_t i = 0; i < b; ++i) {
          const T forget = logistic(signal[i] * weight[i] + bias[i]);
          const T in = logistic(h[i] * weight[b + i] + bias[b + i]);
          const T out = logistic(signal[i] * weight[2 * b + i] + bias[2 * b + i]);
          const T change = tanh(h[i] * weight[3 * b + i] + bias[3 * b + i]);
          c[i] = c[i] * forget + in * change;
          h[i] = out * tanh(c[i]);
          signal[i] = h[i];
        }
      }
      T sum(2.0);
      for (std::size_t i = 0; i < b; ++i) {
        predicted[i] = signal[i] * ends[b + i] + ends[2 * b + i];
        sum += exp(predicted[i]);
      }
      const T log_sum = log(sum);
      for (std::size_t i = 0; i < b; ++i) total += sequence[(t + 1) * b + i] * (predicted[i] - log_sum);
    }
    return -total / static_cast<double>((length - 1) * b);
  }

  [[nodiscard]] point_type point() const { return uniform_vector(9, (8 * layers + 3) * width, -0.5, 0.5); }
};

}  // namespace bench
