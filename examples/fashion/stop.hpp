// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// Ctrl-C asks the training to stop after the step under way, on all ranks together.

#pragma once

#include <boost/mpi/collectives.hpp>
#include <boost/mpi/communicator.hpp>
#include <boost/mpi/operations.hpp>
#include <csignal>

namespace fashion {

/// From its construction on, SIGINT and SIGTERM (which is what mpirun makes of Ctrl-C) are requests to stop.
/// A second signal of the same kind ends the process as usual.
class stop_request {
 public:
  stop_request() {
    std::signal(SIGINT, note);
    std::signal(SIGTERM, note);
  }

  /// Whether this rank has been asked.
  bool is_asked() const { return signal_ != 0; }

  /// Collective: whether any rank has been asked. The answer is the same on every rank, so they leave
  /// together.
  bool is_asked_anywhere(const boost::mpi::communicator& world) const {
    return boost::mpi::all_reduce(world, static_cast<int>(is_asked()), boost::mpi::maximum<int>()) != 0;
  }

 private:
  static void note(int signal) {
    signal_ = signal;
    std::signal(signal, SIG_DFL);
  }

  static inline volatile std::sig_atomic_t signal_ = 0;
};

}  // namespace fashion
