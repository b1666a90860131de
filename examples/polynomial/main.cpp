// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// Gradient descent and Newton's method from many starts. A whole optimisation is one input of a batch over
// ranks, and its derivative says how much the end still depends on the start.
//   mpirun -n 2 polynomial --output polynomial

#include <CLI/CLI.hpp>
#include <boost/mpi/communicator.hpp>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <random>
#include <string>
#include <vector>

#include <dad/dad.hpp>

#include "../support/at_root.hpp"
#include "../support/command_line.hpp"
#include "../support/folder.hpp"
#include "figure.hpp"
#include "functions.hpp"
#include "optimisers.hpp"
#include "paths.hpp"

namespace {

using namespace polynomial;
using five = std::array<double, 5>;

struct settings {
  std::string output = "polynomial";
  std::size_t starts = 10;  // on each side of a grid
  std::size_t steps = 2000, newton_steps = 12, five_starts = 20, five_steps = 1000, every = 5;
  double rate = 0.01;
  std::uint64_t seed = 1;
};

/// (2, 2), then a grid over what the figure shows.
std::vector<place> starts_in_the_plane(std::size_t on_a_side) {
  std::vector<place> starts = {{2, 2}};
  const auto count = static_cast<double>(on_a_side);
  for (std::size_t j = 0; j < on_a_side; ++j)
    for (std::size_t i = 0; i < on_a_side; ++i)
      starts.push_back({least_x + (most_x - least_x) * (static_cast<double>(i) + .5) / count,
                        least_y + (most_y - least_y) * (static_cast<double>(j) + .5) / count});
  return starts;
}

/// A given point, then some of the unit cube.
std::vector<five> starts_in_the_cube(std::size_t count, std::uint64_t seed) {
  std::vector<five> starts = {{.19151945, .62210876, .43772775, .7853586, .7799758}};
  std::mt19937_64 random(seed);
  while (starts.size() < count)
    for (double& x : starts.emplace_back()) x = static_cast<double>(random() >> 11) * 0x1p-53;
  return starts;
}

/// Collective: whole optimisations as one batch, at each start along the first coordinate.
template <class Optimiser, class Point>
auto optimised(const Optimiser& optimise, const std::vector<Point>& starts) {
  return dad::mpi::batch_jvp(optimise, starts, std::vector<Point>(starts.size(), Point{1}));
}

void print_at_two_two() {
  const place at = {2, 2};
  const auto [value, slope] = dad::value_and_gradient(third_order(), at);
  const dad::matrix h = dad::hessian(third_order(), at);
  std::printf("at (2, 2): f %.12g, gradient (%.12g, %.12g), Hessian (%.12g %.12g; %.12g %.12g)\n", value,
              slope[0], slope[1], h(0, 0), h(0, 1), h(1, 0), h(1, 1));
  const place next = optimisation<third_order>{{}, method::gradient_descent, 1, 1, 0.5}(at).back();
  std::printf("  one step of 0.5 leads to (%.12g, %.12g)\n", next[0], next[1]);
}

void print_paths(const char* method, const std::vector<path>& paths) {
  std::printf("%s, %zu starts: %s\n", method, paths.size(), counted_endings(paths).c_str());
  const place end = paths.front().points.back(), change = paths.front().sensitivity;
  std::printf("  from (2, 2) to (%.11f, %.11f), f %.11f, by (%.2g, %.2g) for a change of x\n", end[0], end[1],
              third_order()(end), change[0], change[1]);
}

std::vector<std::vector<double>> write_five(const std::string& file, const auto& results, const settings& s) {
  support::csv table(file, {"start", "step", "x0", "x1", "x2", "x3", "x4", "f"});
  std::vector<std::vector<double>> values(results.size());
  for (std::size_t i = 0; i < results.size(); ++i) {
    const std::vector<five> points = results[i].value;
    for (std::size_t k = 0; k < points.size(); ++k) {
      const five& x = points[k];
      values[i].push_back(five_variables()(x));
      table.row(i, std::min(k * s.every, s.five_steps), x[0], x[1], x[2], x[3], x[4], values[i].back());
    }
  }
  table.close();
  return values;
}

void run(const boost::mpi::communicator& world, const settings& s) {
  support::at_root(world, [&] { support::make_folder(s.output); });
  const auto starts = starts_in_the_plane(s.starts);
  const auto cube = starts_in_the_cube(s.five_starts, s.seed);
  using third = optimisation<third_order>;
  const auto descended = optimised(third{{}, method::gradient_descent, s.steps, s.every, s.rate}, starts);
  const auto solved = optimised(third{{}, method::newton, s.newton_steps, 1}, starts);
  const auto descended_in_five = optimised(
      optimisation<five_variables>{{}, method::gradient_descent, s.five_steps, s.every, s.rate}, cube);

  support::at_root(world, [&] {
    const auto in = [&](const char* name) { return (std::filesystem::path(s.output) / name).string(); };
    const auto descents = paths_of(third_order(), descended, s.every);
    const auto newtons = paths_of(third_order(), solved, 1);
    print_at_two_two();
    print_paths("gradient descent", descents);
    print_paths("Newton", newtons);
    write_paths(in("descent.csv"), in("descent-ends.csv"), third_order(), descents, s.steps);
    write_paths(in("newton.csv"), in("newton-ends.csv"), third_order(), newtons, s.newton_steps);

    const auto values = write_five(in("five.csv"), descended_in_five, s);
    const five slope = dad::gradient(five_variables(), cube[0]);
    std::printf("five variables: f %.8f, gradient (%.8f, %.8f, %.8f, %.8f, %.8f), after %zu steps f %.8f\n",
                values[0].front(), slope[0], slope[1], slope[2], slope[3], slope[4], s.five_steps,
                values[0].back());
    write_figure(in("polynomial.svg"), descents, newtons, values, s.every);
  });
}

}  // namespace

int main(int argc, char** argv) {
  settings s;
  return support::run_program(
      argc, argv, "polynomial", "Minimises polynomials from many starts, spread over the ranks.",
      [&](CLI::App& app) {
        app.option_defaults()->always_capture_default();
        app.add_option("--output", s.output, "folder for tables and the figure");
        app.add_option("--starts", s.starts, "on each side of a grid of starts")->check(CLI::Range(1, 200));
        app.add_option("--steps", s.steps, "of gradient descent")->check(CLI::Range(1, 100000));
        app.add_option("--rate", s.rate, "length of a step over the gradient's")
            ->check(CLI::PositiveNumber & support::finite_number());
        app.add_option("--every", s.every, "steps from one point of a path to the next that is kept")
            ->check(CLI::Range(1, 100000));
        app.add_option("--newton-steps", s.newton_steps, "of Newton's method")->check(CLI::Range(1, 1000));
        app.add_option("--five-starts", s.five_starts, "in five variables")->check(CLI::Range(1, 100000));
        app.add_option("--five-steps", s.five_steps, "in five variables")->check(CLI::Range(1, 100000));
        app.add_option("--seed", s.seed, "of the starts in five variables");
      },
      [&](const boost::mpi::communicator& world) {
        run(world, s);
        return 0;
      });
}
