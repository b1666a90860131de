// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

#include "figure.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

#include "../support/chart.hpp"
#include "../support/clip.hpp"

namespace dynamics {
namespace {

constexpr std::array<const char*, 3> colours = {"#d6604d", "#2166ac", "#1b9e77"};

void draw_phases(support::svg& drawing, support::area where, const drawn_motions& drawn) {
  constexpr double pi = std::numbers::pi;
  const support::window shown = {{-4, -600}, {4, 600}};
  std::vector<support::curve> curves;
  for (std::size_t i = drawn.swings.size(); i-- > 0;) {
    // A pendulum that turns over comes back from the other side.
    std::vector<std::vector<support::point>> turns(1);
    double shift = 0;
    for (const auto& [q, p] : drawn.swings[i]) {
      const double turn = 2 * pi * std::round(q[0] / (2 * pi));
      if (turn != shift && std::fabs(q[0] - shift) > pi + 1e-9) turns.emplace_back(), shift = turn;
      turns.back().emplace_back(q[0] - shift, p[0]);
    }
    std::string name = i == 0 ? "from rest at 45 degrees" : "";
    for (const auto& turn : turns)
      for (const auto& piece : clipped(turn, shown)) {
        curves.push_back({name, i == 0 ? "#111111" : "#6a9fca", piece, i == 0 ? 2.2 : 1.0});
        name.clear();
      }
  }
  support::draw_chart(drawing, where, "Pendulum, phase portrait", {"angle q, in radians", -4, 4},
                      {"momentum p", -500, 500}, curves);
}

/// By powers of ten, at most `count` points: the largest error since the last one.
void draw_energies(support::svg& drawing, support::area where, const drawn_motions& drawn) {
  constexpr std::size_t count = 200;
  constexpr double least = 1e-8;
  std::vector<support::curve> curves;
  for (std::size_t m = 0; m < drawn.energies.size(); ++m) {
    const auto& [name, values] = drawn.energies[m];
    support::curve c{name, colours[m % colours.size()], {}};
    const std::size_t part = (values.size() + count - 1) / count;
    for (std::size_t k = 1; k < values.size(); k += part) {
      double error = least;
      for (std::size_t i = k; i < std::min(k + part, values.size()); ++i)
        error = std::fmax(error, std::fabs((values[i] - values[0]) / values[0]));
      c.points.emplace_back(static_cast<double>(k) * drawn.time_step, std::log10(error));
    }
    curves.push_back(c);
  }
  support::draw_chart(drawing, where, "Pendulum, relative error of the energy", {"seconds", 0},
                      {"as a power of ten"}, curves);
}

void draw_flight(support::svg& drawing, support::area where, const drawn_motions& drawn) {
  constexpr std::size_t images = 9;
  std::vector<support::curve> curves;
  const std::size_t last = drawn.flight.size() - 1;
  for (std::size_t mass = 0; mass < 5; ++mass) {
    support::curve track{mass == 0 ? "paths of the masses" : "", "#bcbcbc", {}, 0.8};
    for (const auto& [q, p] : drawn.flight) track.points.emplace_back(q[2 * mass], q[2 * mass + 1]);
    curves.push_back(track);
  }
  for (std::size_t i = 0; i < images; ++i) {
    const double age = 1 - static_cast<double>(i) / (images - 1);
    const auto& [q, p] = drawn.flight[last * i / (images - 1)];
    support::curve image{i == 0            ? "start"
                         : i == images - 1 ? "end"
                                           : "",
                         i == 0 ? "#d6604d" : "#2166ac",
                         {},
                         1.6,
                         i == 0 ? 1 : 1 - .75 * age};
    image.dots = i == 0 || i == images - 1;
    for (std::size_t mass = 0; mass < 5; ++mass) image.points.emplace_back(q[2 * mass], q[2 * mass + 1]);
    curves.push_back(image);
  }
  support::draw_chart(drawing, where, "Chain of springs, thrown", {"x"}, {"y"}, curves);
}

}  // namespace

void write_figure(const std::filesystem::path& file, const drawn_motions& drawn) {
  support::svg drawing(1350, 450);
  draw_phases(drawing, {0, 0, 450, 450}, drawn);
  draw_energies(drawing, {450, 0, 450, 450}, drawn);
  draw_flight(drawing, {900, 0, 440, 450}, drawn);
  drawing.save(file);
}

}  // namespace dynamics
