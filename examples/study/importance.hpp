// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// How much of the spread of errors goes with each parameter by itself.

#pragma once

#include <algorithm>
#include <cstddef>
#include <map>
#include <set>
#include <span>
#include <utility>
#include <vector>

#include "trial.hpp"

namespace study {

/// `share` is the part of the variance of all trials' values that lies between the means of their groups by
/// one parameter: the correlation ratio, which over a full grid is the parameter's main effect in the
/// functional analysis of variance of Hutter, Hoos, Leyton-Brown: An efficient approach for assessing
/// hyperparameter importance (2014), there of a model, here of the trials. `by_chance` is what it is on
/// average where the parameter does not matter: (groups - 1) / (trials - 1), the mean over all permutations.
struct importance {
  double share = 0, by_chance = 0;
};

namespace detail {

/// The group of each value: itself where there are four different ones at most, else its quarter by rank;
/// equal ones stay together.
inline std::vector<std::size_t> groups_of(const std::vector<double>& taken) {
  constexpr std::size_t most = 4;
  std::vector<double> sorted = taken;
  std::sort(sorted.begin(), sorted.end());
  const std::set<double> different(taken.begin(), taken.end());
  std::vector<std::size_t> groups;
  for (const double v : taken) {
    const auto below =
        static_cast<std::size_t>(std::lower_bound(sorted.begin(), sorted.end(), v) - sorted.begin());
    groups.push_back(different.size() <= most ? below : most * below / taken.size());
  }
  return groups;
}

}  // namespace detail

/// Of the parameter at this position, over complete and pruned trials; zeros where their values are all the
/// same or the parameter's are.
///
///     importance_of(trials, index_of(space, "rate")).share    // 0.4: of the variance
inline importance importance_of(std::span<const trial> trials, std::size_t position) {
  std::vector<double> taken, errors;
  for (const trial& t : trials) {
    if (t.state != state::complete && t.state != state::pruned) continue;
    taken.push_back(t.parameters[position]), errors.push_back(t.value);
  }
  const auto groups = detail::groups_of(taken);
  const auto n = static_cast<double>(errors.size());
  double mean = 0, total = 0, between = 0;
  for (const double v : errors) mean += v / n;
  std::map<std::size_t, std::pair<double, double>> members;  // how many, and the sum of their distances
  for (std::size_t i = 0; i < errors.size(); ++i) {
    const double off = errors[i] - mean;
    total += off * off;
    auto& [count, sum] = members[groups[i]];
    count += 1, sum += off;
  }
  if (members.size() < 2 || !(total > 0)) return {};
  for (const auto& [group, of] : members) between += of.second * of.second / of.first;
  return {between / total, (static_cast<double>(members.size()) - 1) / (n - 1)};
}

}  // namespace study
