// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// Work on several threads at once, by POSIX threads: <thread> would cost every program compile time.

#pragma once

#include <pthread.h>
#include <sched.h>
#include <unistd.h>

#include <cstddef>
#include <exception>
#include <type_traits>

#include <dad/core/engine.hpp>
#include <dad/core/error.hpp>
#include <dad/core/list.hpp>

namespace dad::detail {

/// The threads that an option asks for: 0 is one for each core of this process. Throws error if it is
/// negative.
template <class...>
std::size_t thread_count(int asked) {
  if (asked < 0)
    raise<error>("dad: options::threads is %d, expected a number of threads, or 0 for one for each core",
                 asked);
  if (asked > 0) return static_cast<std::size_t>(asked);
#if defined(__linux__) && defined(CPU_COUNT)
  cpu_set_t own;  // mpirun may give a rank a part of the machine
  if (sched_getaffinity(0, sizeof own, &own) == 0) return static_cast<std::size_t>(CPU_COUNT(&own));
#endif
  const long cores = sysconf(_SC_NPROCESSORS_ONLN);
  return cores > 0 ? static_cast<std::size_t>(cores) : 1;
}

/// Called first of all in each thread that work is done in, where someone set it; what it makes for a thread
/// it takes away at the thread's end. Read and set atomically.
using thread_start = void (*)();
inline constinit thread_start at_thread_start = nullptr;

/// For threads that dad starts in other ways.
inline void start_of_thread() {
  if (const thread_start prepare = __atomic_load_n(&at_thread_start, __ATOMIC_ACQUIRE)) prepare();
}

// Work in parts, and what its threads share.
struct parallel_work {
  void (*part)(void* work, std::size_t thread, std::size_t part);
  void* work;
  std::size_t parts;
  std::size_t next = 0;
  bool has_failed = false;
  std::exception_ptr failure = nullptr;

  void run(std::size_t thread) {
    try {
      for (std::size_t p; (p = __atomic_fetch_add(&next, 1, __ATOMIC_RELAXED)) < parts;)
        part(work, thread, p);
    } catch (...) {
      if (!__atomic_exchange_n(&has_failed, true, __ATOMIC_ACQ_REL)) failure = std::current_exception();
      __atomic_store_n(&next, parts, __ATOMIC_RELAXED);
    }
  }
};

template <class...>
[[gnu::cold]] void run_in_parallel(std::size_t threads, parallel_work work) {
  struct helper {
    parallel_work* work;
    std::size_t thread;
    pthread_t id;
  };
  if (threads > work.parts) threads = work.parts;
  list<helper> helpers;
  helpers.reserve(threads);
  for (std::size_t t = 1; t < threads; ++t) {
    helpers.push_back({&work, t, {}});
    const auto start = [](void* h) -> void* {
      start_of_thread();
      static_cast<helper*>(h)->work->run(static_cast<helper*>(h)->thread);
      return nullptr;
    };
    // Fewer threads than asked for do the same work.
    if (pthread_create(&helpers.back().id, nullptr, start, &helpers.back()) != 0) {
      helpers.pop_back();
      break;
    }
  }
  work.run(0);
  for (const helper& h : helpers) pthread_join(h.id, nullptr);
  if (work.failure) std::rethrow_exception(work.failure);
}
/// work(thread, part) for each of `parts` parts, on at most `threads` threads of which the caller is one.
/// Parts are taken in order; which thread takes which is open. The first exception is thrown when all have
/// ended.
template <class Work>
void in_parallel(std::size_t threads, std::size_t parts, Work&& work) {
  using work_type = std::remove_reference_t<Work>;
  const auto run_part = [](void* w, std::size_t thread, std::size_t part) {
    (*static_cast<work_type*>(w))(thread, part);
  };
  run_in_parallel(threads, {run_part, &work, parts});
}

}  // namespace dad::detail
