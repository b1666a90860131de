// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// Motion by Hamilton's equations, dq/dt = dH/dp and dp/dt = -dH/dq, as a function of where it starts.

#pragma once

#include <array>
#include <cstddef>
#include <string_view>
#include <tuple>
#include <vector>

#include <dad/dad.hpp>

namespace dynamics {

/// Hairer, Lubich, Wanner: Geometric Numerical Integration, 2006, chapters I and VI. The last two keep the
/// areas in phase space that motion keeps, and leapfrog is of second order.
enum class method { euler, symplectic_euler, leapfrog };
inline constexpr std::array<std::string_view, 3> method_names = {"explicit Euler", "symplectic Euler",
                                                                 "leapfrog"};

/// Positions, then momenta.
template <class T, std::size_t N>
using state = std::array<std::array<T, N>, 2>;

/// The states at the start, after every `every` steps and at the end. The forces are dad's gradients of the
/// energy.
template <class Energy>
struct flow {
  Energy energy;
  method by;
  std::size_t steps, every;
  double step;  // in seconds

  template <class T, std::size_t N>
  std::vector<state<T, N>> operator()(const state<T, N>& start) const {
    std::vector<state<T, N>> path = {start};
    auto [q, p] = start;
    for (std::size_t i = 1; i <= steps; ++i) {
      if (by == method::euler) {
        const auto [force, velocity] = dad::gradient(energy, std::tuple{q, p});
        move(p, -step, force);
        move(q, step, velocity);
      } else {
        const double kick = by == method::leapfrog ? step / 2 : step;
        move(p, -kick, std::get<0>(dad::gradient(energy, std::tuple{q, p})));
        move(q, step, std::get<1>(dad::gradient(energy, std::tuple{q, p})));
        if (by == method::leapfrog) move(p, -kick, std::get<0>(dad::gradient(energy, std::tuple{q, p})));
      }
      if (i % every == 0 || i == steps) path.push_back({q, p});
    }
    return path;
  }

 private:
  template <class X>
  static void move(X& x, double step, const X& along) {
    for (std::size_t k = 0; k < x.size(); ++k) x[k] += step * along[k];
  }
};

}  // namespace dynamics
