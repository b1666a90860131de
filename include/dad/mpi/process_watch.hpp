// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// What mpirun does for its ranks, where the first of them was started without it: it ends with the others if
// one of them fails, and after them if none does.

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
#include <dad/mpi/processes.hpp>

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

  /// From here on the others may end, and this process waits for them at its exit: Open MPI would end them
  /// then.
  void finish() noexcept {
    stop();
    if (processes_.empty()) return;
    static std::vector<pid_t>& others = *new std::vector<pid_t>;  // outlives what runs at the exit
    others.swap(processes_);
    std::atexit([] {
      for (const pid_t p : others)
        while (!has_ended(p)) sleep_for(1'000'000);
    });
  }

 private:
  struct place {
    pid_t process;
    char machine[MPI_MAX_PROCESSOR_NAME];
  };

  void stop() noexcept {
    if (!is_running_) return;
    is_running_ = false;
    pthread_cancel(thread_);  // in its sleep
    pthread_join(thread_, nullptr);
  }

  static void sleep_for(long nanoseconds) {
    const timespec pause = {0, nanoseconds};
    nanosleep(&pause, nullptr);
  }

  static void* watch(void* processes) {
    for (;;) {
      sleep_for(200'000'000);
      for (const pid_t p : *static_cast<const std::vector<pid_t>*>(processes))
        if (has_ended(p)) std::_Exit(1);  // as MPI_Abort does
    }
  }

  std::vector<pid_t> processes_;
  pthread_t thread_ = {};
  bool is_running_ = false;
};

}  // namespace dad::mpi::detail
