// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// How far the training is: a bar with rate and time left on a terminal, a plain line now and then elsewhere.

#pragma once

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdio>
#include <cstdlib>
#include <string>

namespace fashion {

/// Whether a person watches. mpirun gives each rank a pseudo-terminal of its own, so a rank asks where
/// mpirun, its parent, writes to.
inline bool output_is_terminal() {
  if (std::getenv("OMPI_COMM_WORLD_RANK") == nullptr) return isatty(STDOUT_FILENO) != 0;
  const std::string output = "/proc/" + std::to_string(getppid()) + "/fd/1";
  const int file = open(output.c_str(), O_WRONLY | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
  if (file < 0) return false;
  const bool result = isatty(file) != 0;
  close(file);
  return result;
}

/// Prints to stdout; `visible` is true on one rank only, the others stay silent.
class progress {
 public:
  progress(bool visible, std::size_t total) : visible_(visible), total_(total) {}

  /// `done` of the total are done; `note` says what else there is to know (a loss).
  void update(std::size_t done, const std::string& note) {
    const auto now = clock::now();
    const auto pause = terminal_ ? std::chrono::milliseconds(100) : std::chrono::seconds(5);
    if (!visible_ || now - printed_ < pause) return;
    printed_ = now;

    const double share = static_cast<double>(done) / static_cast<double>(total_);
    const double rate = static_cast<double>(done) / seconds();
    const auto left = static_cast<long>(static_cast<double>(total_ - done) / rate + 0.5);
    const auto filled = static_cast<std::size_t>(share * 24);
    const std::string bar = "[" + std::string(filled, '#') + std::string(24 - filled, '-') + "] ";
    std::printf("%s  %s%3.0f %%  %.0f images/s  %ld:%02ld left  %s%s", terminal_ ? "\r" : "",
                terminal_ ? bar.c_str() : "", 100 * share, rate, left / 60, left % 60, note.c_str(),
                terminal_ ? "\x1b[K" : "\n");
    std::fflush(stdout);
  }

  /// A line that stays; the bar, if there is one, goes on below it.
  void print(const std::string& line) const {
    if (!visible_) return;
    std::printf("%s%s\n", terminal_ ? "\r\x1b[K" : "", line.c_str());
    std::fflush(stdout);
  }

  /// Since the construction.
  double seconds() const { return std::chrono::duration<double>(clock::now() - begin_).count(); }

 private:
  using clock = std::chrono::steady_clock;

  bool visible_;
  std::size_t total_;
  bool terminal_ = output_is_terminal();
  clock::time_point begin_ = clock::now();
  // A person sees the bar at once; a file gets no lines from a training of seconds.
  clock::time_point printed_ = terminal_ ? clock::time_point() : begin_;
};

}  // namespace fashion
