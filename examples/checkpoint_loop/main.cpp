// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// Heat in a rod, by a thousand and by a million steps of time in the memory of a few states; with a file's
// name, also draws what less memory costs.
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

// A wave of heat that keeps its shape: each step takes the same share of it, so its slope is known.
void take_a_million_steps() {
  constexpr std::size_t steps = 1'000'000;
  const double pi = std::acos(-1.0), share = 4 * std::pow(std::sin(pi / 8), 2), k = 2e-6;
  std::size_t calls = 0;
  const auto counted = [&calls](const auto& u, const auto& conductivity) {
    ++calls;
    return step(u, conductivity);
  };
  const auto crest = [&](const auto& conductivity) {
    std::vector<std::decay_t<decltype(conductivity)>> wave(5);
    for (std::size_t i = 0; i < wave.size(); ++i) wave[i] = std::sin(pi * static_cast<double>(i) / 4);
    const auto [u, same] =
        dad::checkpoint_loop(counted, std::tuple(wave, conductivity), steps, {.snapshots = 20});
    return u[2];
  };
  dad::tape<> tape;
  const auto active = tape.activate();
  dad::var<> x = k;
  tape.input(x);
  auto start = tape.position();
  (void)step(std::vector<dad::var<>>(5, x), x);
  const double plain = static_cast<double>(tape.statistics(start).bytes * steps);
  tape.rewind(start);
  const auto y = crest(x);
  const double kept = static_cast<double>(tape.statistics(start).bytes);
  tape.backward(y);
  const double slope = -share * steps * std::pow(1 - share * k, steps - 1);
  std::printf("a million steps       slope %.0f, by hand %.0f\n", x.adjoint(), slope);
  std::printf("  in the memory of    20 states, %.0f KB, where a plain tape takes %.0f MB\n", kept / 1e3,
              plain / 1e6);
  std::printf("  calls of step       %.2f for each\n", static_cast<double>(calls) / steps);
}

void write_figure(const std::string& path) {
  support::svg drawing(640, 400);
  std::vector<support::curve> curves;
  for (const auto& [steps, colour] :
       {std::pair(100, "#b8b8b8"), std::pair(1000, "#4c78a8"), std::pair(10000, "#f58518"),
        std::pair(100000, "#54a24b"), std::pair(1000000, "#e45756")}) {
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
  take_a_million_steps();
  if (argc > 1) write_figure(argv[1]);
}
