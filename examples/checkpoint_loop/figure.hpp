// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// How often a loop in little memory runs its step, counted and drawn.

#pragma once

#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include <dad/dad.hpp>

#include "../support/chart.hpp"

namespace checkpoint_loop {

/// Bytes that a step (state, constant) takes on a plain tape.
template <class Step>
double bytes_of(const Step& step, std::size_t cells) {
  dad::tape<> tape;
  const auto active = tape.activate();
  dad::var<> x = 1;
  tape.input(x);
  const auto start = tape.position();
  const auto next = step(std::vector<dad::var<>>(cells, x), x);
  return static_cast<double>(tape.statistics(start).bytes);
}

/// Calls of the step for one gradient of a loop of so many steps, as a multiple of the steps.
inline double work(std::size_t steps, std::size_t snapshots) {
  std::size_t calls = 0;
  const auto decay = [&calls](const auto& x) {
    ++calls;
    return x / (1 + 0.001 * x);
  };
  const auto loop = [&](const auto& x) {
    return dad::checkpoint_loop(decay, x[0], steps, {.snapshots = snapshots});
  };
  dad::tape<> tape;
  (void)dad::gradient(tape, loop, std::vector{1.0});
  return static_cast<double>(calls) / static_cast<double>(steps);
}

inline void write_figure(const std::string& path) {
  support::svg drawing(640, 400);
  std::vector<support::curve> curves;
  for (const auto& [steps, colour] :
       {std::pair(100, "#b8b8b8"), std::pair(1000, "#4c78a8"), std::pair(10000, "#f58518"),
        std::pair(100000, "#54a24b"), std::pair(1000000, "#e45756")}) {
    support::curve c{std::to_string(steps) + " steps", colour, {}};
    for (std::size_t snapshots = 4; snapshots <= 40; snapshots += 3)
      c.points.emplace_back(static_cast<double>(snapshots), work(static_cast<std::size_t>(steps), snapshots));
    curves.push_back(c);
  }
  support::draw_chart(drawing, {0, 0, 640, 400}, "What less memory costs: checkpoint_loop",
                      {.title = "states kept (a plain tape keeps every step)", .least = 0},
                      {.title = "calls of step per step and gradient", .least = 0}, curves);
  drawing.save(path);
}

}  // namespace checkpoint_loop
