// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// What ranks bring to the derivative of one function: Hessian and Jacobian of a network with 2021 parameters
// at the ranks of mpirun, against the function of the same name in dad at the root alone. Wall time, at the
// root.

#include <benchmark/benchmark.h>

#include <dad/dad.hpp>

#include <string>
#include <utility>
#include <vector>

#include "functions/numbers.hpp"
#include "over_ranks.hpp"

namespace {

/// The mean squared output of a 10-39-39-1 network (tanh, tanh, linear) at 128 places, as a function of its
/// 2029 parameters.
struct loss {
  static constexpr std::size_t inputs = 10, width = 39, places = 128;
  static constexpr std::size_t parameter_count = (inputs + 1) * width + (width + 1) * width + width + 1;

  template <class T>
  T operator()(const std::vector<T>& x) const {
    T sum = 0.0;
    for (std::size_t p = 0; p < places; ++p) {
      std::size_t at = 0;
      const auto neuron = [&](const auto& before) {
        T y = x[at + before.size()];
        for (std::size_t i = 0; i < before.size(); ++i) y += x[at + i] * before[i];
        at += before.size() + 1;
        return y;
      };
      const std::vector<double> place = bench::uniform_vector(5 + p, inputs, -1.0, 1.0);
      std::vector<T> first(width), second(width);
      for (T& y : first) y = tanh(neuron(place));
      for (T& y : second) y = tanh(neuron(first));
      const T output = neuron(second);
      sum += output * output / double(places);
    }
    return sum;
  }
};

/// A reaction and diffusion on a ring, after 50 steps.
struct evolution {
  template <class T>
  std::vector<T> operator()(std::vector<T> x) const {
    const std::size_t n = x.size();
    std::vector<T> next(n);
    for (int step = 0; step < 50; ++step) {
      for (std::size_t i = 0; i < n; ++i)
        next[i] = x[i] + 0.2 * (x[(i + 1) % n] - 2.0 * x[i] + x[(i + n - 1) % n]) +
                  0.05 * x[i] * (1.0 - x[i] * x[i]);
      std::swap(x, next);
    }
    return x;
  }
};

// Every iteration is a local call at the root, for which the others wait, and a call over ranks.
template <class Local, class Spread>
void compare(benchmark::State& state, Local&& local, Spread&& spread) {
  bench::call_times alone, together;
  bench::alone_at_root(local);
  spread();
  for (auto _ : state) {
    bench::alone_at_root([&] { alone.add(local); });
    state.SetIterationTime(together.add(spread));
  }
  const double busiest = bench::largest_of_all(together.least_cpu);
  state.counters["ranks"] = bench::rank_count();
  if (!bench::is_root()) return;
  state.counters["local_ms"] = 1e3 * alone.median();
  state.counters["ms"] = 1e3 * together.median();
  state.counters["speedup"] = alone.median() / together.median();
  state.counters["best_speedup"] = alone.least() / together.least();
  state.counters["cpu_speedup"] = alone.least_cpu / busiest;
}

}  // namespace

int main(int argc, char** argv) {
  dad::mpi::environment env(argc, argv);
  const std::vector<double> weights = bench::uniform_vector(3, loss::parameter_count, -0.3, 0.3);
  const std::vector<double> state = bench::uniform_vector(4, 1000, -1.0, 1.0);
  for (const auto& [name, schedule] :
       {std::pair{"automatic", dad::mpi::schedule::automatic}, std::pair{"even", dad::mpi::schedule::even},
        std::pair{"dynamic", dad::mpi::schedule::dynamic}}) {
    const dad::mpi::options o = {.schedule = schedule};
    bench::add_over_ranks(std::string("hessian/2029/") + name, 5, [&weights, o](benchmark::State& s) {
      compare(
          s, [&] { benchmark::DoNotOptimize(dad::hessian(loss{}, weights)); },
          [&] { benchmark::DoNotOptimize(dad::mpi::hessian(loss{}, weights, o)); });
    });
    bench::add_over_ranks(std::string("jacobian/1000/") + name, 9, [&state, o](benchmark::State& s) {
      compare(
          s, [&] { benchmark::DoNotOptimize(dad::jacobian(evolution{}, state)); },
          [&] { benchmark::DoNotOptimize(dad::mpi::jacobian(evolution{}, state, o)); });
    });
    bench::add_over_ranks(std::string("trace/2029/") + name, 5, [&weights, o](benchmark::State& s) {
      compare(
          s, [&] { benchmark::DoNotOptimize(dad::hessian_trace(loss{}, weights, {.probes = 128})); },
          [&] { benchmark::DoNotOptimize(dad::mpi::hessian_trace(loss{}, weights, {.probes = 128}, o)); });
    });
  }
  return bench::run_over_ranks(argc, argv);
}
