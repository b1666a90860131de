// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// What is known of one trial: its parameters, and what became of them.

#pragma once

#include <cstddef>
#include <limits>
#include <span>
#include <string>
#include <vector>

#include "space.hpp"

namespace study {

/// waiting: it was running when its job ended, and will be run again.
enum class state { waiting, running, complete, pruned, failed };

inline constexpr const char* state_names[] = {"waiting", "running", "complete", "pruned", "failed"};
inline const char* name_of(state s) { return state_names[static_cast<std::size_t>(s)]; }

struct trial {
  std::size_t number = 0;  // from 0 on, in the order in which they were handed out
  study::state state = study::state::running;
  values parameters = {};
  double value = std::numeric_limits<double>::quiet_NaN();  // the best epoch's; lower is better
  int rank = 0, job = 0;
  double started = 0;  // seconds since 1970
  double ended = std::numeric_limits<double>::quiet_NaN();
  std::vector<double> epochs = {};  // its value after each
  std::string message = {};         // what a failed one threw

  [[nodiscard]] bool is_over() const { return state > state::running; }
};

/// The complete trial of the lowest value, of several the one that ended first; nullptr where there is none.
inline const trial* best_of(std::span<const trial> trials) {
  const trial* best = nullptr;
  for (const trial& t : trials) {
    if (t.state != state::complete) continue;
    const bool is_better =
        best == nullptr || t.value < best->value || (t.value == best->value && t.ended < best->ended);
    if (is_better) best = &t;
  }
  return best;
}

}  // namespace study
