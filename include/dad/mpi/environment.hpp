// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// Starting and ending MPI: the one object that a program over ranks makes in main.

#pragma once

#include <boost/mpi/communicator.hpp>

#include <exception>
#include <string>
#include <utility>
#include <vector>

#include <dad/core/engine.hpp>
#include <dad/mpi/error.hpp>
#include <dad/mpi/processes.hpp>
#include <dad/mpi/spawn.hpp>

namespace dad::mpi {

/// Settings of an environment.
struct environment_options {
  /// The number of ranks where the program is started without mpirun. The process started is rank 0; the
  /// others are copies of it with the same arguments, which run main from its beginning, too. Under mpirun,
  /// whose number counts, and with 0 or 1, the option does nothing.
  int spawn = 0;
};

namespace detail {

DAD_ENGINE bool is_initialized();
DAD_ENGINE bool is_finalized();
DAD_ENGINE int thread_level();

}  // namespace detail

/// Initialises MPI unless someone already has, and finalises it at its end if it was the one to start it.
/// Further environments are harmless. Throws dad::mpi::error if MPI was finalised before, or if the ranks of
/// option spawn cannot be started; then this process may go on alone, with another environment.
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
  environment(int& argc, char**& argv, environment_options options = {});
  explicit environment(environment_options options = {});

  environment(const environment&) = delete;
  environment& operator=(const environment&) = delete;

  ~environment();

  /// This process among all of the job, and their number; 0 and 1 after MPI was finalised.
  [[nodiscard]] int rank() const;
  [[nodiscard]] int size() const;
  /// All of them; MPI_COMM_WORLD has fewer where the program started its ranks itself.
  [[nodiscard]] boost::mpi::communicator communicator() const {
    return {detail::default_communicator(), boost::mpi::comm_attach};
  }

 private:
  void start(int* argc, char*** argv, environment_options options);
  [[nodiscard]] bool leaves_others_waiting() const noexcept;

  bool owns_ = false;
  detail::spawned_ranks spawned_;
  int exceptions_at_start_ = std::uncaught_exceptions();
};

#if DAD_DEFINES_ENGINE

namespace detail {

DAD_ENGINE bool is_initialized() {
  int flag = 0;
  call("MPI_Initialized", MPI_Initialized(&flag));
  return flag != 0;
}

DAD_ENGINE bool is_finalized() {
  int flag = 0;
  call("MPI_Finalized", MPI_Finalized(&flag));
  return flag != 0;
}

DAD_ENGINE int thread_level() {
  int level = MPI_THREAD_SINGLE;
  call("MPI_Query_thread", MPI_Query_thread(&level));
  return level;
}

/// Whether an environment initialised MPI and then could not start its ranks: the next one finalises MPI.
inline bool is_left_behind = false;

}  // namespace detail

DAD_ENGINE environment::environment(int& argc, char**& argv, environment_options options) {
  start(&argc, &argv, options);
}
DAD_ENGINE environment::environment(environment_options options) { start(nullptr, nullptr, options); }

DAD_ENGINE environment::~environment() {
  int finalized = 0;
  if (!owns_ || MPI_Finalized(&finalized) != MPI_SUCCESS || finalized != 0) return;
  if (detail::has_lost_ranks()) return;  // MPI_Finalize may wait for them; MPI ends with the process
  if (leaves_others_waiting()) MPI_Abort(detail::default_communicator(), 1);
  MPI_Finalize();
}

DAD_ENGINE int environment::rank() const {
  int rank = 0;
  if (!detail::is_finalized())
    detail::call("MPI_Comm_rank", MPI_Comm_rank(detail::default_communicator(), &rank));
  return rank;
}
DAD_ENGINE int environment::size() const {
  int size = 1;
  if (!detail::is_finalized())
    detail::call("MPI_Comm_size", MPI_Comm_size(detail::default_communicator(), &size));
  return size;
}

// MULTIPLE is asked for so that a service thread may answer other ranks; what MPI provides (or what the
// user initialised it with) is read again wherever it matters.
DAD_ENGINE void environment::start(int* argc, char*** argv, environment_options options) {
  if (options.spawn < 0)
    throw dad::error("dad: environment option spawn is " + std::to_string(options.spawn) +
                     ", expected a number of ranks, 0 or more");
  if (detail::is_finalized())
    throw error("MPI was finalised and cannot be initialised again in this process");
  if (detail::is_initialized()) {
    if (options.spawn > 1 && !detail::has_launcher && detail::merged_communicator() == MPI_COMM_NULL)
      throw error("environment option spawn = " + std::to_string(options.spawn) +
                  " came after MPI was initialised, expected it where MPI is initialised");
    owns_ = std::exchange(detail::is_left_behind, false);
    return;
  }
  spawned_.prepare(options.spawn);
  int provided = MPI_THREAD_SINGLE;
  detail::call("MPI_Init_thread", MPI_Init_thread(argc, argv, MPI_THREAD_MULTIPLE, &provided));
  detail::is_left_behind = true;
  spawned_.start(options.spawn, argv != nullptr && *argc > 0
                                    ? std::vector<std::string>(*argv + 1, *argv + *argc)
                                    : detail::arguments_of_this_program());
  detail::is_left_behind = false;
  owns_ = true;
}

DAD_ENGINE bool environment::leaves_others_waiting() const noexcept {
  if (std::uncaught_exceptions() <= exceptions_at_start_ || detail::together::is_unwinding()) return false;
  int size = 0;
  return MPI_Comm_size(detail::default_communicator(), &size) == MPI_SUCCESS && size > 1;
}

#endif

}  // namespace dad::mpi
