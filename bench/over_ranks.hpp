// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// How benchmarks run over ranks: all ranks run the same ones, each a fixed number of times, and the root
// alone measures and reports.

#pragma once

#include <benchmark/benchmark.h>
#include <mpi.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <limits>
#include <string>
#include <vector>

#include "in_turns.hpp"

namespace bench {

/// Seconds of wall time of the calls, in order, and the least of processor time.
struct call_times {
  std::vector<double> seconds;
  double least_cpu = std::numeric_limits<double>::infinity();

  template <class F>
  double add(F&& call) {
    const double cpu_start = thread_seconds();
    const auto start = std::chrono::steady_clock::now();
    call();
    seconds.push_back(std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count());
    least_cpu = std::min(least_cpu, thread_seconds() - cpu_start);
    return seconds.back();
  }
  [[nodiscard]] double least() const { return *std::ranges::min_element(seconds); }
  [[nodiscard]] double median() const {
    std::vector<double> sorted = seconds;
    std::ranges::sort(sorted);
    return (sorted[(sorted.size() - 1) / 2] + sorted[sorted.size() / 2]) / 2;
  }
};

inline int rank() {
  int rank = 0;
  MPI_Comm_rank(MPI_COMM_WORLD, &rank);
  return rank;
}
inline int rank_count() {
  int size = 1;
  MPI_Comm_size(MPI_COMM_WORLD, &size);
  return size;
}
inline bool is_root() { return rank() == 0; }

/// Runs at the root alone, while the others sleep and leave it its core. Collective.
template <class F>
void alone_at_root(F&& call) {
  if (is_root()) call();
  MPI_Request all_here;
  MPI_Ibarrier(MPI_COMM_WORLD, &all_here);
  int are_here = 0;
  while (MPI_Test(&all_here, &are_here, MPI_STATUS_IGNORE), are_here == 0) usleep(200);
  MPI_Barrier(MPI_COMM_WORLD);
}

/// The largest of all ranks' numbers. Collective.
inline double largest_of_all(double mine) {
  MPI_Allreduce(MPI_IN_PLACE, &mine, 1, MPI_DOUBLE, MPI_MAX, MPI_COMM_WORLD);
  return mine;
}

/// Registers a benchmark of so many iterations, for which it sets the time itself.
template <class F>
void add_over_ranks(const std::string& name, int iterations, F&& f) {
  benchmark::RegisterBenchmark(name.c_str(), f)
      ->UseManualTime()
      ->Iterations(iterations)
      ->Unit(benchmark::kMicrosecond);
}

class silent_reporter : public benchmark::BenchmarkReporter {
 public:
  bool ReportContext(const Context&) override { return true; }
  void ReportRuns(const std::vector<Run>&) override {}
};

/// The rest of main once the benchmarks are registered, where MPI is initialised.
inline int run_over_ranks(int argc, char** argv) {
  std::vector<char*> arguments;  // the others write no files
  for (int i = 0; i < argc; ++i)
    if (is_root() || std::string(argv[i]).find("--benchmark_out") != 0) arguments.push_back(argv[i]);
  int count = static_cast<int>(arguments.size());
  benchmark::Initialize(&count, arguments.data());
  if (benchmark::ReportUnrecognizedArguments(count, arguments.data())) return 1;
  if (is_root()) {
    benchmark::RunSpecifiedBenchmarks();
  } else {
    silent_reporter silent;
    benchmark::RunSpecifiedBenchmarks(&silent);
  }
  benchmark::Shutdown();
  return 0;
}

}  // namespace bench
