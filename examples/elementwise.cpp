// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// A rod cools: how its temperatures at the end depend on those at the start, and on how well it conducts. All
// points of the rod take a step at once: dad::elementwise.

#include <cmath>
#include <cstddef>
#include <cstdio>
#include <numbers>
#include <span>
#include <vector>

#include <dad/dad.hpp>

/// Each point of the rod after a step of the explicit scheme, from its own temperature and its neighbours'.
constexpr auto diffuse = [](const auto& left, const auto& own, const auto& right, const auto& conductivity) {
  return own + conductivity * (left - 2.0 * own + right);
};

/// The squared temperatures at the end, from those at the start and the conductivity. The ends stay cold.
constexpr auto heat_left = [](const auto& start, const auto& conductivity) {
  auto rod = start;
  const std::size_t inner = rod.size() - 2;
  for (int step = 0; step < 500; ++step)
    dad::elementwise_into(std::span(rod).subspan(1, inner), diffuse, std::span(rod).first(inner),
                          std::span(rod).subspan(1, inner), std::span(rod).last(inner), conductivity);
  return dad::dot(rod, rod);
};

int main() {
  std::vector<double> start(66, 0.0);
  for (std::size_t i = 1; i < 65; ++i)
    start[i] = std::sin(std::numbers::pi * static_cast<double>(i) / 65.0) + (i == 20 ? 0.5 : 0.0);

  const auto [heat, slopes] = dad::value_and_gradient(heat_left, std::tuple(start, 0.25));
  const auto& [by_start, by_conductivity] = slopes;
  std::printf("heat that is left: %.6f\n", heat);
  std::printf("by the start in the middle and near the ends: %.6f %.6f %.6f\n", by_start[32], by_start[2],
              by_start[63]);
  std::printf("by the conductivity: %.6f\n", by_conductivity);
  std::printf("agrees with differences: %s\n",
              dad::check_gradient(heat_left, std::tuple(start, 0.25)) ? "yes" : "no");
}
