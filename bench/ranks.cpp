// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// What ranks bring: dad::mpi::batch_eval at the ranks of mpirun, against dad::batch_eval of the root alone.
// Wall time, at the root; the others run the same benchmarks and say nothing.

#include <benchmark/benchmark.h>

#include <algorithm>
#include <boost/mpi/communicator.hpp>
#include <chrono>
#include <limits>

#include <dad/dad.hpp>

#include "functions/black_scholes.hpp"
#include "functions/network.hpp"
#include "functions/points.hpp"
#include "functions/rosenbrock.hpp"

namespace {

template <class F>
double wall_seconds(F&& f) {
  const auto start = std::chrono::steady_clock::now();
  f();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

// Every iteration is a local call at the root, for which the others wait, and a call over ranks. Both keep
// their memory.
template <class F>
void over_ranks(benchmark::State& state, const F& f, std::size_t count) {
  const boost::mpi::communicator world;
  const bool is_root = world.rank() == 0;
  const auto inputs = bench::points(f, is_root ? count : 0);
  decltype(dad::batch_eval(f, inputs)) local, spread;
  const auto call_local = [&] {
    if (is_root) dad::batch_eval_into(local, f, inputs);
  };
  const auto call_ranks = [&] { dad::mpi::batch_eval_into(spread, f, inputs); };

  call_local();
  call_ranks();
  double least_local = std::numeric_limits<double>::infinity(), least = least_local;
  for (auto _ : state) {
    least_local = std::min(least_local, wall_seconds(call_local));
    world.barrier();
    const double seconds = wall_seconds(call_ranks);
    state.SetIterationTime(seconds);
    least = std::min(least, seconds);
  }
  state.counters["ranks"] = world.size();
  state.counters["local_ns"] = 1e9 * least_local / static_cast<double>(count);
  state.counters["ns"] = 1e9 * least / static_cast<double>(count);
  state.counters["x_local"] = least / least_local;
}

// The number of iterations is fixed: all ranks must make the same calls.
template <class F>
void add(const char* name, const F& f, std::size_t count, int turns) {
  benchmark::RegisterBenchmark(name, [f, count](benchmark::State& state) { over_ranks(state, f, count); })
      ->UseManualTime()
      ->Iterations(turns)
      ->Unit(benchmark::kMicrosecond);
}

class silent_reporter : public benchmark::BenchmarkReporter {
 public:
  bool ReportContext(const Context&) override { return true; }
  void ReportRuns(const std::vector<Run>&) override {}
};

}  // namespace

int main(int argc, char** argv) {
  dad::mpi::environment env(argc, argv);
  add("rosenbrock/10/inputs100", bench::rosenbrock<10>{}, 100, 200);
  add("rosenbrock/10/inputs100000", bench::rosenbrock<10>{}, 100000, 15);
  add("black_scholes/5/inputs100000", bench::black_scholes{}, 100000, 15);
  add("network/337/inputs10000", bench::network{}, 10000, 15);

  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 1;
  if (env.rank() == 0) {
    benchmark::RunSpecifiedBenchmarks();
  } else {
    silent_reporter silent;
    benchmark::RunSpecifiedBenchmarks(&silent);
  }
  benchmark::Shutdown();
  return 0;
}
