// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// What came of the fits: tables for the reader and for other programs.

#pragma once

#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include "fit.hpp"

namespace nist_fit {

/// Averages of other solvers over both starts of all 27 problems (Mondragon and Borchers, Journal of Modern
/// Applied Statistical Methods 4, 2005; the last one is Ceres Solver's own statement).
inline const std::vector<std::pair<std::string, double>> published = {
    {"Excel", 2.3}, {"GaussFit", 4.0}, {"Gnuplot", 4.3}, {"MinPack", 4.4}, {"HBN", 6.8}, {"Ceres", 9.4}};

/// A fit with what it is compared to.
struct run {
  std::size_t problem, start;  // start: from 0 on, the random ones after the given ones
  bool is_given;
  fitted result;
  double parameter_digits, least_digits, deviation_digits, sum_digits;

  /// Converged to the certified minimum, also where equal terms of the model have changed places.
  [[nodiscard]] bool is_certified() const { return result.has_converged && sum_digits > 6; }
};

run compared(const problem& p, std::size_t problem_index, std::size_t start, fitted result);

/// The given starts one by one with their average, beside the published ones, then the random starts by
/// problem.
void print_report(const std::vector<problem>& problems, const std::vector<run>& runs);

/// A row for each run. Throws std::runtime_error where the file could not be written, as does the next one.
void write_runs(const std::string& path, const std::vector<problem>& problems, const std::vector<run>& runs);

/// A row for each parameter of each run from a given start.
void write_parameters(const std::string& path, const std::vector<problem>& problems,
                      const std::vector<run>& runs);

}  // namespace nist_fit
