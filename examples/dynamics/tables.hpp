// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// Motions as tables.

#pragma once

#include <algorithm>
#include <cstddef>
#include <string>
#include <vector>

#include "../support/csv.hpp"
#include "figure.hpp"
#include "flow.hpp"

namespace dynamics {

/// The paths in the results of a batch_jvp.
template <std::size_t N>
std::vector<std::vector<state<double, N>>> paths_of(const auto& results) {
  std::vector<std::vector<state<double, N>>> paths;
  for (const auto& [path, tangents] : results) paths.push_back(path);
  return paths;
}

/// A row for each coordinate of each state.
template <class Energy, std::size_t N>
void write_motions(const std::string& file, const Energy& energy,
                   const std::vector<std::vector<state<double, N>>>& paths, std::size_t steps,
                   std::size_t every, double step) {
  support::csv table(file, {"start", "step", "time", "coordinate", "q", "p", "energy"});
  for (std::size_t i = 0; i < paths.size(); ++i)
    for (std::size_t k = 0; k < paths[i].size(); ++k) {
      const auto& [q, p] = paths[i][k];
      const std::size_t at = std::min(k * every, steps);
      for (std::size_t c = 0; c < N; ++c)
        table.row(i, at, static_cast<double>(at) * step, c, q[c], p[c], energy(q, p));
    }
  table.close();
}

/// The energy of the first pendulum by each method.
inline void write_energies(const std::string& file, const drawn_motions& drawn, std::size_t steps,
                           std::size_t every, double step) {
  support::csv table(file, {"method", "time", "energy"});
  for (const auto& [method, values] : drawn.energies)
    for (std::size_t k = 0; k < values.size(); ++k)
      table.row(method, static_cast<double>(std::min(k * every, steps)) * step, values[k]);
  table.close();
}

}  // namespace dynamics
