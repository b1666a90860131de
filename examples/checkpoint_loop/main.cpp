// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// Heat in a rod, by a thousand and by a million steps of time in the memory of a few states; with a file's
// name, also draws what less memory costs.
//   checkpoint_loop checkpoint-loop.svg

#include <cmath>
#include <cstdio>
#include <tuple>
#include <vector>

#include <dad/dad.hpp>

#include "figure.hpp"

namespace {

// One step; the state is the temperatures of the cells and the conductivity, which stays.
const auto step = [](const auto& u, const auto& k) {
  auto next = u;
  for (std::size_t i = 1; i + 1 < u.size(); ++i) next[i] = u[i] + k * (u[i - 1] - 2 * u[i] + u[i + 1]);
  return std::tuple(next, k);
};

// The middle of a rod of temperature sin(pi x) at first: a wave that keeps its shape, as each step takes the
// same share of it, so that its slope is known.
template <class T>
T crest(const T& conductivity, std::size_t cells, std::size_t steps, std::size_t snapshots) {
  std::vector<T> wave(cells);
  for (std::size_t i = 0; i < cells; ++i)
    wave[i] = std::sin(std::acos(-1.0) * static_cast<double>(i) / static_cast<double>(cells - 1));
  const auto [u, same] =
      dad::checkpoint_loop(step, std::tuple(wave, conductivity), steps, {.snapshots = snapshots});
  return u[cells / 2];
}

void show(double k, std::size_t cells, std::size_t steps, std::size_t snapshots) {
  dad::tape<> tape;
  const auto [value, slope] = dad::value_and_gradient(
      tape, [&](const auto& x) { return crest(x[0], cells, steps, snapshots); }, std::vector{k});
  std::printf("%zu steps of %zu cells in the memory of %zu states: %.10f, by conductivity %.10g\n", steps,
              cells, snapshots, value, slope[0]);
  std::printf("  %.0f KB, where a plain tape takes %.0f KB\n",
              static_cast<double>(tape.statistics().bytes) / 1e3,
              checkpoint_loop::bytes_of(step, cells) * static_cast<double>(steps) / 1e3);
}

}  // namespace

int main(int argc, char** argv) {
  show(0.05, 21, 1000, 8);
  show(2e-6, 5, 1'000'000, 20);
  for (const std::size_t snapshots : {2U, 4U, 8U, 16U, 32U, 1000U})
    std::printf("%4zu states kept: 1000 steps take %5.2f calls of step each\n", snapshots,
                checkpoint_loop::work(1000, snapshots));
  if (argc > 1) checkpoint_loop::write_figure(argv[1]);
}
