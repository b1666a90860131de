// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// Both ends of the spectrum of a loss's Hessian, before and after training: training goes where the large
// negative eigenvalues are gone. The products with the Hessian are spread over the ranks.
//   mpirun -n 2 spectrum --figure spectrum.svg --table spectrum.csv

#include <cstdio>

#include "../support/at_root.hpp"
#include "../support/command_line.hpp"
#include "figure.hpp"
#include "network.hpp"

namespace {

struct settings {
  std::size_t width = 16, count = 10, block = 16;
  int steps = 3000;
  std::string figure, table;
};

void print(const char* when, double loss, const dad::extreme_eigenvalues& e) {
  std::printf("%s: loss %.10g, eigenvalues from %.3g to %.3g, %s by %zu products\n", when, loss,
              e.smallest.values[0], e.largest.values[0], e.converged ? "found" : "not found", e.products);
  for (std::size_t i = 0; i < e.smallest.values.size(); ++i)
    std::printf("  %12.4e (residual %.0e)  %12.4e (residual %.0e)\n", e.smallest.values[i],
                e.smallest.residuals[i], e.largest.values[i], e.largest.residuals[i]);
}

void run(const boost::mpi::communicator& world, const settings& s) {
  const auto start = spectrum::start(s.width), end = spectrum::trained(start, s.steps);
  const dad::eigenvalue_options wanted{.largest = s.count, .smallest = s.count, .block = s.block};
  const auto before = dad::mpi::hessian_eigenvalues(spectrum::loss, start, wanted);
  const auto after = dad::mpi::hessian_eigenvalues(spectrum::loss, end, wanted);
  support::at_root(world, [&] {
    print("before", spectrum::loss(start), before), print("after", spectrum::loss(end), after);
    if (!s.table.empty()) spectrum::write_table(s.table, before, after);
    if (!s.figure.empty()) spectrum::write_figure(s.figure, before, after, start.size());
  });
}

}  // namespace

int main(int argc, char** argv) {
  settings s;
  const auto options = [&](CLI::App& app) {
    app.option_defaults()->always_capture_default();
    app.add_option("--width", s.width, "neurons of each of the two layers")->check(CLI::Range(2, 64));
    app.add_option("--steps", s.steps, "of training")->check(CLI::Range(0, 1000000));
    app.add_option("--count", s.count, "eigenvalues at each end")->check(CLI::Range(1, 100));
    app.add_option("--block", s.block, "products in a step, eight for each rank")->check(CLI::Range(1, 64));
    app.add_option("--figure", s.figure, "draw the eigenvalues, as SVG");
    app.add_option("--table", s.table, "write the eigenvalues, as CSV");
  };
  return support::run_program(argc, argv, "spectrum", "Finds the ends of the spectrum of a Hessian.", options,
                              [&](const auto& world) { return run(world, s), 0; });
}
