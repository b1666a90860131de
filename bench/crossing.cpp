// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// From how much work on ranks pay: the time of a call over the number of its inputs, and over the steps of a
// loop inside f, in one process and over ranks, in turns. Wall time at the root,
// the least of all turns.

#include <benchmark/benchmark.h>

#include <algorithm>
#include <string>

#include <dad/dad.hpp>

#include "functions/black_scholes.hpp"
#include "functions/chain.hpp"
#include "functions/points.hpp"
#include "over_ranks.hpp"

namespace {

// Repeats what is short, so that a turn takes a millisecond, but at most as often as this.
constexpr int most_repeats = 200;

template <class F>
void both(benchmark::State& state, const F& f, std::size_t count) {
  const auto inputs = bench::points(f, bench::is_root() ? count : 0);
  decltype(dad::batch_eval(f, inputs)) local, spread;
  const auto call_local = [&] { dad::batch_eval_into(local, f, inputs); };
  const auto call_ranks = [&] { dad::mpi::batch_eval_into(spread, f, inputs); };
  bench::call_times first;
  for (int i = 0; i < 2; ++i) {
    bench::alone_at_root([&] { first.add(call_local); });
    call_ranks();
  }
  int repeats = bench::is_root() ? static_cast<int>(1e-3 / first.least()) : 0;
  repeats = std::clamp(static_cast<int>(bench::largest_of_all(repeats)), 1, most_repeats);
  const auto repeat = [repeats](auto&& call) {
    return [repeats, call] {
      for (int i = 0; i < repeats; ++i) call();
    };
  };
  bench::call_times alone, together;
  for (auto _ : state) {
    bench::alone_at_root([&] { alone.add(repeat(call_local)); });
    state.SetIterationTime(together.add(repeat(call_ranks)));
  }
  if (!bench::is_root()) return;
  state.counters["ranks"] = bench::rank_count();
  state.counters["local_s"] = alone.least() / repeats;
  state.counters["ranks_s"] = together.least() / repeats;
  state.counters["speedup"] = alone.median() / together.median();
  state.counters["best_speedup"] = alone.least() / together.least();
}

// As many turns as take a second or so of calls of this many steps or inputs of a microsecond.
int turns(std::size_t microseconds) {
  return static_cast<int>(std::clamp<std::size_t>(6000000 / microseconds, 3, 30));
}

template <class F>
void over_inputs(const std::string& name, const F& f, std::size_t most) {
  for (std::size_t count = 10; count <= most; count *= 10)
    bench::add_over_ranks("inputs/" + name + "/" + std::to_string(count), turns(count),
                          [f, count](benchmark::State& state) { both(state, f, count); });
}

}  // namespace

int main(int argc, char** argv) {
  dad::mpi::environment env(argc, argv);
  over_inputs("chain", bench::chain<>{500}, 1000000);
  over_inputs("black_scholes", bench::black_scholes{}, 1000000);
  for (std::size_t steps = 10; steps <= 1000000; steps *= 10)
    bench::add_over_ranks("steps/chain/" + std::to_string(steps), turns(steps),
                          [steps](benchmark::State& state) { both(state, bench::chain<>{steps}, 100); });
  return bench::run_over_ranks(argc, argv);
}
