// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// Taylor coefficients: of a function of one variable, along a line, and of the solution of a differential
// equation.

#include <cmath>
#include <cstddef>
#include <cstdio>
#include <vector>

#include <dad/dad.hpp>

int main() {
  // f(x + t) = c[0] + c[1] t + ... + c[16] t^16
  const auto f = [](const auto& x) { return exp(sin(x)); };
  const auto c = dad::taylor<16>(f, 0.5);
  std::printf("exp(sin(x)) at 0.5: %.6f %+.6f t %+.6f t^2 %+.6f t^3 ...\n", c[0], c[1], c[2], c[3]);
  double sum = 0.0, power = 1.0;
  for (std::size_t k = 0; k < c.size(); ++k, power *= 0.3) {
    sum += c[k] * power;
    if (k % 4 == 0) std::printf("  order %2zu at 0.8: %.12f\n", k, sum);
  }
  std::printf("  exactly:         %.12f\n", f(0.8));

  // Of several variables: along x + v t. c[2] is half the second derivative along v, with no Hessian.
  const auto rosenbrock = [](const auto& x) { return 100 * square(x[1] - x[0] * x[0]) + square(1 - x[0]); };
  const std::vector<double> x{-1.2, 1.0}, v{1.0, 0.5};
  const auto along = dad::taylor<4>(rosenbrock, x, v);
  std::printf("Rosenbrock along a line: %.2f %+.2f t %+.2f t^2 %+.2f t^3 %+.2f t^4\n", along[0], along[1],
              along[2], along[3], along[4]);
  const auto third = dad::third_derivative(rosenbrock, x, v, v);
  std::printf("its third derivative along v, v and each axis: %.1f %.1f\n", third[0], third[1]);

  // y' = y (1 - y): coefficient k + 1 of y is that of the right side over k + 1. Steps of 1 at order 24.
  double y0 = 0.1;
  for (int step = 1; step <= 4; ++step) {
    dad::series<double, 24> y = y0;
    for (std::size_t k = 0; k < 24; ++k)
      y.coefficient(k + 1) = (y * (1 - y)).coefficient(k) / static_cast<double>(k + 1);
    y0 = 0.0;
    for (const double coefficient : y.coefficients()) y0 += coefficient;
    std::printf("growth at %d: %.10f, exactly %.10f\n", step, y0, 1 / (1 + 9 * std::exp(-step)));
  }
}
