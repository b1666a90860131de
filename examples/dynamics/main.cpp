// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// A pendulum and a chain of springs that move by the gradients of their energies. A whole motion is one input
// of a batch over ranks, and its derivative says whether areas of phase space are kept.
//   mpirun -n 2 dynamics --output dynamics

#include <CLI/CLI.hpp>
#include <boost/mpi/communicator.hpp>
#include <cmath>
#include <cstdio>
#include <filesystem>
#include <numbers>
#include <string>
#include <vector>

#include <dad/dad.hpp>

#include "../support/at_root.hpp"
#include "../support/command_line.hpp"
#include "../support/folder.hpp"
#include "figure.hpp"
#include "flow.hpp"
#include "systems.hpp"
#include "tables.hpp"

namespace {

using namespace dynamics;

struct settings {
  std::string output = "dynamics";
  std::size_t starts = 9, steps = 1000, chain_steps = 150, every = 1;
  double step = 0.01;
};

/// From rest at pi / 4, from rest all around, and from the top with a push to either side.
std::vector<state<double, 1>> pendulum_starts(std::size_t count) {
  constexpr double pi = std::numbers::pi;
  std::vector<state<double, 1>> starts = {{{{pi / 4}, {0}}}};
  for (std::size_t k = 0; k < count; ++k) {
    const double part = (static_cast<double>(k) + .5) / static_cast<double>(count);
    starts.push_back({{{pi * part}, {0}}});
    starts.push_back({{{-pi}, {300 * part}}});
    starts.push_back({{{pi}, {-300 * part}}});
  }
  return starts;
}

/// Five masses, thrown with momenta of a tenth of their index, and the same at other speeds.
std::vector<state<double, 10>> chain_starts() {
  std::vector<state<double, 10>> starts;
  for (const double speed : {1.0, 0.0, 0.5, 1.5}) {
    state<double, 10> s = {{{0, 0, .25, .1, .4, -.1, .7, .05, .8, .2}, {}}};
    for (std::size_t i = 0; i < 10; ++i) s[1][i] = speed * .1 * static_cast<double>(i);
    starts.push_back(s);
  }
  return starts;
}

/// Collective: motions from all starts as one batch, and how they change with coordinate `k` of `of` (0 for
/// positions, 1 for momenta).
template <class Flow, class State>
auto moved(const Flow& motion, const std::vector<State>& starts, std::size_t of, std::size_t k = 0) {
  State direction{};
  direction[of][k] = 1;
  return dad::mpi::batch_jvp(motion, starts, std::vector<State>(starts.size(), direction));
}

/// How far the area of a small piece of phase space is from what it was, at worst.
double area_error(const auto& by_position, const auto& by_momentum) {
  double worst = 0;
  for (std::size_t i = 0; i < by_position.size(); ++i) {
    const auto a = by_position[i].tangent.back(), b = by_momentum[i].tangent.back();
    worst = std::fmax(worst, std::fabs(a[0][0] * b[1][0] - a[1][0] * b[0][0] - 1));
  }
  return worst;
}

template <class Energy, class State>
std::vector<double> energies(const Energy& energy, const std::vector<State>& path) {
  std::vector<double> result;
  for (const auto& [q, p] : path) result.push_back(energy(q, p));
  return result;
}

void print_forces() {
  const auto [q, p] = pendulum_starts(0)[0];
  const auto slope = std::get<0>(dad::gradient(pendulum(), std::tuple{q, p}));
  std::printf("pendulum at rest at pi/4: dH/dq %.7f\n", slope[0]);
  const auto [r, s] = chain_starts()[0];
  const auto [energy, gradient] = dad::value_and_gradient(chain(), std::tuple{r, s});
  std::printf("chain: H %.10f, dH/dq", energy);
  for (const double force : std::get<0>(gradient)) std::printf(" %.9f", force);
  std::printf("\n");
}

void run(const boost::mpi::communicator& world, const settings& s) {
  support::at_root(world, [&] { support::make_folder(s.output); });
  const bool is_root = world.rank() == 0;
  const auto in = [&](const char* name) { return (std::filesystem::path(s.output) / name).string(); };
  const auto starts = pendulum_starts(s.starts);
  const auto throws = chain_starts();
  if (is_root) print_forces();

  drawn_motions drawn;
  drawn.time_step = s.step * static_cast<double>(s.every);
  for (const method by : {method::euler, method::symplectic_euler, method::leapfrog}) {
    const flow<pendulum> swing{{}, by, s.steps, s.every, s.step};
    const auto by_position = moved(swing, starts, 0), by_momentum = moved(swing, starts, 1);
    const auto flights = moved(flow<chain>{{}, by, s.chain_steps, s.every, s.step}, throws, 1);
    support::at_root(world, [&] {
      const std::string name(method_names[static_cast<std::size_t>(by)]);
      const auto first = by_position[0].value;
      const auto e = energies(pendulum(), first), f = energies(chain(), flights[0].value);
      std::printf("%s: q %.12g, p %.12g, energy off by %.4g, areas off by %.1g; chain's energy off by %.4g\n",
                  name.c_str(), first.back()[0][0], first.back()[1][0], e.back() - e.front(),
                  area_error(by_position, by_momentum), f.back() - f.front());
      drawn.energies.push_back({name, e});
      if (by != method::symplectic_euler) return;
      drawn.swings = paths_of<1>(by_position);
      drawn.flight = flights[0].value;
      write_motions(in("pendulum.csv"), pendulum(), drawn.swings, s.steps, s.every, s.step);
      write_motions(in("chain.csv"), chain(), paths_of<10>(flights), s.chain_steps, s.every, s.step);
    });
  }
  support::at_root(world, [&] {
    write_energies(in("energy.csv"), drawn, s.steps, s.every, s.step);
    write_figure(in("dynamics.svg"), drawn);
  });
}

}  // namespace

int main(int argc, char** argv) {
  settings s;
  return support::run_program(
      argc, argv, "dynamics", "Swings pendulums and throws chains, spread over the ranks.",
      [&](CLI::App& app) {
        app.option_defaults()->always_capture_default();
        app.add_option("--output", s.output, "folder for tables and the figure");
        app.add_option("--starts", s.starts, "of the pendulum, of each of three kinds")
            ->check(CLI::Range(0, 10000));
        app.add_option("--steps", s.steps, "of the pendulum")->check(CLI::Range(1, 100000));
        app.add_option("--chain-steps", s.chain_steps, "of the chain")->check(CLI::Range(1, 100000));
        app.add_option("--step", s.step, "of time, in seconds")
            ->check(CLI::PositiveNumber & support::finite_number());
        app.add_option("--every", s.every, "steps from one state to the next that is kept")
            ->check(CLI::Range(1, 100000));
      },
      [&](const boost::mpi::communicator& world) {
        run(world, s);
        return 0;
      });
}
