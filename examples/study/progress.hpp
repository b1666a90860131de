// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// What the root says while a study runs: a line for each trial that is over, and on a terminal a bar below.

#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdio>
#include <span>
#include <string>

#include "../fashion/progress.hpp"
#include "coordinator.hpp"
#include "trial.hpp"

namespace study {

/// "trial 7: pruned after epoch 4, error 0.1432"
inline std::string described(const trial& t) {
  std::string text = "trial " + std::to_string(t.number) + ": " + name_of(t.state);
  char error[40];
  std::snprintf(error, sizeof error, "error %.4f", t.value);
  if (t.state == state::failed) return text + " (" + t.message + ")";
  if (t.state == state::pruned) text += " after epoch " + std::to_string(t.epochs.size());
  return text + ", " + error;
}

class progress {
 public:
  /// `resumed` of the `goal` trials were over before.
  progress(std::size_t resumed, std::size_t goal) : resumed_(resumed), goal_(goal) {}

  void over(std::span<const trial> trials, const trial& latest) {
    const trial* const best = best_of(trials);
    char where[60];
    std::snprintf(where, sizeof where, " (rank %d, %.1f s)", latest.rank, latest.ended - latest.started);
    std::printf("%slatest %s%s; best %s\n", is_terminal_ ? "\r\x1b[K" : "", described(latest).c_str(), where,
                best == nullptr ? "trial: none yet" : described(*best).c_str());
    drawn_ = 0;
    bar(trials);
    std::fflush(stdout);
  }

  /// Draws the bar again, ten times a second at most; nothing where nobody watches.
  void bar(std::span<const trial> trials) {
    if (!is_terminal_ || now() - drawn_ < 0.1) return;
    drawn_ = now();
    const auto over = static_cast<std::size_t>(
        std::count_if(trials.begin(), trials.end(), [](const trial& t) { return t.is_over(); }));
    const auto running =
        std::count_if(trials.begin(), trials.end(), [](const trial& t) { return t.state == state::running; });
    constexpr std::size_t width = 24;
    const std::size_t filled = goal_ == 0 ? width : std::min(width, width * over / goal_);
    std::printf("\r  [%s%s] %zu of %zu trials, %td running", std::string(filled, '#').c_str(),
                std::string(width - filled, '-').c_str(), over, goal_, running);
    if (over > resumed_ && over < goal_) {
      const double each = (now() - began_) / static_cast<double>(over - resumed_);
      const auto left = static_cast<long>(each * static_cast<double>(goal_ - over) + 0.5);
      std::printf(", %ld:%02ld left", left / 60, left % 60);
    }
    std::printf("\x1b[K");
    std::fflush(stdout);
  }

  /// What comes now begins on a line of its own.
  void end() const {
    if (is_terminal_) std::printf("\n");
  }

 private:
  std::size_t resumed_, goal_;
  bool is_terminal_ = fashion::output_is_terminal();
  double began_ = now(), drawn_ = 0;
};

}  // namespace study
