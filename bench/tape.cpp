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

#include "agreement.hpp"
#include "functions/black_scholes.hpp"
#include "functions/bundle_adjustment.hpp"
#include "functions/by_ranges.hpp"
#include "functions/det.hpp"
#include "functions/elementwise.hpp"
#include "functions/gmm.hpp"
#include "functions/kmeans.hpp"
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

// f is what it is held against, recorded what is recorded: f, or f by assignments.
template <class F, class R>
void tape_gradient(benchmark::State& state, const F& f, const R& recorded) {
  const auto x = f.point();
  auto gradient = x;
  dad::tape<> tape;
  against_plain(state, f, x, [&] {
    benchmark::DoNotOptimize(dad::gradient_into(tape, recorded, x, gradient));
    benchmark::DoNotOptimize(gradient.data());
  });
  const auto s = tape.statistics();
  state.SetLabel(std::to_string(s.statements) + " statements");
  state.counters["bytes"] = static_cast<double>(s.bytes);
}

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

// The gradient and the diagonal of the Hessian of k-means by forward over reverse: as its Hessian is
// diagonal, it is the product with a vector of ones.
template <template <class> class Number, class F>
void kmeans_diagonal(benchmark::State& state, const bench::kmeans& f, const F& recorded) {
  using number = dad::dual<>;
  const auto x = f.point();
  auto gradient = x, diagonal = x;
  const auto plain = [&] { benchmark::DoNotOptimize(f(x)); };
  dad::tape<number> tape;
  std::vector<Number<number>> inputs;
  const auto by_tape = [&] {
    const auto guard = tape.activate();
    tape.clear();
    inputs.clear();
    for (const double c : x) inputs.emplace_back(number(c, 1.0));
    tape.input(inputs);
    tape.backward(Number<number>(recorded(inputs)));
    for (std::size_t k = 0; k < x.size(); ++k) {
      gradient[k] = tape.adjoints()[k + 1].value();
      diagonal[k] = tape.adjoints()[k + 1].tangent();
    }
    benchmark::DoNotOptimize(diagonal.data());
  };
  auto hand_gradient = x, hand_diagonal = x;
  (void)f.by_hand(x, hand_gradient, hand_diagonal);
  by_tape();
  for (std::size_t k = 0; k < x.size(); ++k)
    if (!(std::abs(gradient[k] - hand_gradient[k]) < 1e-9) || diagonal[k] != hand_diagonal[k])
      return state.SkipWithError("not the derivatives by hand");
  bench::run_in_turns(state, plain, by_tape);
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
void check_by_hand(const std::string& name, const F& f) {
  const auto x = f.point();
  auto gradient = x, expected = x, by_assignments = x;
  dad::tape<> tape;
  const std::array value{dad::gradient_into(tape, f, x, expected)};
  bench::check_agreement(name + " value", std::array{f.by_hand(x, gradient)}, value);
  bench::check_agreement_in_sum(name + " gradient", gradient, expected, 1e-9);
  dad::gradient_into(tape, dad::fused(f), x, by_assignments);
  bench::check_agreement_in_sum(name + " fused gradient", gradient, by_assignments, 1e-9);
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

// The same function by functions of whole ranges, held against its loops in plain double. By assignments
// where there is something to assign.
template <bool IsFused = true, class F, class R>
void add_ranges(const std::string& name, int turns, const F& f, const R& by_ranges,
                const std::string& way = "ranges") {
  bench::add((name + "/" + way).c_str(), turns, [=](benchmark::State& state) {
    check_by_hand(name + " by " + way, by_ranges);
    if constexpr (IsFused)
      tape_gradient(state, f, dad::fused(by_ranges));
    else
      tape_gradient(state, f, by_ranges);
  });
}
// Likewise, element by element.
template <class F, class R>
void add_elementwise(const std::string& name, int turns, const F& f, const R& elementwise) {
  add_ranges<false>(name, turns, f, elementwise, "elementwise");
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
  add_ranges("network/337", 40, bench::network{}, bench::network_by_ranges{});
  add_tape_and_hand("gmm/d2_k5_n1000", 20, bench::gmm{2, 5, 1000});
  add_tape_and_hand("gmm/d10_k25_n1000", 5, bench::gmm{10, 25, 1000});
  add_tape_and_hand("gmm/d32_k50_n1000", 3, bench::gmm{32, 50, 1000});
  add_elementwise("gmm/d2_k5_n1000", 20, bench::gmm{2, 5, 1000}, bench::gmm_elementwise{{2, 5, 1000}});
  add_ranges("gmm/d2_k5_n1000", 20, bench::gmm{2, 5, 1000}, bench::gmm_by_ranges{{2, 5, 1000}});
  add_ranges("gmm/d10_k25_n1000", 5, bench::gmm{10, 25, 1000}, bench::gmm_by_ranges{{10, 25, 1000}});
  add_ranges("gmm/d32_k50_n1000", 3, bench::gmm{32, 50, 1000}, bench::gmm_by_ranges{{32, 50, 1000}});
  add_tape_and_hand("lstm/l2_c1024", 10, bench::lstm{2, 14, 1024});
  add_tape_and_hand("lstm/l4_c1024", 10, bench::lstm{4, 14, 1024});
  add_tape_and_hand("lstm/l2_c4096", 5, bench::lstm{2, 14, 4096});
  add_elementwise("lstm/l2_c1024", 10, bench::lstm{2, 14, 1024}, bench::lstm_elementwise{{2, 14, 1024}});
  add_elementwise("lstm/l4_c1024", 10, bench::lstm{4, 14, 1024}, bench::lstm_elementwise{{4, 14, 1024}});
  add_elementwise("lstm/l2_c4096", 5, bench::lstm{2, 14, 4096}, bench::lstm_elementwise{{2, 14, 4096}});
  add_tape_and_hand("llsq/m16_n1000", 20, bench::llsq{16, 1000});
  add_tape_and_hand("llsq/m128_n1000", 10, bench::llsq{128, 1000});
  add_tape_and_hand("llsq/m128_n4000", 5, bench::llsq{128, 4000});
  add_ranges("llsq/m16_n1000", 20, bench::llsq{16, 1000}, bench::llsq_by_ranges{{16, 1000}});
  add_ranges("llsq/m128_n1000", 10, bench::llsq{128, 1000}, bench::llsq_by_ranges{{128, 1000}});
  add_ranges("llsq/m128_n4000", 5, bench::llsq{128, 4000}, bench::llsq_by_ranges{{128, 4000}});
  add_tape_and_hand("lse/1000", 40, bench::lse{1000});
  add_tape_and_hand("lse/10000", 20, bench::lse{10000});
  add_tape_and_hand("lse/1000000", 5, bench::lse{1000000});
  add_ranges<false>("lse/1000", 40, bench::lse{1000}, bench::lse_by_ranges{{1000}});
  add_ranges<false>("lse/10000", 20, bench::lse{10000}, bench::lse_by_ranges{{10000}});
  add_ranges<false>("lse/1000000", 5, bench::lse{1000000}, bench::lse_by_ranges{{1000000}});
  add_tape_and_hand("det/5", 40, bench::det{5});
  add_tape_and_hand("det/8", 10, bench::det{8});
  add_tape_and_hand("det/10", 3, bench::det{10});
  add_ranges("det/5", 40, bench::det{5}, bench::det_by_ranges{{5}});
  add_ranges("det/8", 10, bench::det{8}, bench::det_by_ranges{{8}});
  add_ranges("det/10", 3, bench::det{10}, bench::det_by_ranges{{10}});
  bench::add("ba/31843/tape", 5, [](benchmark::State& state) { bundle_jacobians<dad::var<>>(state, 31843); });
  bench::add("ba/31843/fused", 5,
             [](benchmark::State& state) { bundle_jacobians<dad::fused_var<>>(state, 31843); });
  const auto add_kmeans = [](const std::string& name, const bench::kmeans& f, const auto& elementwise) {
    bench::add((name + "/tape").c_str(), 5,
               [f](benchmark::State& state) { kmeans_diagonal<dad::var>(state, f, f); });
    bench::add((name + "/fused").c_str(), 5,
               [f](benchmark::State& state) { kmeans_diagonal<dad::fused_var>(state, f, f); });
    bench::add((name + "/elementwise").c_str(), 5, [f, elementwise](benchmark::State& state) {
      kmeans_diagonal<dad::var>(state, f, elementwise);
    });
  };
  add_kmeans("kmeans/d3_k10_n1000", bench::kmeans{3, 10, 1000}, bench::kmeans_elementwise<3>{{3, 10, 1000}});
  add_kmeans("kmeans/d10_k20_n10000", bench::kmeans{10, 20, 10000},
             bench::kmeans_elementwise<10>{{10, 20, 10000}});
  bench::add("long/1e8", 1, long_recording);
  add_tape_and_hand("ode/n20_s50", 20, bench::ode{20, 50});
  add_tape_and_hand("ode/n100_s100", 10, bench::ode{100, 100});
  add_tape_and_hand("ode/n500_s100", 5, bench::ode{500, 100});
  add_elementwise("ode/n20_s50", 20, bench::ode{20, 50}, bench::ode_elementwise{{20, 50}});
  add_elementwise("ode/n100_s100", 10, bench::ode{100, 100}, bench::ode_elementwise{{100, 100}});
  add_elementwise("ode/n500_s100", 5, bench::ode{500, 100}, bench::ode_elementwise{{500, 100}});

  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 1;
  benchmark::RunSpecifiedBenchmarks();
  benchmark::Shutdown();
  return 0;
}
