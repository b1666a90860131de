// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// From how much work on ranks pay: a batch's time over the number of its inputs, and over the iterations of
// the loop in its function, one input after the other, as a batch of one process, over ranks, and by
// processes that are started for each call.
//   mpirun -n 2 scaling --output results

#include <CLI/CLI.hpp>
#include <boost/mpi/communicator.hpp>
#include <filesystem>
#include <string>
#include <vector>

#include "../support/at_root.hpp"
#include "../support/command_line.hpp"
#include "measure.hpp"
#include "report.hpp"

namespace {

using scaling::row;
using scaling::settings;

// 10 and more inputs of a function of so many steps.
std::vector<row> over_inputs(const boost::mpi::communicator& world, const settings& s, std::size_t steps) {
  std::vector<row> rows;
  std::array<bool, 4> is_wanted{true, true, true, s.spawn_repeat > 0};
  for (std::size_t count = 10; count <= s.largest_inputs; count *= 10)
    scaling::leave_out_slow_ones(is_wanted, scaling::measure(world, s, {steps}, count, is_wanted, rows),
                                 s.seconds);
  return rows;
}

// A hundred inputs of functions of one and more steps.
std::vector<row> over_iterations(const boost::mpi::communicator& world, const settings& s) {
  std::vector<row> rows;
  std::array<bool, 4> is_wanted{true, true, true, s.spawn_repeat > 0};
  for (std::size_t steps = 1; steps <= s.largest_steps; steps *= 10)
    scaling::leave_out_slow_ones(is_wanted, scaling::measure(world, s, {steps}, 100, is_wanted, rows),
                                 s.seconds);
  return rows;
}

void run(const boost::mpi::communicator& world, const settings& s) {
  const std::filesystem::path folder = s.output;
  support::at_root(world, [&] { std::filesystem::create_directories(folder); });
  if (s.experiment != "iterations") {
    const std::size_t steps = scaling::steps_that_take(world, s.microseconds);
    const auto short_ones = over_inputs(world, s, 1), long_ones = over_inputs(world, s, steps);
    support::at_root(world, [&] { scaling::report_inputs(folder, world.size(), short_ones, long_ones); });
  }
  if (s.experiment != "inputs") {
    const auto rows = over_iterations(world, s);
    support::at_root(world, [&] { scaling::report_iterations(folder, world.size(), rows); });
  }
}

void declare(CLI::App& app, settings& s) {
  app.option_defaults()->always_capture_default();
  const auto sizes = CLI::Range(std::size_t{1}, std::size_t{100000000});
  app.add_option("--largest-inputs", s.largest_inputs, "sizes are 10, 100 and so on")->check(sizes);
  app.add_option("--largest-steps", s.largest_steps, "sizes are 1, 10 and so on, each for 100 inputs")
      ->check(sizes);
  app.add_option("--microseconds", s.microseconds, "of an input of the longer function, one after the other")
      ->check(CLI::Range(0.001, 1e6));
  app.add_option("--repeat", s.repeat, "turns, of which the least time counts")->check(CLI::Range(1, 1000));
  app.add_option("--spawn-repeat", s.spawn_repeat, "turns of the calls that start processes; 0: none")
      ->check(CLI::Range(0, 1000));
  app.add_option("--seconds", s.seconds, "what would take longer is left out")->check(CLI::PositiveNumber);
  app.add_option("--experiment", s.experiment, "which")
      ->check(CLI::IsMember({"all", "inputs", "iterations"}));
  app.add_option("--output", s.output, "the folder of tables and figures");
}

}  // namespace

int main(int argc, char** argv) {
  if (scaling::is_spawner_or_worker(argc, argv)) return 0;
  settings s;
  return support::run_program(
      argc, argv, "scaling", "Measures from how much work on ranks pay.",
      [&](CLI::App& app) { declare(app, s); },
      [&](const boost::mpi::communicator& world) {
        run(world, s);
        return 0;
      });
}
