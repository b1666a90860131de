// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// Heat in a rod, by a thousand steps of time in the memory of a few states; with a file's name, also draws
// what less memory costs.
//   checkpoint_loop checkpoint-loop.svg

#include <cmath>
#include <cstdio>
#include <string>
#include <tuple>
#include <vector>

#include <dad/dad.hpp>

#include "support/chart.hpp"

namespace {

// One step; the state is the temperatures of the cells and the conductivity, which stays.
const auto step = [](const auto& u, const auto& k) {
  auto next = u;
  for (std::size_t i = 1; i + 1 < u.size(); ++i) next[i] = u[i] + k * (u[i - 1] - 2 * u[i] + u[i + 1]);
  return std::tuple(next, k);
};

// How often a loop of so many steps runs its step for one gradient, as a multiple of the steps.
double work(std::size_t steps, std::size_t snapshots) {
  std::size_t calls = 0;
  const auto decay = [&calls](const auto& x) {
    ++calls;
    return x / (1 + 0.001 * x);
  };
  dad::tape<> tape;
  const auto loop = [&](const auto& x) {
    return dad::checkpoint_loop(decay, x, steps, {.snapshots = snapshots});
  };
  (void)dad::gradient(
      tape, [&](const auto& x) { return loop(x[0]); }, std::vector{1.0});
  return static_cast<double>(calls) / static_cast<double>(steps);
}

void write_figure(const std::string& path) {
  support::svg drawing(640, 400);
  std::vector<support::curve> curves;
  for (const auto& [steps, colour] : {std::pair(100, "#b8b8b8"), std::pair(1000, "#4c78a8"),
                                      std::pair(10000, "#f58518"), std::pair(100000, "#54a24b")}) {
    support::curve c{std::to_string(steps) + " steps", colour, {}};
    for (std::size_t snapshots = 4; snapshots <= 40; ++snapshots)
      c.points.emplace_back(static_cast<double>(snapshots), work(static_cast<std::size_t>(steps), snapshots));
    curves.push_back(c);
  }
  support::draw_chart(drawing, {0, 0, 640, 400}, "What less memory costs: checkpoint_loop",
                      {.title = "states kept (a plain tape keeps every step)", .least = 0},
                      {.title = "calls of step per step and gradient", .least = 0}, curves);
  drawing.save(path);
}

}  // namespace

int main(int argc, char** argv) {
  const auto warmth = [](const auto& k) {
    using T = std::decay_t<decltype(k)>;
    std::vector<T> rod(21, T(0));
    rod[10] = 1;
    const auto [u, same] = dad::checkpoint_loop(step, std::tuple(rod, k), 1000, {.snapshots = 8});
    return u[5];
  };
  dad::tape<> tape;
  const auto [value, slope] = dad::value_and_gradient(
      tape, [&](const auto& k) { return warmth(k[0]); }, std::vector{0.05});
  std::printf("warmth at a quarter   %.6f, by conductivity %.6f\n", value, slope[0]);
  std::printf("values on the tape    %zu, for 1000 steps of 21 cells\n", tape.statistics().statements);
  for (const std::size_t snapshots : std::vector<std::size_t>{2, 4, 8, 16, 32, 1000})
    std::printf("%4zu states kept: 1000 steps take %5.2f calls of step each\n", snapshots,
                work(1000, snapshots));
  if (argc > 1) write_figure(argv[1]);
}
