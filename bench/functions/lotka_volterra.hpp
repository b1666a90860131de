// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// A small differential equation, as a function of its rates and its start, and its gradient by hand.

#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "numbers.hpp"

namespace bench {

/// The predators of Lotka and Volterra, prey' = prey (growth - hunting predators) and predators' = predators
/// (yield prey - death), after 200 steps of Euler's method. The inputs: growth, hunting, yield, death, and
/// the prey at the start, where there is one predator.
struct lotka_volterra {
  static constexpr std::size_t step_count = 200;
  static constexpr double step = 0.02;
  using point_type = std::array<double, 5>;

  template <class X>
  real_of<X> operator()(const X& x) const {
    using T = real_of<X>;
    const T &growth = x[0], &hunting = x[1], &yield = x[2], &death = x[3];
    T prey = x[4], predators(1.0);
    for (std::size_t i = 0; i < step_count; ++i) {
      const T more_prey = prey * (growth - hunting * predators);
      const T more_predators = predators * (yield * prey - death);
      prey += step * more_prey;
      predators += step * more_predators;
    }
    return predators;
  }

  [[nodiscard]] static point_type point(std::uint64_t i = 0) {
    return {uniform(7, 5 * i, 0.8, 1.4), uniform(7, 5 * i + 1, 0.4, 1.0), uniform(7, 5 * i + 2, 0.3, 0.8),
            uniform(7, 5 * i + 3, 0.6, 1.2), uniform(7, 5 * i + 4, 0.5, 2.0)};
  }

  /// The value, with the gradient by hand: the steps are kept and gone through backwards.
  static double by_hand(const point_type& x, point_type& gradient) {
    const auto [growth, hunting, yield, death, prey_at_start] = x;
    std::array<double, step_count> prey_at, predators_at;
    double prey = prey_at_start, predators = 1.0;
    for (std::size_t i = 0; i < step_count; ++i) {
      prey_at[i] = prey;
      predators_at[i] = predators;
      const double more_prey = prey * (growth - hunting * predators);
      const double more_predators = predators * (yield * prey - death);
      prey += step * more_prey;
      predators += step * more_predators;
    }

    double of_growth = 0.0, of_hunting = 0.0, of_yield = 0.0, of_death = 0.0;
    double of_prey = 0.0, of_predators = 1.0;
    for (std::size_t i = step_count; i-- > 0;) {
      const double p = prey_at[i], q = predators_at[i];
      const double seed_prey = step * of_prey, seed_predators = step * of_predators;
      of_growth += seed_prey * p;
      of_hunting -= seed_prey * p * q;
      of_yield += seed_predators * p * q;
      of_death -= seed_predators * q;
      of_prey += seed_prey * (growth - hunting * q) + seed_predators * q * yield;
      of_predators += seed_predators * (yield * p - death) - seed_prey * p * hunting;
    }
    gradient = {of_growth, of_hunting, of_yield, of_death, of_prey};
    return predators;
  }
};

}  // namespace bench
