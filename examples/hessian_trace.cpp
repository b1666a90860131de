// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// The trace of the Hessian of a network's loss, from products with random directions: an estimate with a
// standard error, which falls with the root of the number of directions. Nothing of it is as large as a
// Hessian.

#include <array>
#include <cmath>
#include <cstdio>
#include <vector>

#include <dad/dad.hpp>

constexpr std::array grid{-1.0, -0.7, -0.3, 0.0, 0.3, 0.7, 1.0};

// The mean squared error of a 2-width-1 network (tanh, linear) that is to say x y at 49 points.
const auto loss = [](const auto& weights) {
  const std::size_t width = weights.size() / 4;
  auto sum = 0 * weights[0];
  for (const double x : grid)
    for (const double y : grid) {
      auto output = 0 * weights[0];
      for (std::size_t k = 0; k < width; ++k) {
        const auto* w = &weights[4 * k];
        output += w[3] * tanh(w[0] * x + w[1] * y + w[2]);
      }
      sum += square(output - x * y) / 49;
    }
  return sum;
};

std::vector<double> some_weights(std::size_t width) {
  std::vector<double> weights;
  for (std::size_t i = 0; i < 4 * width; ++i) weights.push_back(std::sin(static_cast<double>(i * i)));
  return weights;
}

int main() {
  const auto small = some_weights(12);
  const dad::matrix hessian = dad::hessian(loss, small);
  double exact = 0;
  for (std::size_t i = 0; i < small.size(); ++i) exact += hessian(i, i);

  std::printf("%zu weights, trace %.3f\n", small.size(), exact);
  for (const std::size_t probes : {16U, 256U, 4096U}) {
    const auto trace = dad::hessian_trace(loss, small, {.probes = probes, .seed = 2});
    std::printf("  %4zu probes: %6.2f +- %.2f, off by %.1f standard errors\n", trace.probes, trace.value,
                trace.standard_error, std::abs(trace.value - exact) / trace.standard_error);
  }

  const auto large = some_weights(500);
  const auto trace = dad::hessian_trace(loss, large, {.probes = 64});
  std::printf("%zu weights, %zu probes: %.0f +- %.0f\n", large.size(), trace.probes, trace.value,
              trace.standard_error);
}
