// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// The models' formulas, generic in the scalar of their parameters.

#pragma once

#include <cmath>
#include <numbers>
#include <span>

#include "models.hpp"

namespace nist_fit {

/// The formula at parameters b, of any scalar, and predictors x.
template <class T>
T value_of(formula f, std::span<const T> b, std::span<const double> x0) {
  using std::atan, std::cos, std::exp, std::pow, std::sin, std::sqrt;
  const auto square = [](const T& y) { return y * y; };
  constexpr double pi = std::numbers::pi;
  const double x = x0[0];
  switch (f) {
    case formula::saturation:
      return b[0] * (1 - exp(-b[1] * x));
    case formula::inverse_square:
      return b[0] * (1 - 1 / square(1 + b[1] * x / 2));
    case formula::inverse_root:
      return b[0] * (1 - 1 / sqrt(1 + 2 * b[1] * x));
    case formula::hyperbola:
      return b[0] * b[1] * x / (1 + b[1] * x);
    case formula::decay_over_line:
      return exp(-b[0] * x) / (b[1] + b[2] * x);
    case formula::three_decays:
      return b[0] * exp(-b[1] * x) + b[2] * exp(-b[3] * x) + b[4] * exp(-b[5] * x);
    case formula::two_peaks:
      return b[0] * exp(-b[1] * x) + b[2] * exp(-square((x - b[3]) / b[4])) +
             b[5] * exp(-square((x - b[6]) / b[7]));
    case formula::power:
      return b[0] * exp(b[1] * std::log(x));
    case formula::quadratics:
      return (b[0] + x * (b[1] + x * b[2])) / (1 + x * (b[3] + x * b[4]));
    case formula::cubics:
      return (b[0] + x * (b[1] + x * (b[2] + x * b[3]))) / (1 + x * (b[4] + x * (b[5] + x * b[6])));
    case formula::degradation:
      return b[0] - b[1] * x * exp(-b[2] * x0[1]);
    case formula::linear_over_quadratic:
      return b[0] * x * (x + b[1]) / (x * (x + b[2]) + b[3]);
    case formula::shifted_exponential:
      return b[0] * exp(b[1] / (x + b[2]));
    case formula::two_decays:
      return b[0] + b[1] * exp(-x * b[3]) + b[2] * exp(-x * b[4]);
    case formula::line_and_angle:
      return b[0] - b[1] * x - atan(b[2] / (x - b[3])) / pi;
    case formula::cycles:
      return b[0] + b[1] * cos(2 * pi * x / 12) + b[2] * sin(2 * pi * x / 12) +
             b[4] * cos(2 * pi * x / b[3]) + b[5] * sin(2 * pi * x / b[3]) + b[7] * cos(2 * pi * x / b[6]) +
             b[8] * sin(2 * pi * x / b[6]);
    case formula::logistic:
      return b[0] / (1 + exp(b[1] - b[2] * x));
    case formula::powered_logistic:
      return b[0] / pow(1 + exp(b[1] - b[2] * x), 1 / b[3]);
    case formula::peak:
      return b[0] / b[1] * exp(-square((x - b[2]) / b[1]) / 2);
    case formula::shifted_power:
      return b[0] * pow(b[1] + x, -1 / b[2]);
  }
  return b[0];
}

}  // namespace nist_fit
