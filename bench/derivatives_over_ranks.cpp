// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// What ranks bring to the derivative of one function: Hessian and Jacobian of a network with 2021 parameters
// at the ranks of mpirun, against the function of the same name in dad at the root alone. Wall time, at the
// root.

#include <benchmark/benchmark.h>

#include <dad/dad.hpp>

#include <vector>

#include "functions/numbers.hpp"
#include "over_ranks.hpp"

namespace {

/// The outputs of a 10-39-39-1 network (tanh, tanh, linear) at a number of places, and the sum of their
/// squares.
struct network_at_places {
  static constexpr std::size_t inputs = 10;
  static constexpr std::size_t width = 39;
  static constexpr std::size_t parameter_count = (inputs + 1) * width + (width + 1) * width + width + 1;
  std::size_t places;

  template <class T>
  std::vector<T> outputs(const std::vector<T>& x) const {
    std::vector<T> out;
    for (std::size_t p = 0; p < places; ++p) {
      std::size_t at = 0;
      const auto neuron = [&](const auto& before) {
        T sum = x[at + before.size()];
        for (std::size_t i = 0; i < before.size(); ++i) sum += x[at + i] * before[i];
        at += before.size() + 1;
        return sum;
      };
      std::vector<double> place(inputs);
      for (std::size_t i = 0; i < inputs; ++i) place[i] = bench::uniform(5, p * inputs + i, -1.0, 1.0);
      std::vector<T> first(width), second(width);
      for (T& y : first) y = tanh(neuron(place));
      for (T& y : second) y = tanh(neuron(first));
      out.push_back(neuron(second));
    }
    return out;
  }
  template <class T>
  T loss(const std::vector<T>& x) const {
    T sum = 0.0;
    for (const T& y : outputs(x)) sum += y * y;
    return sum;
  }

  [[nodiscard]] static std::vector<double> point() {
    std::vector<double> x;
    for (std::size_t k = 0; k < parameter_count; ++k) x.push_back(bench::uniform(3, k, -0.3, 0.3));
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
  const std::vector<double> x = network_at_places::point();
  for (const auto& [name, schedule] :
       {std::pair{"automatic", dad::mpi::schedule::automatic}, std::pair{"even", dad::mpi::schedule::even},
        std::pair{"dynamic", dad::mpi::schedule::dynamic}}) {
    const dad::mpi::options o = {.schedule = schedule};
    bench::add_over_ranks(std::string("hessian/") + name, 7, [&x, o](benchmark::State& state) {
      const auto f = [](const auto& w) { return network_at_places{4}.loss(w); };
      compare(
          state, [&] { benchmark::DoNotOptimize(dad::hessian(f, x)); },
          [&] { benchmark::DoNotOptimize(dad::mpi::hessian(f, x, o)); });
    });
    bench::add_over_ranks(std::string("jacobian/reverse/") + name, 7, [&x, o](benchmark::State& state) {
      const auto f = [](const auto& w) { return network_at_places{256}.outputs(w); };
      compare(
          state, [&] { benchmark::DoNotOptimize(dad::jacobian(f, x)); },
          [&] { benchmark::DoNotOptimize(dad::mpi::jacobian(f, x, o)); });
    });
    bench::add_over_ranks(std::string("jacobian/forward/") + name, 3, [&x, o](benchmark::State& state) {
      const auto f = [](const auto& w) { return network_at_places{16}.outputs(w); };
      compare(
          state, [&] { benchmark::DoNotOptimize(dad::jacobian(f, x, dad::forward)); },
          [&] { benchmark::DoNotOptimize(dad::mpi::jacobian(f, x, dad::forward, o)); });
    });
  }
  return bench::run_over_ranks(argc, argv);
}
