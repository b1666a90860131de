// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// Gradients through linear least squares and the singular value decomposition, of matrices that come ever
// closer to where there is none: by dad through every operation of a solver, and by closed forms.
//   mpirun -n 2 least_squares_svd --output least_squares_svd

#include <cstdio>
#include <filesystem>

#include "../support/at_root.hpp"
#include "../support/command_line.hpp"
#include "../support/folder.hpp"
#include "comparison.hpp"
#include "costs.hpp"
#include "figure.hpp"
#include "systems.hpp"

namespace {

using namespace decompositions;

struct settings {
  std::string output = "least_squares_svd";
  std::size_t points = 15, matrices = 15;
  double condition = 1e7, gap = 1e-12;
  std::uint64_t seed = 1;
};

// One function for all ways, so that all are one batch.
const auto cost = [](const auto& p) {
  switch (p.way) {
    case 0:
      return cost_of_solution<solve>(p.a, p.b);
    case 1:
      return cost_of_solution<solve_by_rule>(p.a, p.b);
    case 2:
      return cost_of_solution<solve_by_equation>(p.a, p.b);
    case 3:
      return cost_of_parts<svd, 1>(p.a);
    case 4:
      return cost_of_parts<svd_by_rule, 1>(p.a);
    case 5:
      return cost_of_parts<svd, 2>(p.a);
    case 6:
      return cost_of_parts<svd_by_rule, 2>(p.a);
    default:
      return cost_of_whole<2>(p.a);
  }
};

void run(const boost::mpi::communicator& world, const settings& s) {
  support::at_root(world, [&] { support::make_folder(s.output); });
  const auto conditions = geometric(1, s.condition, s.points), gaps = geometric(0.5, s.gap, s.points);
  random_systems random(s.seed);
  std::vector<problem<double>> systems, matrices, all;
  for (std::size_t i = 0; i < s.points * s.matrices; ++i) {
    const double c = conditions[i / s.matrices], gap = gaps[i / s.matrices];
    const tall a = random.of_singular_values({1, 1 / std::sqrt(c), 1 / c});
    systems.push_back({a, random.right_side(), 0});
    matrices.push_back({random.of_singular_values({1, 1 - gap, 0.3}), {}, 0});
  }
  for (int way = 0; way < 8; ++way)
    for (auto p : way < 3 ? systems : matrices) p.way = way, all.push_back(p);
  // Where an equation cannot be solved any more the result is NaN.
  const auto results = dad::mpi::batch_eval(cost, all, {.on_error = dad::on_error::collect});

  support::at_root(world, [&] {
    comparison solution("condition", conditions), one("gap", gaps), two("gap", gaps);
    solution.expect(systems, exact_of_solution);
    one.expect(matrices, exact_of_parts<1>), two.expect(matrices, exact_of_parts<2>);
    std::size_t first = 0;
    const auto add = [&](comparison& to, const char* name) {
      to.add(name, results, first), first += systems.size();
    };
    add(solution, "operations"), add(solution, "closed form"), add(solution, "equation");
    add(one, "operations"), add(one, "closed form");
    add(two, "operations"), add(two, "closed form"), add(two, "closed form of both");
    print("least squares", solution), print("largest singular value", one), print("both largest", two);
    const std::filesystem::path folder = s.output;
    solution.write(folder, "least-squares"), one.write(folder, "one-pair"), two.write(folder, "two-pairs");
    write_figure(folder / "least_squares_svd.svg", solution, one, two);
  });
}

}  // namespace

int main(int argc, char** argv) {
  settings s;
  const auto options = [&](CLI::App& app) {
    app.option_defaults()->always_capture_default();
    app.add_option("--output", s.output, "folder for tables and the figure");
    app.add_option("--points", s.points, "conditions, and as many distances of singular values")
        ->check(CLI::Range(1, 1000));
    app.add_option("--matrices", s.matrices, "at each of them")->check(CLI::Range(1, 10000));
    app.add_option("--condition", s.condition, "the largest")->check(CLI::Range(1.0, 1e9));
    app.add_option("--gap", s.gap, "the least distance of the two largest singular values")
        ->check(CLI::Range(1e-13, 0.5));
    app.add_option("--seed", s.seed, "of the matrices");
  };
  return support::run_program(argc, argv, "least_squares_svd", "Compares gradients through decompositions.",
                              options, [&](const auto& world) { return run(world, s), 0; });
}
