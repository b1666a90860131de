// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// The time of a batch by each of the ways, in turns.

#pragma once

#include <array>
#include <boost/mpi/collectives.hpp>
#include <boost/mpi/communicator.hpp>
#include <chrono>
#include <cstddef>
#include <string>
#include <vector>

#include <dad/dad.hpp>

#include "../support/at_root.hpp"
#include "answers.hpp"
#include "flow.hpp"
#include "rows.hpp"
#include "spawned.hpp"
#include "turns.hpp"

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

/// Times one way; collective. Gives the root's seconds to all ranks, so that all decide alike.
class stopwatch {
 public:
  explicit stopwatch(const boost::mpi::communicator& world) : world_(world) {}

  /// Of one of so many calls at the root, while the others sleep.
  double alone(int times, const auto& call) const {
    double seconds = 0;
    support::alone_at_root(world_,
                           [&] { seconds = seconds_of_call(std::chrono::steady_clock::now, times, call); });
    return told(seconds);
  }
  /// Of one of so many calls by all of them.
  double together(int times, const auto& call) const {
    world_.barrier();
    return told(seconds_of_call(std::chrono::steady_clock::now, times, call));
  }

 private:
  double told(double seconds) const {
    boost::mpi::broadcast(world_, seconds, 0);
    return seconds;
  }

  boost::mpi::communicator world_;
};

/// All ways that `is_wanted` at one size, as rows at the root; every rank gets the seconds.
inline std::array<double, 4> measure(const boost::mpi::communicator& world, const settings& s, const flow& f,
                                     std::size_t count, const std::array<bool, 4>& is_wanted,
                                     std::vector<row>& rows) {
  const bool is_root = world.rank() == 0;
  const stopwatch watch(world);
  const auto x = inputs(is_root ? count : 0);
  std::vector<answer> in_turn(x.size());
  decltype(dad::batch_eval(f, x)) here, spread;
  const auto turn = [&] { evaluate_in_turn(f, x.data(), x.size(), in_turn.data()); };
  const auto batch = [&] { dad::batch_eval_into(here, f, x); };
  const auto over_ranks = [&] { dad::mpi::batch_eval_into(world, spread, f, x); };
  auto least = least_by_turns(is_wanted, s.repeat, [&](way w, int times) {
    switch (w) {
      case sequential:
        return watch.alone(times, turn);
      case local:
        return watch.alone(times, batch);
      default:
        return watch.together(times, over_ranks);
    }
  });
  spawned_time spawned{};
  if (is_wanted[spawning]) {
    support::alone_at_root(world, [&] {
      spawned = time_of_spawning(f, count, world.size(), s.spawn_repeat, least[sequential]);
    });
    least[spawning] = spawned.seconds;  // known to the root alone, which alone asks for it
  }

  if (is_root) {
    const auto checked = [&](way w, const auto& answers) {
      return is_wanted[w] ? check(x, answers) : check();
    };
    add_rows(rows, count, f.steps, is_wanted, least,
             {checked(sequential, in_turn), checked(local, here), checked(ranks, spread), spawned.found});
  }
  return least;
}

/// The number of steps that take so many microseconds an input by the sequential way, the same at each rank.
inline std::size_t steps_that_take(const boost::mpi::communicator& world, double microseconds) {
  constexpr std::size_t steps = 1000;
  const auto x = inputs(100);
  std::vector<answer> answers(x.size());
  const stopwatch watch(world);
  const double least = least_of(10, [&] {
    return watch.alone(1, [&] { evaluate_in_turn({steps}, x.data(), x.size(), answers.data()); });
  });
  return steps_in(microseconds, least, x.size() * steps);
}

}  // namespace scaling
