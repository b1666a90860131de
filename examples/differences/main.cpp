// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// How exact are difference quotients? Large steps cut the Taylor series off, small ones leave nothing but
// rounding; a derivative by dad has neither error. Draws the V that this makes.
//   differences --output differences

#include <cmath>
#include <cstdio>
#include <filesystem>

#include <dad/dad.hpp>

#include "../support/finite_number.hpp"
#include "../support/one_process.hpp"
#include "errors.hpp"
#include "figure.hpp"

namespace {

// Squire and Trapp's example (SIAM Review 40, 1998), and its derivative by hand in long double.
const auto f = [](const auto& x) { return exp(x) / (pow(sin(x), 3) + pow(cos(x), 3)); };
long double by_hand(long double x) {
  const long double s = std::sin(x), c = std::cos(x), below = s * s * s + c * c * c;
  return std::exp(x) * (below - 3 * s * s * c + 3 * c * c * s) / (below * below);
}

void run(const std::filesystem::path& folder, double x, int points) {
  const auto one_sided = [&](double h) {
    return dad::coordinate_gradient(f, x, {.step = h, .differences = dad::differences::one_sided});
  };
  const auto central = [&](double h) { return dad::coordinate_gradient(f, x, {.step = h}); };
  const auto by_dad = [&](double) { return dad::derivative(f, x); };

  const differences::measure measure(by_hand(x), points);
  const differences::ways all{measure("(f(x + h) - f(x)) / h", one_sided),
                              measure("(f(x + h) - f(x - h)) / 2h", central),
                              measure("dad, which has no step", by_dad)};
  for (const auto& way : all) print(way);
  const auto report = dad::check_gradient(f, x);
  std::printf("check_gradient: differences agree to %.0e, Taylor slope %.2f\n",
              std::fabs(report.derivative / report.difference - 1), report.slope.value_or(0));
  write_table(folder / "errors.csv", all);
  write_figure(folder / "differences.svg", all, x);
}

}  // namespace

int main(int argc, char** argv) {
  double at = 1.5;
  int points = 10;
  const auto declare = [&](CLI::App& app) {
    app.add_option("--at", at, "where the derivative is taken")
        ->check(CLI::Range(-10.0, 10.0) & support::finite_number());
    app.add_option("--points", points, "steps for each power of ten")->check(CLI::Range(1, 1000));
  };
  return support::run_into_folder(argc, argv, "differences", "Errors of differences over their step.",
                                  declare, [&](const auto& folder) { run(folder, at, points); });
}
