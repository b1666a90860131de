// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// Prices European options from a table, with all their first derivatives, spread over the ranks by dad.
//   mpirun -n 2 greeks --generate 1000000 --input options.csv --output greeks.csv

#include <CLI/CLI.hpp>
#include <boost/mpi/communicator.hpp>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <dad/dad.hpp>
#include <stdexcept>
#include <string>
#include <vector>

#include "../support/at_root.hpp"
#include "../support/command_line.hpp"
#include "figure.hpp"
#include "option.hpp"
#include "tables.hpp"

namespace {

struct settings {
  std::string input = "options.csv", output = "greeks.csv", figure;
  std::size_t generate = 0;
  std::uint64_t seed = 1;
};

void declare(CLI::App& app, settings& s) {
  app.option_defaults()->always_capture_default();
  app.add_option("--input", s.input, "table with spot, strike, rate, volatility, maturity, kind");
  app.add_option("--output", s.output, "table to write: price, delta, dual_delta, rho, vega, theta");
  app.add_option("--generate", s.generate, "write this many random options to the input first")
      ->check(CLI::Range(1, 100000000));
  app.add_option("--seed", s.seed, "of the random options");
  app.add_option("--figure", s.figure, "also draw the Greeks over the spot, as SVG");
}

using stopwatch = std::chrono::steady_clock;

double seconds_since(stopwatch::time_point begin) {
  return std::chrono::duration<double>(stopwatch::now() - begin).count();
}

void run(const boost::mpi::communicator& world, const settings& s) {
  std::vector<greeks::option<double>> options;  // at the root only
  double reading = 0;
  support::at_root(world, [&] {
    if (s.output == s.input) throw std::runtime_error(s.output + ": is the input as well as the output");
    if (s.generate > 0) greeks::write_random_options(s.input, s.generate, s.seed);
    const auto begin = stopwatch::now();
    options = greeks::read_options(s.input);
    reading = seconds_since(begin);
  });

  const auto evaluation_begin = stopwatch::now();
  const auto results = dad::mpi::batch_eval(greeks::black_scholes(), options);
  const double evaluating = seconds_since(evaluation_begin);

  support::at_root(world, [&] {
    const auto begin = stopwatch::now();
    greeks::write_greeks(s.output, results);
    const double writing = seconds_since(begin);
    std::printf("%zu options, %d %s\n", options.size(), world.size(), world.size() == 1 ? "rank" : "ranks");
    std::printf("  reading     %8.3f s  %s\n", reading, s.input.c_str());
    std::printf("  evaluating  %8.3f s  %.3g options/s\n", evaluating,
                static_cast<double>(options.size()) / evaluating);
    std::printf("  writing     %8.3f s  %s\n", writing, s.output.c_str());
    if (!s.figure.empty()) greeks::write_figure(s.figure);
  });
}

}  // namespace

int main(int argc, char** argv) {
  settings s;
  return support::run_program(
      argc, argv, "greeks", "Prices European options and gives their Greeks, spread over the ranks.",
      [&](CLI::App& app) { declare(app, s); },
      [&](const boost::mpi::communicator& world) {
        run(world, s);
        return 0;
      });
}
