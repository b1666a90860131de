// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// Steps down the gradient, as long as the Hessian's largest eigenvalue allows.

#include "descent.hpp"

#include <cmath>
#include <cstdint>
#include <random>

#include <dad/dad.hpp>

#include "classical.hpp"

namespace mds {
namespace {

/// The Hessian's largest eigenvalue at w: steps below its inverse go down.
double curvature(const stress& loss, const map& w) {
  map v = w;
  double size = 0;
  for (int round = 0; round < 100; ++round) {
    v = dad::hvp(loss, w, v);
    size = 0;
    for (const auto& [x, y] : v) size = std::hypot(size, x, y);
    for (auto& [x, y] : v) x /= size, y /= size;
  }
  return size;
}

map gradient(method by, const stress& loss, const map& w, std::uint64_t seed) {
  switch (by) {
    case method::dad:
      return dad::gradient(loss, w);
    case method::by_coordinate:
      return dad::coordinate_gradient(loss, w);
    default:
      return dad::two_point_gradient(loss, w, {.seed = seed});
  }
}

/// Descends from w while seen(steps taken, w) says so.
template <class Seen>
map descend(const stress& loss, map w, method by, double rate, std::uint64_t seed, Seen&& seen) {
  for (std::size_t step = 0; seen(step, w); ++step) {
    const map g = gradient(by, loss, w, seed + step);
    for (std::size_t i = 0; i < w.size(); ++i)
      for (std::size_t k = 0; k < 2; ++k) w[i][k] -= rate * g[i][k];
  }
  return w;
}

map disturbed(map w) {
  std::mt19937 random(5);
  for (place& p : w)
    for (double& x : p) x += 0.4 * (static_cast<double>(random()) / 0x1p31 - 1);
  return w;
}

}  // namespace

map settled(const stress& loss, const map& w) {
  return descend(loss, w, method::dad, 1 / curvature(loss, w), 0,
                 [](std::size_t step, const map&) { return step < 2000; });
}

std::vector<cost_point> descent_costs(const std::vector<city>& cities, std::size_t count, method by,
                                      std::size_t seed, std::size_t budget) {
  constexpr double enough = 1e-3;
  const stress loss = stress_of(cities, count);
  const map lowest = settled(loss, classical_scaling(loss.squares)), start = disturbed(lowest);
  const std::size_t unknowns = 2 * count;
  const std::size_t cost = by == method::dad ? 5 : by == method::by_coordinate ? 2 * unknowns : 2;
  // A random direction's gradient is as much longer as there are unknowns: its noise makes the steps shorter.
  const double slower = by == method::two_point ? static_cast<double>(unknowns) : 1;
  const double rate = 1 / std::fmax(curvature(loss, start), curvature(loss, lowest)) / slower;
  std::vector<cost_point> curve;
  double next = 0;
  descend(loss, start, by, rate, 1000000 * seed, [&](std::size_t step, const map& w) {
    const auto spent = static_cast<double>(step * cost);
    if (step * cost > budget) return false;
    if (spent < next) return true;
    curve.push_back({spent, (loss(w) - loss(lowest)) / (loss(start) - loss(lowest))});
    next = std::fmax(spent, 1) * 1.023;
    return curve.back().share > enough;
  });
  return curve;
}

}  // namespace mds
