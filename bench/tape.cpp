// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// What a derivative costs, against the function itself in plain double: the gradient on a warm tape, a
// gradient written by hand, and for small functions forward differentiation.

#include <benchmark/benchmark.h>

#include <array>
#include <string>

#include <dad/dad.hpp>

#include "agreement.hpp"
#include "functions/black_scholes.hpp"
#include "functions/det.hpp"
#include "functions/gmm.hpp"
#include "functions/llsq.hpp"
#include "functions/lse.hpp"
#include "functions/lstm.hpp"
#include "functions/network.hpp"
#include "functions/ode.hpp"
#include "functions/rosenbrock.hpp"
#include "in_turns.hpp"

namespace {

template <class F, class Measured>
void against_plain(benchmark::State& state, const F& f, const typename F::point_type& x,
                   Measured&& measured) {
  const auto plain = [&] { benchmark::DoNotOptimize(f(x)); };
  bench::run_in_turns(state, plain, measured);
}

template <class F>
void tape_gradient(benchmark::State& state, const F& f) {
  const auto x = f.point();
  auto gradient = x;
  dad::tape<> tape;
  against_plain(state, f, x, [&] {
    benchmark::DoNotOptimize(dad::gradient_into(tape, f, x, gradient));
    benchmark::DoNotOptimize(gradient.data());
  });
  state.SetLabel(std::to_string(tape.statistics().statements) + " statements");
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

template <class F>
void add_tape(const char* name, int turns, F f) {
  bench::add(name, turns, [f = std::move(f)](benchmark::State& state) { tape_gradient(state, f); });
}

template <class F>
void check_by_hand(const std::string& name, const F& f) {
  const auto x = f.point();
  auto gradient = x, expected = x;
  dad::tape<> tape;
  const std::array value{dad::gradient_into(tape, f, x, expected)};
  bench::check_agreement(name + " value", std::array{f.by_hand(x, gradient)}, value);
  bench::check_agreement_in_sum(name + " gradient", gradient, expected, 1e-9);
}

template <class F>
void add_tape_and_hand(const std::string& name, int turns, const F& f) {
  add_tape((name + "/tape").c_str(), turns, f);
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
  add_tape_and_hand("ode/n20_s50", 20, bench::ode{20, 50});
  add_tape_and_hand("ode/n100_s100", 10, bench::ode{100, 100});
  add_tape_and_hand("ode/n500_s100", 5, bench::ode{500, 100});

  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 1;
  benchmark::RunSpecifiedBenchmarks();
  benchmark::Shutdown();
  return 0;
}
