// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// What a derivative costs, against the function itself in plain double: the gradient on a warm tape, by
// operations and by assignments, a gradient written by hand, and for small functions forward differentiation.

#include <benchmark/benchmark.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <string>
#include <vector>

#include <dad/dad.hpp>
#include <dad/fused.hpp>

#include "functions/black_scholes.hpp"
#include "functions/bundle_adjustment.hpp"
#include "functions/det.hpp"
#include "functions/gmm.hpp"
#include "functions/kmeans.hpp"
#include "functions/llsq.hpp"
#include "functions/lse.hpp"
#include "functions/lstm.hpp"
#include "functions/network.hpp"
#include "functions/ode.hpp"
#include "functions/rosenbrock.hpp"
#include "in_turns.hpp"
#include "tape_runs.hpp"

namespace {

using bench::against_plain, bench::check_by_hand, bench::tape_gradient;

// Many residuals of bundle adjustment, one recording and one sweep for both rows of each Jacobian.
template <class Number>
void bundle_jacobians(benchmark::State& state, std::size_t observations) {
  using function = bench::bundle_adjustment;
  const function f;
  std::vector<function::point_type> points(observations);
  for (std::size_t i = 0; i < observations; ++i) points[i] = function::point(i);
  std::vector<std::array<double, function::output_count * function::input_count>> rows(observations);
  const auto plain = [&] {
    for (const auto& x : points) benchmark::DoNotOptimize(f(x));
  };
  const auto by_hand = [&] {
    for (std::size_t i = 0; i < observations; ++i) benchmark::DoNotOptimize(f.by_hand(points[i], rows[i]));
  };
  dad::tape<> tape;
  const auto by_tape = [&] {
    const auto guard = tape.activate();
    for (std::size_t i = 0; i < observations; ++i) {
      tape.clear();
      std::array<Number, function::input_count> x;
      std::copy(points[i].begin(), points[i].end(), x.begin());
      tape.input(x);
      tape.backward_all(f(x), [&](std::size_t row, auto adjoints) {
        for (std::size_t k = 0; k < function::input_count; ++k)
          rows[i][row * function::input_count + k] = adjoints[k + 1];
      });
    }
  };
  by_hand();
  const auto expected = rows;
  by_tape();
  for (std::size_t i = 0; i < observations; ++i)
    for (std::size_t k = 0; k < rows[i].size(); ++k)
      if (!(std::abs(rows[i][k] - expected[i][k]) < 1e-9))
        return state.SkipWithError("not the Jacobian by hand");
  const auto [least_plain, least_hand, least] = bench::least_in_turns(state, plain, by_hand, by_tape);
  const double items = 1e9 / static_cast<double>(observations);
  state.counters["plain_ns"] = items * least_plain;
  state.counters["ns"] = items * least;
  state.counters["x_plain"] = least / least_plain;
  state.counters["x_hand"] = least / least_hand;
}

template <class F>
void jvp(benchmark::State& state, const F& f) {
  const auto x = f.point();
  auto direction = x;
  for (double& v : direction) v = 1.0;
  against_plain(state, f, x, [&] { benchmark::DoNotOptimize(dad::jvp(f, x, direction)); });
}

template <class F>
void forward_gradient(benchmark::State& state, const F& f) {
  const auto x = f.point();
  against_plain(state, f, x, [&] { benchmark::DoNotOptimize(dad::jacobian(f, x, dad::forward)); });
}

template <class F>
void by_hand(benchmark::State& state, const F& f) {
  const auto x = f.point();
  auto gradient = x;
  against_plain(state, f, x, [&] {
    benchmark::DoNotOptimize(f.by_hand(x, gradient));
    benchmark::DoNotOptimize(gradient.data());
  });
}

// 10^8 operations in one recording: what each costs, and how many bytes.
void long_recording(benchmark::State& state) {
  constexpr std::size_t operations = 100'000'000;
  const auto f = [](const auto& x) {
    auto y = x[0] * x[1];
    for (std::size_t i = 0; i < operations; i += 4) y = (y * x[1] + x[0]) * 0.5 - x[1];
    return y;
  };
  const std::vector<double> x{1.5, 0.75};
  auto gradient = x;
  dad::tape<> tape;
  bench::run_in_turns(
      state, [&] { benchmark::DoNotOptimize(f(x)); },
      [&] { benchmark::DoNotOptimize(dad::gradient_into(tape, f, x, gradient)); },
      static_cast<double>(operations));
  state.counters["bytes"] = static_cast<double>(tape.statistics().bytes) / static_cast<double>(operations);
}

template <class F>
void add_tape(const char* name, int turns, F f) {
  bench::add(name, turns, [f = std::move(f)](benchmark::State& state) { tape_gradient(state, f, f); });
}

template <class F>
void add_tape_and_hand(const std::string& name, int turns, const F& f) {
  add_tape((name + "/tape").c_str(), turns, f);
  bench::add((name + "/fused").c_str(), turns,
             [f](benchmark::State& state) { tape_gradient(state, f, dad::fused(f)); });
  bench::add((name + "/hand").c_str(), turns, [name, f](benchmark::State& state) {
    check_by_hand(name, f);
    by_hand(state, f);
  });
}

template <class F>
void add_small(const std::string& name, const F& f) {
  add_tape_and_hand(name, 40, f);
  bench::add((name + "/jvp").c_str(), 40, [f](benchmark::State& state) { jvp(state, f); });
  bench::add((name + "/forward").c_str(), 40, [f](benchmark::State& state) { forward_gradient(state, f); });
}

}  // namespace

int main(int argc, char** argv) {
  add_small("rosenbrock/10", bench::rosenbrock<10>{});
  add_small("black_scholes/5", bench::black_scholes{});
  add_small("network/337", bench::network{});
  add_tape_and_hand("gmm/d2_k5_n1000", 20, bench::gmm{2, 5, 1000});
  add_tape_and_hand("gmm/d10_k25_n1000", 5, bench::gmm{10, 25, 1000});
  add_tape_and_hand("gmm/d32_k50_n1000", 3, bench::gmm{32, 50, 1000});
  add_tape_and_hand("lstm/l2_c1024", 10, bench::lstm{2, 14, 1024});
  add_tape_and_hand("lstm/l4_c1024", 10, bench::lstm{4, 14, 1024});
  add_tape_and_hand("lstm/l2_c4096", 5, bench::lstm{2, 14, 4096});
  add_tape_and_hand("llsq/m16_n1000", 20, bench::llsq{16, 1000});
  add_tape_and_hand("llsq/m128_n1000", 10, bench::llsq{128, 1000});
  add_tape_and_hand("llsq/m128_n4000", 5, bench::llsq{128, 4000});
  add_tape_and_hand("lse/1000", 40, bench::lse{1000});
  add_tape_and_hand("lse/10000", 20, bench::lse{10000});
  add_tape_and_hand("lse/1000000", 5, bench::lse{1000000});
  add_tape_and_hand("det/5", 40, bench::det{5});
  add_tape_and_hand("det/8", 10, bench::det{8});
  add_tape_and_hand("det/10", 3, bench::det{10});
  bench::add("ba/31843/tape", 5, [](benchmark::State& state) { bundle_jacobians<dad::var<>>(state, 31843); });
  bench::add("ba/31843/fused", 5,
             [](benchmark::State& state) { bundle_jacobians<dad::fused_var<>>(state, 31843); });
  const auto add_kmeans = [](const std::string& name, const bench::kmeans& f) {
    bench::add((name + "/tape").c_str(), 5,
               [f](benchmark::State& state) { bench::kmeans_diagonal<dad::var>(state, f, f); });
    bench::add((name + "/fused").c_str(), 5,
               [f](benchmark::State& state) { bench::kmeans_diagonal<dad::fused_var>(state, f, f); });
  };
  add_kmeans("kmeans/d3_k10_n1000", bench::kmeans{3, 10, 1000});
  add_kmeans("kmeans/d10_k20_n10000", bench::kmeans{10, 20, 10000});
  bench::add("long/1e8", 1, long_recording);
  add_tape_and_hand("ode/n20_s50", 20, bench::ode{20, 50});
  add_tape_and_hand("ode/n100_s100", 10, bench::ode{100, 100});
  add_tape_and_hand("ode/n500_s100", 5, bench::ode{500, 100});

  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 1;
  benchmark::RunSpecifiedBenchmarks();
  benchmark::Shutdown();
  return 0;
}
