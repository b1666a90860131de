// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// Where the time of a batch over ranks went. Some inputs take a hundred times as long as others; shares of as
// many inputs leave ranks idle, chunks for whoever is free do not.
//   mpirun -n 4 schedules --figure schedules.svg

#include <CLI/CLI.hpp>
#include <boost/mpi/communicator.hpp>
#include <chrono>
#include <cstdint>
#include <string>
#include <thread>
#include <type_traits>
#include <vector>

#include <dad/dad.hpp>

#include "../support/at_root.hpp"
#include "../support/command_line.hpp"
#include "costs.hpp"
#include "report.hpp"

namespace {

// The square of its first number, for which it waits as many milliseconds as the second says.
const auto f = [](const auto& x) {
  const double milliseconds = dad::value(x[1]);
  // A batch tries to record f first, which it cannot; it is on the tape that the result is computed.
  constexpr bool is_on_tape = std::is_same_v<std::decay_t<decltype(x[0])>, dad::var<>>;
  if (is_on_tape) std::this_thread::sleep_for(std::chrono::duration<double, std::milli>(milliseconds));
  return x[0] * x[0];
};

struct settings {
  std::size_t inputs = 400;
  double mean = 2;     // of the milliseconds
  double alpha = 1.1;  // the smaller, the more uneven
  std::uint64_t seed = 6;
  std::string figure;
};

void run(const boost::mpi::communicator& world, const settings& s) {
  const auto inputs = schedules::uneven_inputs(s.inputs, s.mean, s.alpha, s.seed);
  const auto even = dad::mpi::batch_eval(f, inputs, {.schedule = dad::mpi::schedule::even});
  const auto dynamic = dad::mpi::batch_eval(f, inputs, {.schedule = dad::mpi::schedule::dynamic});
  support::at_root(world, [&] {
    schedules::print_costs(inputs, world.size());
    schedules::print_table(even.statistics());
    schedules::print_table(dynamic.statistics());
    if (!s.figure.empty()) schedules::write_figure(s.figure, even.statistics(), dynamic.statistics());
  });
}

}  // namespace

int main(int argc, char** argv) {
  settings s;
  return support::run_program(
      argc, argv, "schedules", "Shows which rank worked when in a batch of uneven cost.",
      [&](CLI::App& app) {
        app.option_defaults()->always_capture_default();
        app.add_option("--inputs", s.inputs, "how many")->check(CLI::Range(1, 1000000));
        app.add_option("--mean", s.mean, "milliseconds that an input takes")->check(CLI::PositiveNumber);
        app.add_option("--alpha", s.alpha, "of Pareto's distribution")->check(CLI::PositiveNumber);
        app.add_option("--seed", s.seed, "of the costs");
        app.add_option("--figure", s.figure, "also draw who worked when, as SVG");
      },
      [&](const boost::mpi::communicator& world) {
        run(world, s);
        return 0;
      });
}
