// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// How a benchmark holds one thing against another: all run in turns, so that a slow moment of the machine
// meets all.

#pragma once

#include <benchmark/benchmark.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <ctime>
#include <limits>
#include <utility>

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

/// Every iteration is a turn of each runner. Gives the least seconds of a call of each; the time reported is
/// that of the last.
template <class... Runners>
std::array<double, sizeof...(Runners)> least_in_turns(benchmark::State& state, Runners&&... runners) {
  std::array<double, sizeof...(Runners)> least;
  least.fill(std::numeric_limits<double>::infinity());
  const std::array<std::size_t, sizeof...(Runners)> calls{calls_per_turn(runners)...};
  for (auto _ : state) {
    std::size_t at = 0;
    double seconds = 0.0;
    ((seconds = seconds_per_call(runners, calls[at]), least[at] = std::min(least[at], seconds), ++at), ...);
    state.SetIterationTime(seconds);
  }
  return least;
}

/// The counters are the least time of each, over `items`, and x_plain, their ratio.
template <class Plain, class Measured>
void run_in_turns(benchmark::State& state, Plain&& plain, Measured&& measured, double items = 1.0) {
  const auto [least_plain, least] =
      least_in_turns(state, std::forward<Plain>(plain), std::forward<Measured>(measured));
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
