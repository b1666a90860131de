// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// Multidimensional scaling: a map of cities from nothing but their distances, and what it costs to find it by
// gradient descent with derivatives, or with values alone.
//   mpirun -n 2 mds cities.csv --map map.svg --costs costs.svg

#include <cstddef>
#include <string>
#include <vector>

#include "../support/at_root.hpp"
#include "../support/command_line.hpp"
#include "found_map.hpp"

namespace {

struct settings {
  std::string cities, map, places, costs, table;
  std::size_t seeds = 3, budget = 100000;
};

void declare(CLI::App& app, settings& s) {
  app.option_defaults()->always_capture_default();
  app.add_option("cities", s.cities, "table with city, latitude, longitude; at least 40 rows")->required();
  app.add_option("--map", s.map, "the cities and where their distances put them, as SVG");
  app.add_option("--places", s.places, "the same as a table, in km to the east and north");
  app.add_option("--costs", s.costs, "loss over values of it, as SVG");
  app.add_option("--table", s.table, "the same as a table");
  app.add_option("--seeds", s.seeds, "runs along random directions")->check(CLI::Range(1, 10000));
  app.add_option("--budget", s.budget, "values of the loss that a run may take")
      ->check(CLI::Range(100, 1000000000));
}

void run(const boost::mpi::communicator& world, const settings& s) {
  std::vector<mds::city> cities;
  support::at_root(world, [&] { cities = mds::read_cities(s.cities, 40); });
  boost::mpi::broadcast(world, cities, 0);
  support::at_root(world, [&] { mds::find_map(cities, s.map, s.places); });
  const auto runs = mds::cost_runs(cities, s.seeds, s.budget);
  support::at_root(world, [&] {
    mds::print_costs(runs);
    if (!s.costs.empty()) mds::draw_costs(s.costs, runs);
    if (!s.table.empty()) mds::write_costs(s.table, runs);
  });
}

}  // namespace

int main(int argc, char** argv) {
  settings s;
  return support::run_program(
      argc, argv, "mds", "Maps of cities from their distances, spread over the ranks.",
      [&](CLI::App& app) { declare(app, s); },
      [&](const boost::mpi::communicator& world) {
        run(world, s);
        return 0;
      });
}
