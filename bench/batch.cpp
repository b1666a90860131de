// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// What a batch costs per input in this process: values and gradients by dad::batch_eval, against a plain loop
// over the same inputs that computes the values alone.

#include <benchmark/benchmark.h>

#include <string>
#include <vector>

#include <dad/dad.hpp>

#include "functions/black_scholes.hpp"
#include "functions/network.hpp"
#include "functions/points.hpp"
#include "functions/rosenbrock.hpp"
#include "in_turns.hpp"

namespace {

// `measured` gets the inputs and is held against the loop over them.
template <class F, class Measured>
void against_loop(benchmark::State& state, const F& f, std::size_t count, Measured&& measured) {
  const auto inputs = bench::points(f, count);
  std::vector<double> values(count);
  const auto loop = [&] {
    for (std::size_t i = 0; i < count; ++i) values[i] = f(inputs[i]);
    benchmark::DoNotOptimize(values.data());
  };
  bench::run_in_turns(
      state, loop, [&] { measured(inputs); }, static_cast<double>(count));
}

// The result's memory is new for every call.
template <class F>
void eval(benchmark::State& state, const F& f, std::size_t count) {
  against_loop(state, f, count, [&](const auto& inputs) {
    const auto r = dad::batch_eval(f, inputs);
    benchmark::DoNotOptimize(r.gradients().data());
  });
}

// The result's memory is kept.
template <class F>
void eval_into(benchmark::State& state, const F& f, std::size_t count) {
  decltype(dad::batch_eval(f, bench::points(f, 1))) r;
  against_loop(state, f, count, [&](const auto& inputs) {
    dad::batch_eval_into(r, f, inputs);
    benchmark::DoNotOptimize(r.gradients().data());
  });
}

template <class F>
void by_hand(benchmark::State& state, const F& f, std::size_t count) {
  auto gradients = bench::points(f, count);
  std::vector<double> values(count);
  against_loop(state, f, count, [&](const auto& inputs) {
    for (std::size_t i = 0; i < count; ++i) values[i] = f.by_hand(inputs[i], gradients[i]);
    benchmark::DoNotOptimize(values.data());
    benchmark::DoNotOptimize(gradients.data());
  });
}

template <class F>
void add_all(const std::string& name, const F& f, std::size_t count, int turns) {
  using benchmark::State;
  bench::add((name + "/eval").c_str(), turns, [f, count](State& state) { eval(state, f, count); });
  bench::add((name + "/eval_into").c_str(), turns, [f, count](State& state) { eval_into(state, f, count); });
  bench::add((name + "/hand").c_str(), turns, [f, count](State& state) { by_hand(state, f, count); });
}

}  // namespace

int main(int argc, char** argv) {
  add_all("rosenbrock/10/inputs100000", bench::rosenbrock<10>{}, 100000, 10);
  add_all("black_scholes/5/inputs100000", bench::black_scholes{}, 100000, 10);
  add_all("network/337/inputs10000", bench::network{}, 10000, 10);

  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 1;
  benchmark::RunSpecifiedBenchmarks();
  benchmark::Shutdown();
  return 0;
}
