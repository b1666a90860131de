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
#include "in_turns.hpp"

namespace {

// Least seconds of wall and of processor time of a call.
struct least_time {
  double wall = std::numeric_limits<double>::infinity(), cpu = wall;

  template <class F>
  double add(F&& call) {
    const double cpu_start = bench::thread_seconds();
    const auto start = std::chrono::steady_clock::now();
    call();
    const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    wall = std::min(wall, seconds);
    cpu = std::min(cpu, bench::thread_seconds() - cpu_start);
    return seconds;
  }
};

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
  least_time alone, together;
  for (auto _ : state) {
    alone.add(call_local);
    world.barrier();
    state.SetIterationTime(together.add(call_ranks));
  }
  double busiest = together.cpu;
  MPI_Allreduce(MPI_IN_PLACE, &busiest, 1, MPI_DOUBLE, MPI_MAX, world);
  state.counters["ranks"] = world.size();
  state.counters["local_ns"] = 1e9 * alone.wall / static_cast<double>(count);
  state.counters["ns"] = 1e9 * together.wall / static_cast<double>(count);
  state.counters["x_local"] = together.wall / alone.wall;
  state.counters["x_cpu"] = busiest / alone.cpu;
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
