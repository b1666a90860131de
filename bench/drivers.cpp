// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// What second derivatives cost, against a gradient of the same function on the tape; and Jacobians in each
// mode, against the better of the explicit ones.

#include <benchmark/benchmark.h>

#include <algorithm>
#include <cstddef>
#include <string>
#include <vector>

#include <dad/dad.hpp>

#include "../examples/which_mode/functions.hpp"
#include "functions/black_scholes.hpp"
#include "functions/gmm.hpp"
#include "functions/lse.hpp"
#include "functions/lstm.hpp"
#include "functions/network.hpp"
#include "functions/rosenbrock.hpp"
#include "in_turns.hpp"

namespace {

// Directions as a user has them: no component is zero.
std::vector<double> direction(std::size_t size) { return bench::uniform_vector(20, size, 0.5, 1.5); }
dad::matrix directions(std::size_t count, std::size_t size) {
  dad::matrix v(count, size);
  for (std::size_t i = 0; i < v.size(); ++i) v.data()[i] = bench::uniform(21, i, 0.5, 1.5);
  return v;
}

// The counter is the least time of a call over that of a gradient.
template <class F, class Measured>
void against_gradient(benchmark::State& state, const F& f, Measured&& measured) {
  const auto x = f.point();
  const auto [gradient, least] = bench::least_in_turns(
      state, [&] { benchmark::DoNotOptimize(dad::gradient(f, x)); },
      [&] { benchmark::DoNotOptimize(measured(x)); });
  state.counters["gradient_ns"] = 1e9 * gradient;
  state.counters["ns"] = 1e9 * least;
  state.counters["x_gradient"] = least / gradient;
}

template <class F>
void add_products(const std::string& name, int turns, const F& f) {
  const std::size_t n = f.point().size();
  bench::add((name + "/hvp").c_str(), turns, [f, v = direction(n)](benchmark::State& state) {
    against_gradient(state, f, [&](const auto& x) { return dad::hvp(f, x, v); });
  });
  bench::add((name + "/hvp_16").c_str(), turns, [f, v = directions(16, n)](benchmark::State& state) {
    against_gradient(state, f, [&](const auto& x) { return dad::hvp(f, x, v); });
  });
  bench::add((name + "/hvp_at").c_str(), turns, [f, v = direction(n)](benchmark::State& state) {
    auto hessian = dad::hvp_at(f, f.point());
    against_gradient(state, f, [&](const auto&) { return hessian(v); });
  });
}

template <class F>
void add_with_hessian(const std::string& name, int turns, const F& f) {
  add_products(name, turns, f);
  bench::add((name + "/hessian").c_str(), turns, [f](benchmark::State& state) {
    against_gradient(state, f, [&](const auto& x) { return dad::hessian(f, x); });
  });
}

// The counter is the time of the chosen way over the lower of forward and reverse.
template <class F>
void add_jacobians(std::size_t inputs) {
  for (const std::size_t outputs : {inputs / 100, inputs / 10, inputs, 10 * inputs, 100 * inputs}) {
    const std::string name = std::string("jacobian/") + F::name + "/" + std::to_string(outputs);
    bench::add(name.c_str(), 5, [f = F{outputs, inputs}, inputs](benchmark::State& state) {
      const auto x = which_mode::point(inputs);
      const auto [forward, reverse, chosen] = bench::least_in_turns(
          state, [&] { benchmark::DoNotOptimize(dad::jacobian(f, x, dad::forward)); },
          [&] { benchmark::DoNotOptimize(dad::jacobian(f, x, dad::reverse)); },
          [&] { benchmark::DoNotOptimize(dad::jacobian(f, x)); });
      state.counters["forward_us"] = 1e6 * forward;
      state.counters["reverse_us"] = 1e6 * reverse;
      state.counters["x_lower"] = chosen / std::min(forward, reverse);
    });
  }
}

}  // namespace

int main(int argc, char** argv) {
  add_with_hessian("rosenbrock/10", 40, bench::rosenbrock<10>{});
  add_with_hessian("rosenbrock/100", 40, bench::rosenbrock<100>{});
  add_with_hessian("black_scholes/5", 40, bench::black_scholes{});
  add_with_hessian("network/337", 20, bench::network{});
  add_with_hessian("lse/100", 40, bench::lse{100});
  add_products("lse/1000", 20, bench::lse{1000});
  add_with_hessian("gmm/d2_k5_n1000", 10, bench::gmm{2, 5, 1000});
  add_products("gmm/d10_k25_n100", 10, bench::gmm{10, 25, 100});
  add_products("lstm/l2_c1024", 5, bench::lstm{2, 14, 1024});
  add_jacobians<which_mode::products>(100);
  add_jacobians<which_mode::network>(100);
  add_jacobians<which_mode::exponentials>(100);

  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 1;
  benchmark::RunSpecifiedBenchmarks();
  benchmark::Shutdown();
  return 0;
}
