// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// What ranks bring: dad::mpi::batch_eval at the ranks of mpirun, against dad::batch_eval of the root alone.
// Wall time, at the root; the others run the same benchmarks and say nothing.

#include <benchmark/benchmark.h>

#include <dad/dad.hpp>

#include "functions/black_scholes.hpp"
#include "functions/network.hpp"
#include "functions/points.hpp"
#include "functions/rosenbrock.hpp"
#include "over_ranks.hpp"

namespace {

// Every iteration is a local call at the root, for which the others wait, and a call over ranks. Both keep
// their memory.
template <class F>
void over_ranks(benchmark::State& state, const F& f, std::size_t count) {
  const auto inputs = bench::points(f, bench::is_root() ? count : 0);
  decltype(dad::batch_eval(f, inputs)) local, spread;
  const auto call_local = [&] {
    if (bench::is_root()) dad::batch_eval_into(local, f, inputs);
  };
  const auto call_ranks = [&] { dad::mpi::batch_eval_into(spread, f, inputs); };

  call_local();
  call_ranks();
  bench::call_times alone, together;
  for (auto _ : state) {
    alone.add(call_local);
    MPI_Barrier(MPI_COMM_WORLD);
    state.SetIterationTime(together.add(call_ranks));
  }
  const double busiest = bench::largest_of_all(together.least_cpu);
  state.counters["ranks"] = bench::rank_count();
  state.counters["local_ns"] = 1e9 * alone.least() / static_cast<double>(count);
  state.counters["ns"] = 1e9 * together.least() / static_cast<double>(count);
  state.counters["x_local"] = together.least() / alone.least();
  state.counters["x_cpu"] = busiest / alone.least_cpu;
}

// The number of iterations is fixed: all ranks must make the same calls.
template <class F>
void add(const char* name, const F& f, std::size_t count, int turns) {
  bench::add_over_ranks(name, turns, [f, count](benchmark::State& state) { over_ranks(state, f, count); });
}

}  // namespace

int main(int argc, char** argv) {
  dad::mpi::environment env(argc, argv);
  add("rosenbrock/10/inputs100", bench::rosenbrock<10>{}, 100, 200);
  add("rosenbrock/10/inputs100000", bench::rosenbrock<10>{}, 100000, 15);
  add("black_scholes/5/inputs100000", bench::black_scholes{}, 100000, 15);
  add("network/337/inputs10000", bench::network{}, 10000, 15);
  return bench::run_over_ranks(argc, argv);
}
