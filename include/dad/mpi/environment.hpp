// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// Starting and ending MPI: the one object that a program over ranks makes in main.

#pragma once

#include <exception>
#include <string>

#include <dad/mpi/error.hpp>

namespace dad::mpi {

/// Settings of an environment.
struct environment_options {
  int spawn =
      0;  ///< ranks to start where the program runs without mpirun; not available yet, throws when positive
};

namespace detail {

inline bool is_initialized() {
  int flag = 0;
  call("MPI_Initialized", MPI_Initialized(&flag));
  return flag != 0;
}

inline bool is_finalized() {
  int flag = 0;
  call("MPI_Finalized", MPI_Finalized(&flag));
  return flag != 0;
}

inline int thread_level() {
  int level = MPI_THREAD_SINGLE;
  call("MPI_Query_thread", MPI_Query_thread(&level));
  return level;
}

}  // namespace detail

/// Initialises MPI unless someone already has, and finalises it at its end if it was the one to start it.
/// Further environments are harmless. Throws dad::mpi::error if MPI was finalised before.
///
/// If the stack unwinds past it from an exception that dad did not throw on all ranks, the other ranks may be
/// waiting in a batch; then the job is aborted (MPI_Abort), because MPI_Finalize would wait for them for
/// ever.
///
///     int main(int argc, char** argv) {
///       dad::mpi::environment env(argc, argv);
///       auto r = dad::mpi::batch_eval(f, inputs);
///     }
class environment {
 public:
  environment(int& argc, char**& argv, environment_options options = {}) { start(&argc, &argv, options); }
  explicit environment(environment_options options = {}) { start(nullptr, nullptr, options); }

  environment(const environment&) = delete;
  environment& operator=(const environment&) = delete;

  ~environment() {
    int finalized = 0;
    if (!owns_ || MPI_Finalized(&finalized) != MPI_SUCCESS || finalized != 0) return;
    if (leaves_others_waiting()) MPI_Abort(MPI_COMM_WORLD, 1);
    MPI_Finalize();
  }

  /// This process among all of the job, and their number; 0 and 1 after MPI was finalised.
  [[nodiscard]] int rank() const {
    int rank = 0;
    if (!detail::is_finalized()) detail::call("MPI_Comm_rank", MPI_Comm_rank(MPI_COMM_WORLD, &rank));
    return rank;
  }
  [[nodiscard]] int size() const {
    int size = 1;
    if (!detail::is_finalized()) detail::call("MPI_Comm_size", MPI_Comm_size(MPI_COMM_WORLD, &size));
    return size;
  }

 private:
  // MULTIPLE is asked for so that a service thread may answer other ranks; what MPI provides (or what the
  // user initialised it with) is read again wherever it matters.
  void start(int* argc, char*** argv, environment_options options) {
    if (options.spawn > 0)
      throw dad::error("dad: environment option spawn = " + std::to_string(options.spawn) +
                       " is not available yet: start the program with mpirun");
    if (detail::is_finalized())
      throw error("MPI was finalised and cannot be initialised again in this process");
    if (detail::is_initialized()) return;
    int provided = MPI_THREAD_SINGLE;
    detail::call("MPI_Init_thread", MPI_Init_thread(argc, argv, MPI_THREAD_MULTIPLE, &provided));
    owns_ = true;
  }

  [[nodiscard]] bool leaves_others_waiting() const noexcept {
    if (std::uncaught_exceptions() <= exceptions_at_start_ || detail::together::is_unwinding()) return false;
    int size = 0;
    return MPI_Comm_size(MPI_COMM_WORLD, &size) == MPI_SUCCESS && size > 1;
  }

  bool owns_ = false;
  int exceptions_at_start_ = std::uncaught_exceptions();
};

}  // namespace dad::mpi
