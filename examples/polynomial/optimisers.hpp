// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// Whole optimisations as functions of where they start. Their steps need derivatives, which dad gives; they
// are generic themselves, so dad gives the derivative of the whole as well.

#pragma once

#include <array>
#include <cstddef>
#include <stdexcept>
#include <string>
#include <vector>

#include <dad/dad.hpp>

namespace polynomial {

/// gradient_descent: x -= rate * gradient. newton: full steps to where the gradient's linear model is zero,
/// in two variables.
enum class method { gradient_descent, newton };

/// Gives the start, the point after every `every`-th step, and the last one.
template <class F>
struct optimisation {
  F f;
  method by;
  std::size_t steps, every;
  double rate = 0;  // of gradient descent

  template <class T, std::size_t N>
  std::vector<std::array<T, N>> operator()(const std::array<T, N>& start) const {
    std::vector<std::array<T, N>> path = {start};
    std::array<T, N> x = start;
    for (std::size_t step = 1; step <= steps; ++step) {
      const std::array<T, N> slope = dad::gradient(f, x);
      if (by == method::gradient_descent)
        for (std::size_t k = 0; k < N; ++k) x[k] -= rate * slope[k];
      else if constexpr (N == 2)
        newton_step(x, slope);
      else
        throw std::invalid_argument("Newton's method is for two variables, not " + std::to_string(N));
      if (step % every == 0 || step == steps) path.push_back(x);
    }
    return path;
  }

 private:
  template <class T>
  void newton_step(std::array<T, 2>& x, const std::array<T, 2>& slope) const {
    const auto h = dad::hessian(f, x);
    const T determinant = h(0, 0) * h(1, 1) - h(0, 1) * h(1, 0);
    x[0] -= (h(1, 1) * slope[0] - h(0, 1) * slope[1]) / determinant;
    x[1] -= (h(0, 0) * slope[1] - h(1, 0) * slope[0]) / determinant;
  }
};

}  // namespace polynomial
