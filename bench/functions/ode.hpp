// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// A system of ordinary differential equations solved with fixed steps, as in GradBench (from CppAD's cmpad),
// and its gradient by hand.

#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <vector>

#include "numbers.hpp"

namespace bench {

/// The last component at time 1 of y_0' = x_0, y_i' = x_i y_{i-1}, y(0) = 0, by `steps` steps of the
/// classical Runge-Kutta method of order 4.
struct ode {
  using point_type = std::vector<double>;

  std::size_t size, steps;

  template <class X>
  auto operator()(const X& x) const {
    using T = real_of<X>;
    const double h = 1.0 / static_cast<double>(steps);
    std::vector<T> y(size, T(0.0)), k1(size), k2(size), k3(size), k4(size), at(size);
    const auto slope = [&](const std::vector<T>& from, std::vector<T>& k) {
      k[0] = x[0];
      for (std::size_t i = 1; i < size; ++i) k[i] = x[i] * from[i - 1];
    };
    const auto move = [&](double step, const std::vector<T>& k) {
      for (std::size_t i = 0; i < size; ++i) at[i] = y[i] + step * k[i];
    };
    for (std::size_t s = 0; s < steps; ++s) {
      slope(y, k1);
      move(0.5 * h, k1);
      slope(at, k2);
      move(0.5 * h, k2);
      slope(at, k3);
      move(h, k3);
      slope(at, k4);
      for (std::size_t i = 0; i < size; ++i) y[i] += h / 6.0 * (k1[i] + 2.0 * k2[i] + 2.0 * k3[i] + k4[i]);
    }
    return y[size - 1];
  }

  [[nodiscard]] point_type point() const { return uniform_vector(12, size, 0.5, 1.5); }

  /// The value, with the gradient by hand: the adjoint of each step, from the last to the first. The states
  /// between steps are kept, what is inside of a step is computed again.
  double by_hand(const point_type& x, point_type& gradient) const {
    const std::size_t n = size;
    const double h = 1.0 / static_cast<double>(steps);
    // Of each slope: its part in the step, and how far along it the next slope's point is.
    const std::array<double, 4> weights{h / 6.0, h / 3.0, h / 3.0, h / 6.0}, moves{0.5 * h, 0.5 * h, h, 0.0};
    std::vector<double> states((steps + 1) * n, 0.0), points(5 * n), slope(n);
    // The four points where a step takes its slopes, and with `next` its end.
    const auto step = [&](const double* state, double* next) {
      std::copy_n(state, n, points.data());
      if (next) std::copy_n(state, n, next);
      for (std::size_t stage = 0; stage < 4; ++stage) {
        const double* const point = &points[stage * n];
        slope[0] = x[0];
        for (std::size_t i = 1; i < n; ++i) slope[i] = x[i] * point[i - 1];
        for (std::size_t i = 0; i < n; ++i) points[(stage + 1) * n + i] = state[i] + moves[stage] * slope[i];
        if (next)
          for (std::size_t i = 0; i < n; ++i) next[i] += weights[stage] * slope[i];
      }
    };
    for (std::size_t s = 0; s < steps; ++s) step(&states[s * n], &states[(s + 1) * n]);

    // What the last component gains from the state before a step and after it, and from the next slope's
    // point.
    std::vector<double> before(n, 0.0), after(n), by_point(n);
    before[n - 1] = 1.0;
    std::fill(gradient.begin(), gradient.end(), 0.0);
    for (std::size_t s = steps; s-- > 0;) {
      step(&states[s * n], nullptr);
      after = before;
      std::fill(by_point.begin(), by_point.end(), 0.0);
      for (std::size_t stage = 4; stage-- > 0;) {
        const double* const point = &points[stage * n];
        for (std::size_t i = 0; i < n; ++i) slope[i] = weights[stage] * after[i] + moves[stage] * by_point[i];
        gradient[0] += slope[0];
        for (std::size_t i = 1; i < n; ++i) gradient[i] += slope[i] * point[i - 1];
        for (std::size_t i = 1; i < n; ++i) by_point[i - 1] = x[i] * slope[i];
        by_point[n - 1] = 0.0;
        for (std::size_t i = 0; i < n; ++i) before[i] += by_point[i];
      }
    }
    return states[steps * n + n - 1];
  }
};

}  // namespace bench
