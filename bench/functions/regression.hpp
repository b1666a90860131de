// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// The mean squared error of a network over a few samples, as a function of its parameters.

#pragma once

#include <cmath>
#include <cstddef>
#include <vector>

#include "numbers.hpp"

namespace bench {

/// A 10-39-39-1 network (tanh, tanh, linear), 2029 parameters, at fixed random samples. As residuals: what it
/// says too much at each sample.
struct regression {
  static constexpr std::size_t inputs = 10, width = 39, samples = 16;
  static constexpr std::size_t parameter_count = (inputs + 1) * width + (width + 1) * width + width + 1;
  using point_type = std::vector<double>;

  std::vector<double> places = uniform_vector(21, samples* inputs, -1.0, 1.0);
  std::vector<double> targets = uniform_vector(22, samples, -1.0, 1.0);

  template <class X>
  auto residuals(const X& x) const {
    using std::tanh;
    using T = real_of<X>;
    std::vector<T> result;
    for (std::size_t i = 0; i < samples; ++i) {
      const T* at = &x[0];
      const auto neuron = [&at](const auto* from, std::size_t size) {
        T sum = at[size];
        for (std::size_t k = 0; k < size; ++k) sum += at[k] * from[k];
        at += size + 1;
        return sum;
      };
      T first[width], second[width];
      for (T& y : first) y = tanh(neuron(&places[i * inputs], inputs));
      for (T& y : second) y = tanh(neuron(first, width));
      result.push_back(neuron(second, width) - targets[i]);
    }
    return result;
  }

  template <class X>
  auto operator()(const X& x) const {
    using T = real_of<X>;
    T sum(0.0);
    for (const T& r : residuals(x)) sum += r * r;
    return T(sum / static_cast<double>(samples));
  }

  [[nodiscard]] static point_type point() { return uniform_vector(23, parameter_count, -0.3, 0.3); }
};

}  // namespace bench
