// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// Asynchronous successive halving: which trials stop early. Li, Jamieson, Rostamizadeh, Gonina, Ben-Tzur,
// Hardt, Recht, Talwalkar: A system for massively parallel hyperparameter tuning (2020).

#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <span>
#include <vector>

#include "trial.hpp"

namespace study {

/// Rungs are after min_resource * factor^k epochs. At a rung a trial goes on if it is among the best
/// 1 / factor of those that have come there so far, itself included; of fewer than `factor` the best one
/// does. So nobody waits for others, and nobody who stopped is taken up again. Who has come to max_resource
/// is done.
struct halving {
  std::size_t max_resource = 16;
  std::size_t min_resource = 1, factor = 4;  // at least 1, at least 2

  [[nodiscard]] bool is_rung(std::size_t epochs) const {
    std::size_t at = min_resource;
    while (at < epochs) at *= factor;
    return at == epochs && epochs < max_resource;
  }

  /// Whether a value is among the best 1 / factor; `there` are all that have come to the rung, it included.
  /// What is not a number is never.
  [[nodiscard]] bool keeps(double value, std::span<const double> there) const {
    if (std::isnan(value)) return false;
    const std::size_t places = std::max<std::size_t>(1, there.size() / factor);
    const auto better = std::count_if(there.begin(), there.end(), [&](double v) { return v < value; });
    return static_cast<std::size_t>(better) < places;
  }

  /// Whether the trial, one of `trials`, goes on after its last epoch. At a rung counts the best value of the
  /// epochs up to it.
  [[nodiscard]] bool keeps(const trial& t, std::span<const trial> trials) const {
    const std::size_t epochs = t.epochs.size();
    if (!is_rung(epochs)) return true;
    const auto best = [&](const trial& of) {
      return *std::min_element(of.epochs.begin(), of.epochs.begin() + static_cast<std::ptrdiff_t>(epochs));
    };
    std::vector<double> there;
    for (const trial& other : trials) {
      if (other.epochs.size() >= epochs) there.push_back(best(other));
    }
    return keeps(best(t), there);
  }
};

}  // namespace study
