// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// What the ways of a batch over ranks cost: computation that is shared out, inputs of uneven cost by
// schedule, tiny calls, rows against plain MPI, a journal. Wall time at the root; each is held against
// something else in the same process.

#include <benchmark/benchmark.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <fstream>
#include <string>
#include <utility>
#include <vector>

#include <dad/dad.hpp>

#include "functions/black_scholes.hpp"
#include "functions/chain.hpp"
#include "functions/points.hpp"
#include "functions/rosenbrock.hpp"
#include "functions/waiting.hpp"
#include "over_ranks.hpp"

namespace {

using dad::mpi::schedule;

// The counters at the root, where times are of calls of the same work.
void report(benchmark::State& state, const bench::call_times& alone, const bench::call_times& together) {
  const double ranks = bench::rank_count();
  state.counters["ranks"] = ranks;
  state.counters["local_ms"] = 1e3 * alone.median();
  state.counters["ms"] = 1e3 * together.median();
  state.counters["speedup"] = alone.median() / together.median();
  state.counters["best_speedup"] = alone.least() / together.least();
}

// In turns with the call of the root alone.
template <class F>
void compute(benchmark::State& state, const F& f, std::size_t count, schedule s) {
  const auto inputs = bench::points(f, bench::is_root() ? count : 0);
  decltype(dad::batch_eval(f, inputs)) local, spread;
  const auto call_local = [&] { dad::batch_eval_into(local, f, inputs); };
  const auto call_ranks = [&] { dad::mpi::batch_eval_into(spread, f, inputs, {.schedule = s}); };
  bench::alone_at_root(call_local);
  call_ranks();
  bench::call_times alone, together;
  for (auto _ : state) {
    bench::alone_at_root([&] { alone.add(call_local); });
    state.SetIterationTime(together.add(call_ranks));
  }
  const double busiest = bench::largest_of_all(together.least_cpu);
  if (!bench::is_root()) return;
  report(state, alone, together);
  state.counters["cpu_speedup"] = alone.least_cpu / busiest;
  state.counters["local_us_per_input"] = 1e6 * alone.median() / static_cast<double>(count);
}

// Against what no schedule can beat: the time of one process over the ranks, or the most expensive input.
void uneven(benchmark::State& state, schedule s, bool has_costs) {
  static constexpr std::size_t count = 2000;
  static constexpr double alpha = 1.1, mean = 1e-3;
  const bench::waiting f;
  std::vector<bench::waiting::point_type> inputs;
  double largest = 0.0;
  dad::mpi::options o{.schedule = s};
  if (bench::is_root()) {
    inputs = bench::waiting::points(count, alpha, mean);
    for (const auto& x : inputs) {
      largest = std::max(largest, x[1]);
      if (has_costs) o.costs.push_back(x[1]);
    }
  }
  static bench::call_times alone;  // for all schedules
  static bool has_run_alone = false;
  if (!std::exchange(has_run_alone, true))
    bench::alone_at_root([&] { alone.add([&] { (void)dad::batch_eval(f, inputs); }); });
  bench::call_times together;
  for (auto _ : state) {
    MPI_Barrier(MPI_COMM_WORLD);
    state.SetIterationTime(
        together.add([&] { benchmark::DoNotOptimize(dad::mpi::batch_eval(f, inputs, o)); }));
  }
  if (!bench::is_root()) return;
  report(state, alone, together);
  const double ranks = bench::rank_count();
  const double bound = std::min(1.0, alone.least() / (ranks * largest));
  state.counters["efficiency"] = alone.least() / (ranks * together.median());
  state.counters["bound"] = bound;
  state.counters["of_bound"] = alone.least() / (ranks * together.median()) / bound;
}

double resident_kilobytes() {
  std::ifstream file("/proc/self/statm");
  double total = 0.0, resident = 0.0;
  file >> total >> resident;
  return resident * static_cast<double>(sysconf(_SC_PAGESIZE)) / 1024.0;
}

// Doubles to ranks and back as plain MPI does it, for so many inputs.
template <class Input>
class plain_rounds {
 public:
  static constexpr int width = static_cast<int>(std::tuple_size_v<Input>);
  explicit plain_rounds(std::size_t count) {
    const auto ranks = static_cast<std::size_t>(bench::rank_count());
    for (std::size_t r = 0; r < ranks; ++r) {
      begins_.push_back(static_cast<int>(count * r / ranks));
      sizes_.push_back(static_cast<int>(count * (r + 1) / ranks) - begins_.back());
    }
    own_.resize(static_cast<std::size_t>(sizes_[static_cast<std::size_t>(bench::rank())]));
    if (!bench::is_root()) return;
    values_.resize(count);
    gradients_.resize(count * width);
  }

  /// work(own inputs) gives a value and a gradient for each of them.
  template <class Work>
  void round(const std::vector<Input>& inputs, Work&& work) {
    scatter(inputs);
    const auto& [values, gradients] = work(own_);
    gather(values, values_, 1);
    gather(gradients, gradients_, width);
  }

 private:
  [[nodiscard]] std::vector<int> times(const std::vector<int>& numbers, int factor) const {
    std::vector<int> result = numbers;
    for (int& n : result) n *= factor;
    return result;
  }
  void scatter(const std::vector<Input>& inputs) {
    MPI_Scatterv(inputs.data(), times(sizes_, width).data(), times(begins_, width).data(), MPI_DOUBLE,
                 own_.data(), static_cast<int>(own_.size()) * width, MPI_DOUBLE, 0, MPI_COMM_WORLD);
  }
  void gather(std::span<const double> mine, std::vector<double>& all, int factor) const {
    MPI_Gatherv(mine.data(), static_cast<int>(mine.size()), MPI_DOUBLE, all.data(),
                times(sizes_, factor).data(), times(begins_, factor).data(), MPI_DOUBLE, 0, MPI_COMM_WORLD);
  }

  std::vector<int> begins_, sizes_;  // of each rank, in inputs
  std::vector<Input> own_;
  std::vector<double> values_, gradients_;
};

struct value_and_gradient {
  std::span<const double> values, gradients;
};

// In turns with plain MPI: scatter, evaluate the share, gather, all into kept memory.
void rows(benchmark::State& state, schedule s) {
  static constexpr std::size_t count = 1000000;
  const bench::rosenbrock<10> f;
  const auto inputs = bench::points(f, bench::is_root() ? count : 0);
  plain_rounds<std::array<double, 10>> plain(count);
  decltype(dad::batch_eval(f, inputs)) share, spread;
  const auto call_plain = [&] {
    plain.round(inputs, [&](const auto& own) {
      dad::batch_eval_into(share, f, own);
      return value_and_gradient{share.values(), share.gradients()};
    });
  };
  const auto call_ranks = [&] { dad::mpi::batch_eval_into(spread, f, inputs, {.schedule = s}); };
  call_plain();
  call_ranks();
  bench::call_times of_plain, of_ranks;
  for (auto _ : state) {
    MPI_Barrier(MPI_COMM_WORLD);
    of_plain.add(call_plain);
    MPI_Barrier(MPI_COMM_WORLD);
    state.SetIterationTime(of_ranks.add(call_ranks));
  }
  state.counters["ranks"] = bench::rank_count();
  state.counters["plain_ms"] = 1e3 * of_plain.median();
  state.counters["ms"] = 1e3 * of_ranks.median();
  state.counters["x_plain"] = of_ranks.median() / of_plain.median();
  state.counters["best_x_plain"] = of_ranks.least() / of_plain.least();
}

// 16 inputs, again and again: every iteration is 10,000 calls, and as many rounds of plain MPI that bring the
// same doubles and compute nothing.
void tiny(benchmark::State& state, schedule s) {
  static constexpr int calls = 10000;
  static constexpr std::size_t count = 16;
  const bench::black_scholes f;
  using point = bench::black_scholes::point_type;
  const auto inputs = bench::points(f, bench::is_root() ? count : 0);
  const auto all_inputs = bench::points(f, count);
  plain_rounds<point> plain(count);
  const std::vector<double> made_up(count * std::tuple_size_v<point>, 1.0);
  decltype(dad::batch_eval(f, inputs)) local, spread;
  const auto repeat = [](auto&& call) {
    return [call] {
      for (int i = 0; i < calls; ++i) call();
    };
  };
  const auto call_local = repeat([&] { dad::batch_eval_into(local, f, all_inputs); });
  const auto call_plain = repeat([&] {
    plain.round(inputs, [&](const auto& own) {
      return value_and_gradient{{made_up.data(), own.size()}, {made_up.data(), own.size() * point().size()}};
    });
  });
  const auto call_ranks = repeat([&] { dad::mpi::batch_eval_into(spread, f, inputs, {.schedule = s}); });
  call_ranks();
  double grown = 0.0;
  bench::call_times of_local, of_plain, of_ranks;
  for (auto _ : state) {
    bench::alone_at_root([&] { of_local.add(call_local); });
    of_plain.add(call_plain);
    MPI_Barrier(MPI_COMM_WORLD);
    const double before = resident_kilobytes();
    state.SetIterationTime(of_ranks.add(call_ranks));
    if (of_ranks.seconds.size() > 1) grown += resident_kilobytes() - before;  // without what is made once
  }
  grown = bench::largest_of_all(grown);
  if (!bench::is_root()) return;
  state.counters["ranks"] = bench::rank_count();
  state.counters["local_us"] = 1e6 * of_local.median() / calls;
  state.counters["plain_us"] = 1e6 * of_plain.median() / calls;
  state.counters["us"] = 1e6 * of_ranks.median() / calls;
  state.counters["best_us"] = 1e6 * of_ranks.least() / calls;
  state.counters["grown_kB"] = grown;
}

// In turns with the same call without a journal; the file is in the folder where the program was started.
void with_journal(benchmark::State& state) {
  static constexpr std::size_t count = 100000;
  static constexpr std::size_t chunk = 1000;  // 10 ms
  const std::string file = "bench.dadj";
  const bench::chain<> f{2200};
  const auto inputs = bench::points(f, bench::is_root() ? count : 0);
  decltype(dad::batch_eval(f, inputs)) r;
  dad::mpi::options without{.schedule = schedule::dynamic, .chunk = chunk}, with = without;
  with.journal = file;
  const auto call = [&](const dad::mpi::options& o) {
    if (bench::is_root()) std::remove(file.c_str());
    MPI_Barrier(MPI_COMM_WORLD);
    return [&] { dad::mpi::batch_eval_into(r, f, inputs, o); };
  };
  call(without)();
  bench::call_times plain, journaled;
  double chunk_seconds = 0.0, size = 0.0;
  for (auto _ : state) {
    plain.add(call(without));
    state.SetIterationTime(journaled.add(call(with)));
    if (!bench::is_root()) continue;
    chunk_seconds = 0.0;
    for (const auto& c : r.statistics().chunks) chunk_seconds += c.until - c.from;
    chunk_seconds /= static_cast<double>(r.statistics().chunks.size());
    struct stat status;
    if (stat(file.c_str(), &status) == 0) size = static_cast<double>(status.st_size);
  }
  if (!bench::is_root()) return;
  std::remove(file.c_str());
  state.counters["ranks"] = bench::rank_count();
  state.counters["chunk_ms"] = 1e3 * chunk_seconds;
  state.counters["plain_ms"] = 1e3 * plain.median();
  state.counters["ms"] = 1e3 * journaled.median();
  state.counters["file_kB"] = size / 1024.0;
  state.counters["x_plain"] = journaled.median() / plain.median();
  state.counters["best_x_plain"] = journaled.least() / plain.least();
}

struct named_schedule {
  const char* name;
  schedule s;
};
constexpr named_schedule all_schedules[] = {
    {"even", schedule::even}, {"dynamic", schedule::dynamic}, {"automatic", schedule::automatic}};

}  // namespace

int main(int argc, char** argv) {
  dad::mpi::environment env(argc, argv);
  prctl(PR_SET_TIMERSLACK, 1);  // waits end when they should

  using benchmark::State;
  const auto add_compute = [](const char* name, std::size_t steps, auto f, schedule s) {
    f.steps = steps;
    bench::add_over_ranks(std::string("compute/") + name, 7,
                          [f, s](State& state) { compute(state, f, 100000, s); });
  };
  add_compute("replayed_1us", 500, bench::chain<>{0}, schedule::automatic);
  add_compute("replayed_1us_even", 500, bench::chain<>{0}, schedule::even);
  add_compute("replayed_1us_dynamic", 500, bench::chain<>{0}, schedule::dynamic);
  add_compute("replayed_10us", 2200, bench::chain<>{0}, schedule::automatic);
  add_compute("on_tape_1us", 25, bench::chain<false>{0}, schedule::automatic);
  add_compute("on_tape_10us", 290, bench::chain<false>{0}, schedule::automatic);
  for (const auto& [name, s] : all_schedules)
    bench::add_over_ranks(std::string("uneven/") + name, 5,
                          [s = s](State& state) { uneven(state, s, false); });
  bench::add_over_ranks("uneven/with_costs", 5, [](State& state) { uneven(state, schedule::dynamic, true); });
  for (const auto& [name, s] : all_schedules)
    bench::add_over_ranks(std::string("tiny/") + name, 10, [s = s](State& state) { tiny(state, s); });
  for (const auto& [name, s] : all_schedules)
    bench::add_over_ranks(std::string("rows/") + name, 15, [s = s](State& state) { rows(state, s); });
  bench::add_over_ranks("journal", 15, with_journal);
  return bench::run_over_ranks(argc, argv);
}
