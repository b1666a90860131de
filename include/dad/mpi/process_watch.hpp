// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// Ends this process when one of those that it works with has ended. mpirun does that for its ranks; without
// it the first process would wait for ever for ranks that are no more.

#pragma once

#include <pthread.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstddef>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <vector>

#include <dad/mpi/error.hpp>

namespace dad::mpi::detail {

/// Rank 0 watches the other processes of a communicator that are on its own machine. Open MPI ends all copies
/// of a program when one of them calls MPI_Abort, is killed or fails, so one of them stands for all.
class process_watch {
 public:
  process_watch() = default;
  process_watch(const process_watch&) = delete;
  process_watch& operator=(const process_watch&) = delete;
  ~process_watch() { stop(); }

  /// Collective.
  void start(MPI_Comm comm) {
    int rank = 0, size = 1, length = 0;
    call("MPI_Comm_rank", MPI_Comm_rank(comm, &rank));
    call("MPI_Comm_size", MPI_Comm_size(comm, &size));
    place mine = {};
    mine.process = getpid();
    call("MPI_Get_processor_name", MPI_Get_processor_name(mine.machine, &length));
    std::vector<place> all(static_cast<std::size_t>(rank == 0 ? size : 0));
    call("MPI_Gather", MPI_Gather(&mine, sizeof mine, MPI_BYTE, all.data(), sizeof mine, MPI_BYTE, 0, comm));
    for (std::size_t i = 1; i < all.size(); ++i)
      if (std::strcmp(all[i].machine, mine.machine) == 0) processes_.push_back(all[i].process);
    if (!processes_.empty()) is_running_ = pthread_create(&thread_, nullptr, &watch, &processes_) == 0;
  }

  /// After it the others may end.
  void stop() noexcept {
    if (!is_running_) return;
    is_running_ = false;
    pthread_cancel(thread_);  // in its sleep
    pthread_join(thread_, nullptr);
  }

 private:
  struct place {
    pid_t process;
    char machine[MPI_MAX_PROCESSOR_NAME];
  };

  static void* watch(void* processes) {
    for (;;) {
      const timespec pause = {0, 200'000'000};
      nanosleep(&pause, nullptr);
      for (const pid_t p : *static_cast<const std::vector<pid_t>*>(processes))
        if (kill(p, 0) != 0 && errno == ESRCH) {
          int is_over = 0;
          MPI_Finalized(&is_over);  // by the user: then they end as they like
          if (is_over != 0) return nullptr;
          std::_Exit(1);  // as MPI_Abort does
        }
    }
  }

  std::vector<pid_t> processes_;
  pthread_t thread_ = {};
  bool is_running_ = false;
};

}  // namespace dad::mpi::detail
