// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// Which mode of differentiation for a Jacobian of n inputs and m outputs? Forward costs grow with n, reverse
// costs with m; the lines cross near m = n, and dad::jacobian(f, x) takes the lower one.
//   which_mode 100 which-mode.svg

#include <cstdio>
#include <cstdlib>
#include <exception>
#include <vector>

#include "figure.hpp"
#include "functions.hpp"
#include "measure.hpp"

namespace {

template <class F>
void show(support::svg& drawing, double left, std::size_t inputs) {
  const std::vector<which_mode::measured> rows = which_mode::measure_all<F>(inputs);
  for (const auto& r : rows)
    std::printf("%-13s %6zu %11.4f %11.4f %11.4f %11.1e\n", F::name, r.outputs, r.forward, r.reverse,
                r.chosen, r.difference);
  which_mode::draw(drawing, left, F::name, rows, inputs);
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
