// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// What is built from products with a Hessian, as multiples of one gradient on a warm tape.

#include <benchmark/benchmark.h>

#include <cmath>
#include <string>
#include <vector>

#include <dad/dad.hpp>

#include "functions/regression.hpp"
#include "in_turns.hpp"

namespace {

const bench::regression loss;
const std::vector<double> x = bench::regression::point();
const std::vector<double> v(x.size(), 0.5);

template <class Measured>
void against_gradient(benchmark::State& state, Measured&& measured) {
  auto gradient = x;
  dad::tape<> tape;
  const auto once = [&] { benchmark::DoNotOptimize(dad::gradient_into(tape, loss, x, gradient)); };
  const auto [least_gradient, least] = bench::least_in_turns(state, once, measured);
  state.counters["gradient_ns"] = 1e9 * least_gradient;
  state.counters["ns"] = 1e9 * least;
  state.counters["x_gradient"] = least / least_gradient;
}

void trace(benchmark::State& state) {
  dad::trace_estimate<> estimate{};
  against_gradient(state, [&] { estimate = dad::hessian_trace(loss, x, {.probes = 64}); });
  state.SetLabel(std::to_string(estimate.value) + " +- " + std::to_string(estimate.standard_error));
}

void spectrum(benchmark::State& state) {
  dad::extreme_eigenvalues ends;
  against_gradient(state, [&] { ends = dad::hessian_eigenvalues(loss, x, {.largest = 5, .smallest = 5}); });
  if (!ends.converged) return state.SkipWithError("not converged");
  state.SetLabel(std::to_string(ends.products) + " products");
}

void gauss_newton(benchmark::State& state) {
  const auto residuals = [](const auto& u) { return loss.residuals(u); };
  against_gradient(state, [&] { benchmark::DoNotOptimize(dad::gauss_newton_product(residuals, x, v)); });
}

}  // namespace

int main(int argc, char** argv) {
  bench::add("gauss_newton", 20, gauss_newton);
  bench::add("hvp", 20, [](benchmark::State& state) {
    against_gradient(state, [&] { benchmark::DoNotOptimize(dad::hvp(loss, x, v)); });
  });
  bench::add("eight_products", 10, [](benchmark::State& state) {
    const dad::matrix directions(8, x.size(), 0.5);
    against_gradient(state,
                     [&] { benchmark::DoNotOptimize(dad::detail::direction_products(loss, x, directions)); });
  });
  bench::add("trace/64", 5, trace);
  bench::add("eigenvalues/5+5", 3, spectrum);

  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 1;
  benchmark::RunSpecifiedBenchmarks();
  benchmark::Shutdown();
  return 0;
}
