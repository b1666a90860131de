// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// An f that ends its process says at which input: by a signal (a wrong pointer, endless recursion, an integer
// divided by zero, abort, an exception that leaves a noexcept function) or by exit. Nothing is said of _exit,
// of SIGKILL, which leave no time to, and of signals and exit outside of f.

#pragma once

#include <array>
#include <csignal>
#include <cstddef>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <new>
#include <type_traits>

#include <dad/mpi/error.hpp>
#include <dad/mpi/last_words.hpp>

namespace dad::mpi::detail {

/// A stack for this thread's handlers of signals, without which an overflow of its own could not be told;
/// none where the thread has one already. Lives as long as the thread.
class alternate_stack {
 public:
  static void give_to_this_thread() { thread_local const alternate_stack mine; }

  alternate_stack(const alternate_stack&) = delete;
  alternate_stack& operator=(const alternate_stack&) = delete;

 private:
  static constexpr std::size_t size = std::size_t{1} << 16;

  alternate_stack() {
    stack_t present{};
    if (sigaltstack(nullptr, &present) != 0 || (present.ss_flags & SS_DISABLE) == 0) return;
    memory_.reset(new (std::nothrow) std::byte[size]);
    stack_t mine{};
    mine.ss_sp = memory_.get();
    mine.ss_size = size;
    if (memory_ && sigaltstack(&mine, nullptr) != 0) memory_.reset();
  }
  ~alternate_stack() {
    stack_t present{};
    if (!memory_ || sigaltstack(nullptr, &present) != 0 || present.ss_sp != memory_.get()) return;
    stack_t none{};
    none.ss_flags = SS_DISABLE;
    // A handler that called exit is running on it: then it stays.
    if (sigaltstack(&none, nullptr) != 0) (void)memory_.release();
  }

  std::unique_ptr<std::byte[]> memory_;
};

/// The handlers of this process.
class exit_watch {
 public:
  /// Once per process, at the first call over ranks; for each further thread that calls f a stack.
  static void install() {
    static const bool is_installed = set_handlers();
    (void)is_installed;
    alternate_stack::give_to_this_thread();
  }

 private:
  struct watched_signal {
    int number;
    const char* name;
  };
  static constexpr std::array<watched_signal, 6> signals = {{{SIGSEGV, "segmentation fault"},
                                                             {SIGBUS, "bus error"},
                                                             {SIGFPE, "arithmetic error"},
                                                             {SIGILL, "illegal instruction"},
                                                             {SIGABRT, "aborted"},
                                                             {SIGTERM, "terminated"}}};

  static bool set_handlers() {
    const dad::detail::thread_start give_stack = &alternate_stack::give_to_this_thread;
    __atomic_store_n(&dad::detail::at_thread_start, give_stack, __ATOMIC_RELEASE);
    for (std::size_t i = 0; i < signals.size(); ++i) {
      // Known before the first signal arrives. Open MPI has handlers of its own, which print a backtrace.
      if (sigaction(signals[i].number, nullptr, &before_[i]) != 0) continue;
      const bool is_default = before_[i].sa_handler == SIG_DFL;
      if (before_[i].sa_handler == SIG_IGN || (signals[i].number == SIGTERM && !is_default)) continue;
      struct sigaction own {};
      own.sa_sigaction = &on_signal;
      own.sa_flags = SA_SIGINFO | SA_ONSTACK;
      sigemptyset(&own.sa_mask);
      sigaction(signals[i].number, &own, nullptr);
    }
#if defined(__GLIBC__)
    on_exit([](int status, void*) { end_job("exit(", status, ")"); }, nullptr);
#else
    std::atexit([] { end_job("exit", "", ""); });
#endif
    std::at_quick_exit([] { end_job("quick_exit", "", ""); });
    return true;
  }

  // Names the input, then does what would have been done without this handler.
  static void on_signal(int number, siginfo_t* info, void* context) {
    std::size_t i = 0;
    while (signals[i].number != number) ++i;
    const input_watch::slot* const at = input_watch::of_this_thread();
    if (at != nullptr && !is_end_of_job(number, *info)) {
      input_watch::forget_this_thread();
      last_words("signal ", number, " (", signals[i].name, ") in f at ", input_place{at->index, at->rank})
          .write();
    }
    const struct sigaction& before = before_[i];
    if (before.sa_handler == SIG_DFL || (static_cast<unsigned>(before.sa_flags) & SA_RESETHAND) != 0) {
      sigaction(number, &before, nullptr);
      // A fault happens again, as the instruction is run again; what was sent is sent again, to arrive when
      // this handler is done.
      if (info->si_code <= 0) std::raise(number);
    } else if ((before.sa_flags & SA_SIGINFO) != 0) {
      before.sa_sigaction(number, info, context);
    } else {
      before.sa_handler(number);
    }
  }

  // mpirun ends the other ranks when one has failed, which is the one to be named.
  static bool is_end_of_job(int number, const siginfo_t& info) noexcept {
    return number == SIGTERM && info.si_code == SI_USER && info.si_pid == getppid();
  }

  // For f that calls exit: other ranks would wait for this one's results for ever.
  template <class Status>
  static void end_job(const char* call, Status status, const char* closing) {
    const input_watch::slot* const at = input_watch::of_this_thread();
    if (at == nullptr) return;
    input_watch::forget_this_thread();
    std::fflush(nullptr);  // what f had to say
    write_and_wait(last_words("f called ", call, status, closing, " at ", input_place{at->index, at->rank},
                              "; the job ends"));
    int is_initialized = 0;
    int is_finalized = 0;
    if (MPI_Initialized(&is_initialized) != MPI_SUCCESS || is_initialized == 0) return;
    if (MPI_Finalized(&is_finalized) != MPI_SUCCESS || is_finalized != 0) return;
    if constexpr (std::is_integral_v<Status>)
      MPI_Abort(MPI_COMM_WORLD, status == 0 ? 1 : status);
    else
      MPI_Abort(MPI_COMM_WORLD, 1);
  }

  static inline std::array<struct sigaction, signals.size()> before_ = {};
};

}  // namespace dad::mpi::detail
