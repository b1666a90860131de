// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// Starts for many fits: the given ones of all problems, and random ones between and around them.

#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <random>
#include <vector>

#include "data_file.hpp"

namespace nist_fit {

/// A fit to be done: the problem's index, then the parameters to start from.
using job = std::vector<double>;

/// Each parameter between the least and the greatest given one, and as much as `around` powers of ten beyond:
/// on a logarithmic scale where all have one sign. The same seed gives the same starts.
inline std::vector<double> random_start(const problem& p, double around, std::mt19937_64& random) {
  const double beyond = std::pow(10, around);
  std::vector<double> start;
  for (std::size_t j = 0; j < p.parameters(); ++j) {
    double least = p.starts[0][j], most = least;
    for (const auto& given : p.starts) least = std::min(least, given[j]), most = std::max(most, given[j]);
    const double share = static_cast<double>(random() >> 11) * 0x1p-53;
    if (least > 0 || most < 0) {
      const double sign = least > 0 ? 1 : -1;
      const double low = std::min(std::fabs(least), std::fabs(most)) / beyond;
      const double high = std::max(std::fabs(least), std::fabs(most)) * beyond;
      start.push_back(sign * low * std::pow(high / low, share));
    } else {
      start.push_back(beyond * (least + share * (most - least)));
    }
  }
  return start;
}

/// All of them: of each problem its given starts, then `random_count` others.
inline std::vector<job> jobs_of(const std::vector<problem>& problems, std::size_t random_count, double around,
                                std::uint64_t seed) {
  std::vector<job> jobs;
  for (std::size_t i = 0; i < problems.size(); ++i) {
    const auto add = [&](const std::vector<double>& start) {
      jobs.push_back({static_cast<double>(i)});
      jobs.back().insert(jobs.back().end(), start.begin(), start.end());
    };
    for (const auto& given : problems[i].starts) add(given);
    std::mt19937_64 random(seed + 1000003 * i);
    for (std::size_t k = 0; k < random_count; ++k) add(random_start(problems[i], around, random));
  }
  return jobs;
}

}  // namespace nist_fit
