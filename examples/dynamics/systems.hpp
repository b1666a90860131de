// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// Mechanical systems as their energy, a function of positions q and momenta p.

#pragma once

#include <cstddef>

#include <dad/dad.hpp>

namespace dynamics {

/// A mass on a rod; q is the angle, 0 hanging down. The kinetic term has no factor of a half: the pendulum
/// swings as one of half the mass.
struct pendulum {
  double mass = 1, length = 20, gravity = 9.8;

  template <class Q>
  auto operator()(const Q& q, const Q& p) const {
    return p[0] * p[0] / (mass * length * length) - mass * gravity * length * cos(q[0]);
  }
};

/// Masses in a chain of springs, falling freely; q and p are x and y of each mass in turn.
struct chain {
  double mass = 1, length = .2, stiffness = 8, gravity = 2;

  template <class Q>
  auto operator()(const Q& q, const Q& p) const {
    auto energy = dad::dot(p, p) / (2 * mass);
    for (std::size_t i = 1; i < q.size(); i += 2) energy += mass * gravity * q[i];
    for (std::size_t i = 0; i + 3 < q.size(); i += 2) {
      const auto stretched = hypot(q[i + 2] - q[i], q[i + 3] - q[i + 1]) - length;
      energy += stiffness / 2 * stretched * stretched;
    }
    return energy;
  }
};

}  // namespace dynamics
