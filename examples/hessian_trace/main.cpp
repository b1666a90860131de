// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// The trace of the Hessian of a network's loss from products with random directions, shared out over ranks:
// an estimate with a standard error, which falls with the root of the number of directions.
//   mpirun -n 2 hessian_trace --figure hessian-trace.svg

#include <cstdio>

#include "../support/at_root.hpp"
#include "../support/command_line.hpp"
#include "figure.hpp"
#include "network.hpp"

namespace {

struct settings {
  std::size_t width = 12, probes = 4096, seed = 2;
  std::string figure, table;
};

void run(const boost::mpi::communicator& world, const settings& s) {
  using hessian_trace::loss;
  const auto weights = hessian_trace::some_weights(s.width), many = hessian_trace::some_weights(500);
  hessian_trace::estimates found;
  for (std::size_t probes = 2; probes <= s.probes; probes *= 2)
    found.push_back(dad::mpi::hessian_trace(loss, weights, {.probes = probes, .seed = s.seed}));
  const dad::matrix hessian = dad::mpi::hessian(loss, weights);  // which is what the probes are to spare us
  const auto large = dad::mpi::hessian_trace(loss, many, {.probes = 64, .seed = s.seed});

  support::at_root(world, [&] {
    const auto exact = hessian_trace::truth_of(hessian);
    std::printf("%zu weights, trace %.6f\n", weights.size(), exact.trace);
    for (const auto& e : found)
      std::printf("  %5zu probes: %8.4f +- %.4f\n", e.probes, e.value, e.standard_error);
    std::printf("%zu weights, %zu probes: %.2f +- %.2f\n", many.size(), large.probes, large.value,
                large.standard_error);
    if (!s.table.empty()) hessian_trace::write_table(s.table, found, exact);
    if (!s.figure.empty()) hessian_trace::write_figure(s.figure, found, exact);
  });
}

}  // namespace

int main(int argc, char** argv) {
  settings s;
  const auto options = [&](CLI::App& app) {
    app.option_defaults()->always_capture_default();
    app.add_option("--width", s.width, "units of the network, four weights each")->check(CLI::Range(1, 200));
    app.add_option("--probes", s.probes, "random directions, at most")->check(CLI::Range(2, 1 << 20));
    app.add_option("--seed", s.seed, "of the directions");
    app.add_option("--figure", s.figure, "draw the estimates, as SVG");
    app.add_option("--table", s.table, "write the estimates, as CSV");
  };
  return support::run_program(argc, argv, "hessian_trace", "Estimates the trace of a Hessian.", options,
                              [&](const auto& world) { return run(world, s), 0; });
}
