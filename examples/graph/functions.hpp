// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// Two functions of two inputs that lectures begin with, and their gradients by hand.

#pragma once

#include <array>
#include <cmath>
#include <stdexcept>
#include <string>
#include <type_traits>

namespace graph {

using place = std::array<double, 2>;

/// loss: L(w1, w2) = u + sqrt(u) of u = w2 ln w1, which is used twice.
/// chain: s(x, y) = exp(z) / (1 + z^2) of z = x y + sin x, into which x goes in two ways.
struct function {
  bool is_loss = true;

  /// Throws std::domain_error where the loss has no derivative.
  template <class Point>
  auto operator()(const Point& x) const {
    using number = std::remove_cvref_t<decltype(x[0])>;
    if (is_loss) {
      if (x[0] <= 0) throw std::domain_error("w1 goes into a logarithm and must be positive");
      const number u = x[1] * log(x[0]);
      if (u <= 0) throw std::domain_error("w2 ln(w1) goes into a square root and must be positive");
      return number(u + sqrt(u));
    }
    // One by one: C++ leaves open which operand of an operation comes first, and nodes are numbered by that.
    const number product = x[0] * x[1], wave = sin(x[0]), z = product + wave;
    const number above = exp(z), below = 1 + square(z);
    return number(above / below);
  }

  [[nodiscard]] place gradient_by_hand(const place& at) const {
    const auto [x, y] = at;
    if (is_loss) {
      const double outside = 1 + 0.5 / std::sqrt(y * std::log(x));
      return {outside * y / x, outside * std::log(x)};
    }
    const double z = x * y + std::sin(x), below = 1 + z * z;
    const double dsdz = std::exp(z) * (below - 2 * z) / (below * below);
    return {dsdz * (y + std::cos(x)), dsdz * x};
  }

  [[nodiscard]] std::string formula() const {
    return is_loss ? "L = u + sqrt(u), u = w2 ln w1" : "s = exp(z) / (1 + z^2), z = x y + sin x";
  }
  [[nodiscard]] std::string name() const { return is_loss ? "L" : "s"; }
  [[nodiscard]] std::array<std::string, 2> inputs() const {
    return is_loss ? std::array<std::string, 2>{"w1", "w2"} : std::array<std::string, 2>{"x", "y"};
  }
  [[nodiscard]] place usual_point() const { return is_loss ? place{3, 2} : place{0.7, -1.3}; }
};

}  // namespace graph
