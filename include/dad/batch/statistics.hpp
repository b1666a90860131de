// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// What a batch call did: who evaluated what, and when.

#pragma once

#include <cstddef>
#include <cstdint>
#include <ctime>
#include <vector>

namespace dad {

/// What one rank did in a batch call.
struct rank_statistics {
  std::size_t items = 0;         ///< inputs it evaluated
  std::size_t chunks = 0;        ///< in so many pieces
  std::size_t paths = 0;         ///< paths of f that it met, the most in a chunk
  double seconds = 0.0;          ///< of evaluation
  std::uint64_t bytes_sent = 0;  ///< of inputs and results, by it to the root or by the root to all
};

/// The statistics of a batch call; those of a call over ranks are whole at the root and empty elsewhere.
struct batch_statistics {
  /// Inputs [begin, end) were evaluated by a rank, from and until so many seconds after the call began.
  struct chunk {
    int rank = 0;
    std::size_t begin = 0;
    std::size_t end = 0;
    double from = 0.0;
    double until = 0.0;
  };

  const char* schedule = "local";      ///< local, even or dynamic: of automatic what it chose
  double seconds = 0.0;                ///< of the whole call
  std::size_t resumed = 0;             ///< inputs whose results came from a journal
  std::vector<rank_statistics> ranks;  ///< by rank
  std::vector<chunk> chunks;           ///< in the order in which they ended

  template <class...>
  [[nodiscard]] std::uint64_t bytes_moved() const noexcept {
    std::uint64_t sum = 0;
    for (const rank_statistics& r : ranks) sum += r.bytes_sent;
    return sum;
  }

  /// Notes a chunk that was evaluated.
  template <class...>
  void add(const chunk& c, std::size_t paths) {
    rank_statistics& r = ranks[static_cast<std::size_t>(c.rank)];
    r.items += c.end - c.begin;
    r.chunks += 1;
    if (paths > r.paths) r.paths = paths;
    r.seconds += c.until - c.from;
    chunks.push_back(c);
  }
  /// Forgets all of it, for a call with so many ranks.
  template <class...>
  void start(std::size_t rank_count) {
    schedule = "local";
    seconds = 0.0;
    resumed = 0;
    ranks.assign(rank_count, {});
    chunks.clear();
  }
};

namespace detail {

/// Seconds since some moment in the past.
inline double seconds_now() noexcept {
  std::timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return static_cast<double>(now.tv_sec) + 1e-9 * static_cast<double>(now.tv_nsec);
}

}  // namespace detail
}  // namespace dad
