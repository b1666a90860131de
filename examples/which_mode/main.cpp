// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// Which mode of differentiation for a Jacobian of n inputs and m outputs? Forward costs grow with n, reverse
// costs with m; the lines cross near m = n, and dad::jacobian(f, x) takes the lower one.
//   which_mode --output which_mode

#include <cstdio>
#include <filesystem>
#include <vector>

#include "../support/finite_number.hpp"
#include "../support/one_process.hpp"
#include "figure.hpp"
#include "functions.hpp"
#include "measure.hpp"

namespace {

struct settings {
  std::size_t inputs = 100, seed = 0;
  double ratio = 100;
};

template <class F>
which_mode::series show(const std::vector<double>& x, double ratio) {
  const which_mode::series all = which_mode::measure_all<F>(x, ratio);
  for (const auto& c : all.costs)
    std::printf("%-13s %6zu %11.4f %11.4f %11.4f %11.1e\n", F::name, c.outputs, c.forward, c.reverse,
                c.chosen, c.difference);
  return all;
}

void run(const std::filesystem::path& folder, const settings& s) {
  const std::vector<double> x = which_mode::point(s.inputs, s.seed);
  which_mode::write_jacobians(folder / "jacobians.csv", x);
  std::printf("%-13s %6s %11s %11s %11s %11s\n", "f", "m", "forward ms", "reverse ms", "chosen ms",
              "difference");
  const std::vector all{show<which_mode::products>(x, s.ratio), show<which_mode::network>(x, s.ratio),
                        show<which_mode::exponentials>(x, s.ratio)};
  which_mode::write_costs(folder / "costs.csv", all, s.inputs);
  which_mode::write_figure(folder / "which_mode.svg", all, s.inputs);
}

}  // namespace

int main(int argc, char** argv) {
  settings s;
  return support::run_into_folder(
      argc, argv, "which_mode", "Times of Jacobians forward, in reverse, and as dad chooses.",
      [&](CLI::App& app) {
        app.add_option("--inputs", s.inputs, "of each function")->check(CLI::Range(1, 10000));
        app.add_option("--ratio", s.ratio, "outputs over inputs, at most; its inverse at least")
            ->check(CLI::Range(1.0, 100.0) & support::finite_number());
        app.add_option("--seed", s.seed, "of the point")->check(CLI::Range(0, 1000000));
      },
      [&](const std::filesystem::path& folder) { run(folder, s); });
}
