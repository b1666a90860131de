// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// The time of a batch by each of the ways, in turns.

#pragma once

#include <algorithm>
#include <array>
#include <boost/mpi/collectives.hpp>
#include <boost/mpi/communicator.hpp>
#include <chrono>
#include <cmath>
#include <cstddef>
#include <limits>
#include <string>
#include <vector>

#include <dad/dad.hpp>

#include "../support/at_root.hpp"
#include "answers.hpp"
#include "flow.hpp"
#include "rows.hpp"
#include "spawned.hpp"

namespace scaling {

struct settings {
  std::size_t largest_inputs = 1000000;
  std::size_t largest_steps = 100000;
  double microseconds = 10;  // of the sequential way, for an input of the second kind
  int repeat = 5;
  int spawn_repeat = 2;
  double seconds = 15;  // what is expected to take longer is left out
  std::string experiment = "all";
  std::string output = ".";
};

inline double seconds_of(const auto& call) {
  const auto start = std::chrono::steady_clock::now();
  call();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

/// Times one way; collective. Gives the root's seconds to all ranks, so that all decide alike.
class stopwatch {
 public:
  explicit stopwatch(const boost::mpi::communicator& world) : world_(world) {}

  /// Of one call at the root, while the others sleep.
  double alone(const auto& call) const {
    double seconds = 0;
    support::alone_at_root(world_, [&] { seconds = seconds_of(call); });
    return told(seconds);
  }
  /// Of one call by all of them.
  double together(const auto& call) const {
    world_.barrier();
    return told(seconds_of(call));
  }

 private:
  double told(double seconds) const {
    boost::mpi::broadcast(world_, seconds, 0);
    return seconds;
  }

  boost::mpi::communicator world_;
};

/// All ways that `is_wanted` at one size, as rows at the root; every rank gets the seconds. A call that takes
/// less than a millisecond is repeated in each turn.
inline std::array<double, 4> measure(const boost::mpi::communicator& world, const settings& s, const flow& f,
                                     std::size_t count, const std::array<bool, 4>& is_wanted,
                                     std::vector<row>& rows) {
  const bool is_root = world.rank() == 0;
  const stopwatch watch(world);
  const auto x = inputs(is_root ? count : 0);
  std::vector<answer> in_turn(x.size());
  decltype(dad::batch_eval(f, x)) here, spread;
  const auto once = [&](way w, int times) {
    const auto repeated = [times](const auto& call) {
      return [times, &call] {
        for (int i = 0; i < times; ++i) call();
      };
    };
    const auto turn = [&] { evaluate_in_turn(f, x.data(), x.size(), in_turn.data()); };
    const auto batch = [&] { dad::batch_eval_into(here, f, x); };
    const auto over_ranks = [&] { dad::mpi::batch_eval_into(world, spread, f, x); };
    switch (w) {
      case sequential:
        return watch.alone(repeated(turn)) / times;
      case local:
        return watch.alone(repeated(batch)) / times;
      default:
        return watch.together(repeated(over_ranks)) / times;
    }
  };

  std::array<double, 4> least;
  least.fill(std::numeric_limits<double>::infinity());
  std::array<int, 4> times{};
  for (const way w : measured_here) {
    if (!is_wanted[w]) continue;
    const double first = once(w, 1);  // records the function; a long call is not made again
    least[w] = first;
    times[w] = first > 2 ? 0 : std::clamp(static_cast<int>(1e-3 / first), 1, 200);
  }
  // Short turns are cheap, and more of them find a quiet moment.
  const bool are_short = std::all_of(std::begin(measured_here), std::end(measured_here),
                                     [&](way w) { return !is_wanted[w] || least[w] < 0.02; });
  for (int i = 0; i < (are_short ? 10 * s.repeat : s.repeat); ++i) {
    for (const way w : measured_here)
      if (is_wanted[w] && times[w] > 0) least[w] = std::min(least[w], once(w, times[w]));
  }
  spawned_time spawned{};
  if (is_wanted[spawning]) {
    support::alone_at_root(world, [&] {
      spawned = time_of_spawning(f, count, world.size(), s.spawn_repeat, least[sequential]);
    });
    least[spawning] = spawned.seconds;  // known to the root alone, which alone asks for it
  }

  if (is_root) {
    for (const way w : {sequential, local, ranks, spawning}) {
      if (!is_wanted[w]) continue;
      const check found = w == sequential ? check(x, in_turn)
                          : w == local    ? check(x, here)
                          : w == ranks    ? check(x, spread)
                                          : spawned.found;
      rows.push_back({count, f.steps, w, least[w], found});
    }
  }
  return least;
}

/// Ways that took a tenth of the allowed time or more are left out at the next size, which is ten times as
/// large; spawning, most of whose time does not grow, where the sequential way would be.
inline void leave_out_slow_ones(std::array<bool, 4>& is_wanted, const std::array<double, 4>& least,
                                double seconds) {
  for (const way w : measured_here)
    if (10 * least[w] > seconds) is_wanted[w] = false;
  if (!is_wanted[sequential]) is_wanted[spawning] = false;
}

/// The number of steps that take so many microseconds an input by the sequential way, the same at each rank.
inline std::size_t steps_that_take(const boost::mpi::communicator& world, double microseconds) {
  constexpr std::size_t steps = 1000;
  const auto x = inputs(100);
  std::vector<answer> answers(x.size());
  const stopwatch watch(world);
  double least = std::numeric_limits<double>::infinity();
  for (int i = 0; i < 10; ++i)
    least =
        std::min(least, watch.alone([&] { evaluate_in_turn({steps}, x.data(), x.size(), answers.data()); }));
  const double one_step = 1e6 * least / static_cast<double>(x.size() * steps);
  return static_cast<std::size_t>(std::max(1.0, std::round(microseconds / one_step)));
}

}  // namespace scaling
