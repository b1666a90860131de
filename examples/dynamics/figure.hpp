// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// The figure: phase portrait of the pendulum, errors of its energy, and the chain as it flies.

#pragma once

#include <cstddef>
#include <filesystem>
#include <string>
#include <vector>

#include "flow.hpp"

namespace dynamics {

/// What an integrator makes of the energy of the first pendulum.
struct energy_curve {
  std::string method;
  std::vector<double> values;
};

struct drawn_motions {
  double time_step = 0;  // from state to state, in seconds
  std::vector<std::vector<state<double, 1>>> swings;
  std::vector<energy_curve> energies;
  std::vector<state<double, 10>> flight;
};

void write_figure(const std::filesystem::path& file, const drawn_motions& drawn);

}  // namespace dynamics
