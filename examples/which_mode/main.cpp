// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// Which mode of differentiation for a Jacobian of n inputs and m outputs? Forward costs grow with n, reverse
// costs with m; the lines cross near m = n, and dad::jacobian(f, x) takes the lower one.
//   which_mode 100 which-mode.svg

#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <string>
#include <vector>

#include "../support/chart.hpp"
#include "functions.hpp"
#include "measure.hpp"

namespace {

using which_mode::measured;

// Prints the rows and draws them as one chart, both axes in powers of ten.
template <class F>
void show(support::svg& drawing, double left, std::size_t inputs) {
  const std::vector<measured> rows = which_mode::measure_all<F>(inputs);
  support::curve forward{"forward", "#1f77b4", {}}, reverse{"reverse", "#d62728", {}};
  support::curve chosen{"jacobian(f, x)", "#333333", {}, 0.0, 1.0, true};
  for (const measured& r : rows) {
    std::printf("%-13s %6zu %11.4f %11.4f %11.4f %11.1e\n", F::name, r.outputs, r.forward, r.reverse,
                r.chosen, r.difference);
    const double ratio = std::log10(static_cast<double>(r.outputs) / static_cast<double>(inputs));
    forward.points.emplace_back(ratio, std::log10(r.forward));
    reverse.points.emplace_back(ratio, std::log10(r.reverse));
    chosen.points.emplace_back(ratio, std::log10(r.chosen));
  }
  support::draw_chart(drawing, {left, 0, 400, 380}, F::name, {"outputs over inputs, power of ten"},
                      {"milliseconds, power of ten"}, {forward, reverse, chosen});
}

}  // namespace

int main(int argc, char** argv) {
  const std::size_t inputs = argc > 1 ? std::strtoul(argv[1], nullptr, 10) : 100;
  if (argc > 3 || inputs == 0) {
    std::fprintf(stderr, "usage: which_mode [INPUTS [FIGURE.svg]], at least one input\n");
    return 1;
  }
  try {
    std::printf("%-13s %6s %11s %11s %11s %11s\n", "f", "m", "forward ms", "reverse ms", "chosen ms",
                "difference");
    support::svg drawing(1200, 380);
    show<which_mode::products>(drawing, 0, inputs);
    show<which_mode::network>(drawing, 400, inputs);
    show<which_mode::exponentials>(drawing, 800, inputs);
    if (argc > 2) drawing.save(argv[2]);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "which_mode: %s\n", error.what());
    return 1;
  }
}
