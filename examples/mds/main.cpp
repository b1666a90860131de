// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// Multidimensional scaling: a map of cities from nothing but their distances, and what it costs to find it by
// gradient descent with derivatives, or with values alone.
//   mds cities.csv mds-map.svg mds-cost.svg

#include <cmath>
#include <cstddef>
#include <cstdio>
#include <exception>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include <dad/dad.hpp>

#include "classical.hpp"
#include "figures.hpp"

namespace {

/// L(W) = sum over i < j of (|W_i - W_j|^2 - D_ij)^2, D the squared distances.
struct stress {
  dad::matrix squares;

  template <class W>
  auto operator()(const W& w) const {
    using dad::square;
    auto sum = 0 * w[0][0];
    for (std::size_t i = 0; i < w.size(); ++i)
      for (std::size_t j = 0; j < i; ++j)
        sum += square(square(w[i][0] - w[j][0]) + square(w[i][1] - w[j][1]) - squares(i, j));
    return sum;
  }
};

stress stress_of(const std::vector<mds::city>& cities) {
  dad::matrix squares(cities.size(), cities.size());
  for (std::size_t i = 0; i < cities.size(); ++i)
    for (std::size_t j = 0; j < cities.size(); ++j)
      squares(i, j) = std::pow(mds::distance(cities[i], cities[j]), 2);
  return {squares};
}

/// The Hessian's largest eigenvalue at w: steps below its inverse go down.
double curvature(const stress& loss, const mds::map& w) {
  mds::map v = w;
  double size = 0;
  for (int round = 0; round < 100; ++round) {
    v = dad::hvp(loss, w, v);
    size = 0;
    for (const auto& [x, y] : v) size = std::hypot(size, x, y);
    for (auto& [x, y] : v) x /= size, y /= size;
  }
  return size;
}

using gradient = mds::map (*)(const stress&, const mds::map&, std::size_t step);

/// A way to a gradient, what it costs in values of the loss, and how much shorter its noise makes the steps.
struct method {
  const char* name;
  gradient by;
  std::size_t cost, slower;
};
std::vector<method> methods(std::size_t dimension) {
  return {{"dad", [](const stress& l, const mds::map& w, std::size_t) { return dad::gradient(l, w); }, 5, 1},
          {"differences by coordinate",
           [](const stress& l, const mds::map& w, std::size_t) { return dad::coordinate_gradient(l, w); },
           2 * dimension, 1},
          {"two points in a random direction",
           [](const stress& l, const mds::map& w, std::size_t step) {
             return dad::two_point_gradient(l, w, {.seed = step});
           },
           2, dimension}};
}

/// Descends from w until `budget` values are spent or seen(values so far, loss), which is asked at every
/// hundredth of a power of ten, says that it is enough.
template <class Seen>
mds::map descend(const stress& loss, mds::map w, const method& m, double rate, std::size_t budget,
                 Seen&& seen) {
  double next = 0;
  for (std::size_t step = 0; step * m.cost <= budget; ++step) {
    const auto spent = static_cast<double>(step * m.cost);
    if (spent >= next) {
      if (!seen(spent, loss(w))) break;
      next = std::fmax(spent, 1) * 1.023;
    }
    const mds::map g = m.by(loss, w, step);
    for (std::size_t i = 0; i < w.size(); ++i)
      for (std::size_t k = 0; k < 2; ++k) w[i][k] -= rate / static_cast<double>(m.slower) * g[i][k];
  }
  return w;
}

/// The map with the lowest loss near w.
mds::map settled(const stress& loss, const mds::map& w) {
  return descend(loss, w, methods(0)[0], 1 / curvature(loss, w), 10000, [](double, double) { return true; });
}

void draw_map(const std::vector<mds::city>& cities, const std::string& figure) {
  const stress loss = stress_of(cities);
  const mds::map truth = mds::flat_map(cities), start = mds::classical_scaling(loss.squares);
  const mds::map found = settled(loss, start);
  for (const auto& [name, map] : {std::pair("classical", start), std::pair("descent", found)})
    std::printf("%-10s loss %8.4f, %5.1f km from the map of the globe\n", name, loss(map),
                mds::error_in_km(truth, mds::laid_on(truth, map)));
  if (!figure.empty()) mds::draw_map(figure, cities, truth, mds::laid_on(truth, found));
}

/// Every place up to 400 km off, the same for the same number of places.
mds::map disturbed(mds::map w) {
  std::mt19937 random(5);
  for (mds::place& p : w)
    for (double& x : p) x += 0.4 * (static_cast<double>(random()) / 0x1p31 - 1);
  return w;
}

void draw_costs(const std::vector<mds::city>& cities, std::size_t budget, const std::string& figure) {
  constexpr double share = 1e-3;  // of the loss above the lowest that is left at the end
  std::vector<mds::cost_curve> curves;
  std::printf("\nvalues of the loss to bring it down to a thousandth\n");
  for (const std::size_t count : {5u, 10u, 20u, 40u}) {
    const stress loss = stress_of({cities.begin(), cities.begin() + static_cast<std::ptrdiff_t>(count)});
    const mds::map lowest = settled(loss, mds::classical_scaling(loss.squares)), start = disturbed(lowest);
    const double rate = 1 / std::fmax(curvature(loss, start), curvature(loss, lowest));
    std::printf("%3zu unknowns:", 2 * count);
    for (const method& m : methods(2 * count)) {
      curves.push_back({m.name, 2 * count, {}});
      const auto seen = [&](double spent, double value) {
        const double left = (value - loss(lowest)) / (loss(start) - loss(lowest));
        curves.back().points.emplace_back(spent, left);
        return left > share;
      };
      descend(loss, start, m, rate, budget, seen);
      std::printf(" %8.0f by %s%s", curves.back().points.back().first, m.name, m.slower == 1 ? "," : "\n");
    }
  }
  if (!figure.empty()) mds::draw_costs(figure, curves);
}

}  // namespace

int main(int argc, char** argv) {
  const std::vector<std::string> names(argv + 1, argv + argc);
  if (names.empty()) {
    std::fprintf(stderr, "mds: which table? mds cities.csv [map.svg cost.svg]\n");
    return 1;
  }
  try {
    const std::vector<mds::city> cities = mds::read_cities(names[0]);
    draw_map(cities, names.size() > 1 ? names[1] : "");
    draw_costs(cities, 100000, names.size() > 2 ? names[2] : "");
  } catch (const std::exception& error) {
    std::fprintf(stderr, "mds: %s\n", error.what());
    return 1;
  }
}
