// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// How a benchmark holds one thing against another: both run in turns, so that a slow moment of the machine
// meets both.

#pragma once

#include <benchmark/benchmark.h>

#include <algorithm>
#include <cstddef>
#include <ctime>
#include <limits>

namespace bench {

/// Seconds that this thread has run: time in which others had the core does not count.
inline double thread_seconds() {
  std::timespec now;
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + 1e-9 * static_cast<double>(now.tv_nsec);
}

/// Seconds of one call, over `calls` calls in a row.
template <class F>
double seconds_per_call(F&& f, std::size_t calls) {
  const double start = thread_seconds();
  for (std::size_t i = 0; i < calls; ++i) {
    f();
    benchmark::ClobberMemory();
  }
  return (thread_seconds() - start) / static_cast<double>(calls);
}

/// As many calls as take about a millisecond, at least one; they also warm it up.
template <class F>
std::size_t calls_per_turn(F&& f) {
  for (std::size_t calls = 1;; calls *= 2)
    if (seconds_per_call(f, calls) * static_cast<double>(calls) > 0.5e-3) return calls;
}

/// Every iteration is a turn of `plain` and a turn of `measured`. The time reported is that of `measured`;
/// the counters are the least time of each, and x_plain, their ratio.
template <class Plain, class Measured>
void run_in_turns(benchmark::State& state, Plain&& plain, Measured&& measured, double items = 1.0) {
  const std::size_t plain_calls = calls_per_turn(plain);
  const std::size_t measured_calls = calls_per_turn(measured);
  double least_plain = std::numeric_limits<double>::infinity(), least = least_plain;
  for (auto _ : state) {
    least_plain = std::min(least_plain, seconds_per_call(plain, plain_calls));
    const double seconds = seconds_per_call(measured, measured_calls);
    state.SetIterationTime(seconds);
    least = std::min(least, seconds);
  }
  state.counters["plain_ns"] = 1e9 * least_plain / items;
  state.counters["ns"] = 1e9 * least / items;
  state.counters["x_plain"] = least / least_plain;
}

/// Registers a benchmark of this many turns.
template <class F>
void add(const char* name, int turns, F&& f) {
  benchmark::RegisterBenchmark(name, f)->UseManualTime()->Iterations(turns)->Unit(benchmark::kMicrosecond);
}

}  // namespace bench
