// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// The graph behind a derivative: forward in each input, one sweep back, every value and adjoint in between;
// printed for Graphviz, drawn, and the same derivative at many points over ranks.
//   mpirun -n 2 graph --function chain --output graph

#include <CLI/CLI.hpp>
#include <boost/mpi/communicator.hpp>
#include <cstddef>
#include <filesystem>
#include <stdexcept>
#include <string>
#include <vector>

#include <dad/dad.hpp>

#include "../support/at_root.hpp"
#include "../support/command_line.hpp"
#include "../support/folder.hpp"
#include "derivatives.hpp"
#include "figure.hpp"
#include "functions.hpp"
#include "nodes.hpp"
#include "tables.hpp"

namespace {

using namespace graph;

struct settings {
  std::string function = "loss", output = "graph";
  std::vector<double> at;  // empty: the function's usual point
  double spread = 0.2;
  std::size_t points = 5;  // on each side of a grid
};

void run(const boost::mpi::communicator& world, const settings& s) {
  const function f{s.function == "loss"};
  const place at = s.at.empty() ? f.usual_point() : place{s.at[0], s.at[1]};
  const auto in = [&](const char* name) { return (std::filesystem::path(s.output) / name).string(); };
  support::at_root(world, [&] {
    require_derivative(f, at);
    const std::vector<node> nodes = nodes_of(f, at);
    support::make_folder(s.output);
    print_derivatives(f, at);
    write_nodes(in("nodes.csv"), nodes);
    write_figure(in("graph.svg"), f.formula() + ", at " + text_of(f, at), nodes, f.inputs());
  });

  const std::vector<place> grid = grid_around(at, s.points, s.spread);
  try {
    const auto results = dad::mpi::batch_eval(f, grid);
    support::at_root(world, [&] { write_gradients(in("gradients.csv"), f, grid, results); });
  } catch (const dad::batch_error& error) {  // on every rank
    throw std::runtime_error("at " + text_of(f, grid[error.index()]) + ", of the grid: " + error.text());
  }
}

}  // namespace

int main(int argc, char** argv) {
  settings s;
  return support::run_program(
      argc, argv, "graph", "Shows the graph behind a derivative, and the derivative at points around.",
      [&](CLI::App& app) {
        app.option_defaults()->always_capture_default();
        app.add_option("--function", s.function,
                       function{true}.formula() + "; or " + function{false}.formula())
            ->check(CLI::IsMember({"loss", "chain"}));
        app.add_option("--at", s.at, "the point; without it 3 2 for loss, 0.7 -1.3 for chain")
            ->expected(2)
            ->check(support::finite_number());
        app.add_option("--points", s.points, "on each side of a grid around the point")
            ->check(CLI::Range(1, 1000));
        app.add_option("--spread", s.spread, "how far the grid goes to each side")
            ->check(CLI::NonNegativeNumber & support::finite_number());
        app.add_option("--output", s.output, "folder for tables and the figure");
      },
      [&](const boost::mpi::communicator& world) {
        run(world, s);
        return 0;
      });
}
