// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// A deadline for every call of f: a rank whose f never comes back would leave the others waiting for ever.

#pragma once

#include <algorithm>
#include <array>
#include <chrono>
#include <condition_variable>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <mutex>
#include <string>
#include <system_error>
#include <thread>

#include <dad/mpi/error.hpp>
#include <dad/mpi/last_words.hpp>

namespace dad::mpi::detail {

/// While it lives, a call of f that is under way for longer than the deadline ends the job, and is named by
/// its input.
class watchdog {
 public:
  /// `deadline` in seconds; 0 is none, and costs nothing. Throws dad::mpi::error if no thread can be started.
  watchdog(const input_watch& watch, double deadline, MPI_Comm comm)
      : watch_(watch), deadline_(deadline), comm_(comm) {
    if (!has(deadline)) return;
    const without_signals none;
    try {
      thread_ = std::thread([this] { run(); });
    } catch (const std::system_error& e) {
      throw error(std::string("no thread could be started for options::deadline: ") + e.what());
    }
  }
  watchdog(const watchdog&) = delete;
  watchdog& operator=(const watchdog&) = delete;
  ~watchdog() {
    if (!thread_.joinable()) return;
    {
      const std::lock_guard lock(mutex_);
      is_over_ = true;
    }
    wake_.notify_one();
    thread_.join();
  }

  /// What a watch needs for this deadline.
  [[nodiscard]] static input_watch::clock clock_for(double deadline) noexcept {
    return has(deadline) ? input_watch::clock::monotonic : input_watch::clock::none;
  }

 private:
  // The program's signals are for the program's threads: a new thread inherits what is blocked.
  class without_signals {
   public:
    without_signals() {
      sigset_t all;
      sigfillset(&all);
      pthread_sigmask(SIG_SETMASK, &all, &before_);
    }
    without_signals(const without_signals&) = delete;
    without_signals& operator=(const without_signals&) = delete;
    ~without_signals() { pthread_sigmask(SIG_SETMASK, &before_, nullptr); }

   private:
    sigset_t before_{};
  };

  static bool has(double deadline) noexcept { return deadline > 0.0; }

  void run() {
    // Late by a twentieth at most where the deadline is of 0.2 s or more, and never by more than a second.
    const std::chrono::duration<double> pause(std::clamp(deadline_ / 20.0, 0.01, 1.0));
    std::unique_lock lock(mutex_);
    while (!wake_.wait_for(lock, pause, [this] { return is_over_; })) {
      const input_watch::call c = watch_.longest();
      if (c.index != input_watch::none && 1e-9 * static_cast<double>(c.nanoseconds) > deadline_)
        end_job(c.index);  // with the lock held: a batch that is done after all waits here for its end
    }
  }

  [[noreturn]] void end_job(std::size_t index) const {
    std::array<char, 32> seconds{};
    (void)std::snprintf(seconds.data(), seconds.size(), "%g", deadline_);
    write_and_wait(last_words("f did not come back from ", input_place{index, watch_.rank()}, " within ",
                              seconds.data(), " s (options::deadline); the job ends"));
    MPI_Abort(comm_, 1);
    std::_Exit(1);
  }

  const input_watch& watch_;
  double deadline_;
  MPI_Comm comm_;
  std::mutex mutex_;
  std::condition_variable wake_;
  bool is_over_ = false;
  std::thread thread_;
};

}  // namespace dad::mpi::detail
