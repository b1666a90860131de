// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// Trials over ranks: every rank runs one after the other, the root among them; a thread of the root answers
// the others in between, so that nobody waits for a trial of somebody else.

#pragma once

#include <boost/mpi/communicator.hpp>
#include <boost/mpi/environment.hpp>
#include <boost/serialization/string.hpp>
#include <boost/serialization/vector.hpp>
#include <chrono>
#include <cstdio>
#include <exception>
#include <stdexcept>
#include <string>
#include <thread>

#include "coordinator.hpp"

namespace study {

/// A trial's best value, and what is kept of it if no other trial is better.
struct outcome {
  double value = 0;
  std::vector<double> weights;
};

/// Runs trials until there are no more; `ask` carries a message to the coordinator and brings its answer.
/// objective(parameters, report) calls report(value) after each epoch and ends early where that gives false.
/// A trial that throws has failed, and the next one is run.
template <class Ask, class Objective>
void run_trials(int rank, const Ask& ask, const Objective& objective) {
  answer next = ask(message{.what = message::free, .rank = rank});
  while (next.what == answer::run) {
    message last{.what = message::done, .rank = rank, .trial = next.trial};
    try {
      outcome o = objective(next.parameters, [&](double value) {
        const message epoch{.what = message::epoch, .rank = rank, .trial = next.trial, .value = value};
        return ask(epoch).what == answer::go_on;
      });
      last.value = o.value;
      last.weights = std::move(o.weights);
    } catch (const std::exception& error) {
      last.what = message::failed;
      last.text = error.what();
    } catch (...) {
      last.what = message::failed;
      last.text = "unknown exception";
    }
    next = ask(last);
  }
}

namespace detail {

constexpr int to_root = 1, to_rank = 2;  // tags

/// Answers the other ranks until each has been told to leave.
inline void answer_ranks(const boost::mpi::communicator& world, coordinator& root) {
  for (int left = world.size() - 1; left > 0;) {
    const auto waiting = world.iprobe(boost::mpi::any_source, to_root);
    if (!waiting) {
      std::this_thread::sleep_for(std::chrono::microseconds(500));
      continue;
    }
    message m;
    world.recv(waiting->source(), to_root, m);
    const answer a = root.handle(m);
    world.send(waiting->source(), to_rank, a);
    left -= m.what != message::epoch && a.what == answer::leave;
  }
}

}  // namespace detail

/// Collective: runs the trials that `root`, which is read at rank 0 alone, hands out. What the database
/// refused is in root->rethrow() afterwards. Throws std::runtime_error on all ranks where MPI allows one
/// thread only.
template <class Objective>
void run_over_ranks(const boost::mpi::communicator& world, coordinator* root, const Objective& objective) {
  if (world.size() > 1 && boost::mpi::environment::thread_level() < boost::mpi::threading::serialized)
    throw std::runtime_error("MPI was not initialised for calls from several threads");
  if (world.rank() != 0) {
    run_trials(
        world.rank(),
        [&](const message& m) {
          world.send(0, detail::to_root, m);
          answer a;
          world.recv(0, detail::to_rank, a);
          return a;
        },
        objective);
    return;
  }
  // Only this thread speaks to MPI until it has ended.
  std::thread service([&] {
    try {
      detail::answer_ranks(world, *root);
    } catch (const std::exception& error) {  // the others would wait for ever
      std::fprintf(stderr, "study: %s\n", error.what());
      boost::mpi::environment::abort(1);
    }
  });
  run_trials(
      0, [&](const message& m) { return root->handle(m); }, objective);
  service.join();
}

}  // namespace study
