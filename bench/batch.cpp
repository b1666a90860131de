// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// What a batch costs per input in this process: values and derivatives by dad::batch_*, against a plain loop
// over the same inputs that computes the values alone, and against derivatives written by hand.

#include <benchmark/benchmark.h>

#include <array>
#include <cstddef>
#include <span>
#include <string>
#include <tuple>
#include <vector>

#include <dad/dad.hpp>

#include "agreement.hpp"
#include "eight_lanes.hpp"
#include "functions/black_scholes.hpp"
#include "functions/bundle_adjustment.hpp"
#include "functions/gmm_term.hpp"
#include "functions/loan.hpp"
#include "functions/lotka_volterra.hpp"
#include "functions/network.hpp"
#include "functions/piecewise_cubic.hpp"
#include "functions/points.hpp"
#include "functions/rosenbrock.hpp"
#include "in_turns.hpp"

namespace {

using benchmark::State;

// A loop of f over the inputs, into kept memory.
template <class F, class Inputs>
auto plain_loop(const F& f, const Inputs& inputs) {
  return [&f, &inputs, values = std::vector<decltype(f(inputs[0]))>(inputs.size())]() mutable {
    for (std::size_t i = 0; i < inputs.size(); ++i) values[i] = f(inputs[i]);
    benchmark::DoNotOptimize(values.data());
  };
}

// `measured` gets the inputs and is held against the loop over them.
template <class F, class Measured>
void against_loop(State& state, const F& f, std::size_t count, Measured&& measured) {
  const auto inputs = bench::points(f, count);
  bench::run_in_turns(
      state, plain_loop(f, inputs), [&] { measured(inputs); }, static_cast<double>(count));
}

// --- values and gradients

// The result's memory is new for every call.
template <class F>
void eval(State& state, const F& f, std::size_t count) {
  against_loop(state, f, count, [&](const auto& inputs) {
    const auto r = dad::batch_eval(f, inputs);
    benchmark::DoNotOptimize(r.gradients().data());
  });
}

// The result's memory is kept.
template <class F>
void eval_into(State& state, const F& f, std::size_t count) {
  decltype(dad::batch_eval(f, bench::points(f, 1))) r;
  against_loop(state, f, count, [&](const auto& inputs) {
    dad::batch_eval_into(r, f, inputs);
    benchmark::DoNotOptimize(r.gradients().data());
  });
}

template <class F>
void by_hand(State& state, const F& f, std::size_t count) {
  auto gradients = bench::points(f, count);
  std::vector<double> values(count);
  against_loop(state, f, count, [&](const auto& inputs) {
    for (std::size_t i = 0; i < count; ++i) values[i] = f.by_hand(inputs[i], gradients[i]);
    benchmark::DoNotOptimize(values.data());
    benchmark::DoNotOptimize(gradients.data());
  });
}

template <class F>
void check_gradients(const std::string& name, const F& f) {
  const auto inputs = bench::points(f, 1000);
  const auto r = dad::batch_eval(f, inputs);
  auto gradient = inputs[0];
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    const std::array value{f.by_hand(inputs[i], gradient)};
    bench::check_agreement(name + " value", std::array{r[i].value}, value);
    bench::check_agreement(name + " gradient", r[i].gradient, gradient);
  }
}

template <class F>
void add_gradients(const std::string& name, const F& f, std::size_t count, int turns) {
  const auto add = [&](const char* what, auto&& run) {
    bench::add((name + "/inputs" + std::to_string(count) + what).c_str(), turns, [=](State& state) {
      check_gradients(name, f);
      run(state, f, count);
    });
  };
  add("/eval", eval<F>);
  add("/eval_into", eval_into<F>);
  add("/hand", by_hand<F>);
}

// --- the derivative by hand, eight inputs at once

#ifdef BENCH_HAS_EIGHT_LANES
template <class F>
void check_eight_lanes(const std::string& name, const F& f) {
  const auto inputs = bench::points(f, 64);
  auto gradients = inputs;
  std::vector<double> values(inputs.size());
  bench::by_hand_in_eight_lanes(f, std::span(inputs), values.data(), gradients.data());
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    auto gradient = inputs[i];
    const std::array value{f.by_hand(inputs[i], gradient)};
    bench::check_agreement(name + " value in eight lanes", std::array{values[i]}, value);
    bench::check_agreement(name + " gradient in eight lanes", gradients[i], gradient);
  }
}

template <class F>
void eight_lanes(State& state, const F& f, std::size_t count) {
  auto gradients = bench::points(f, count);
  std::vector<double> values(count);
  against_loop(state, f, count, [&](const auto& inputs) {
    bench::by_hand_in_eight_lanes(f, std::span(inputs), values.data(), gradients.data());
    benchmark::DoNotOptimize(values.data());
    benchmark::DoNotOptimize(gradients.data());
  });
}

// Rows of inputs become columns, and columns become rows as long as gradients: what no batch does without.
template <class F>
void rows_only(State& state, const F& f, std::size_t count) {
  constexpr std::size_t width = std::tuple_size_v<typename F::point_type>;
  auto gradients = bench::points(f, count);
  against_loop(state, f, count, [&](const auto& inputs) {
    for (std::size_t i = 0; i < count; i += 8) {
      std::array<bench::eight, width> columns;
      bench::load_columns(&inputs[i], columns);
      bench::store_columns(columns, &gradients[i]);
    }
    benchmark::DoNotOptimize(gradients.data());
  });
}

template <class F>
void add_eight_lanes(const std::string& name, const F& f, std::size_t count, int turns) {
  const std::string full = name + "/inputs" + std::to_string(count);
  bench::add((full + "/eight_lanes").c_str(), turns, [=](State& state) {
    check_eight_lanes(name, f);
    eight_lanes(state, f, count);
  });
  bench::add((full + "/rows_only").c_str(), turns, [=](State& state) { rows_only(state, f, count); });
}
#else
template <class F>
void add_eight_lanes(const std::string&, const F&, std::size_t, int) {}
#endif

// --- Jacobians

void jacobian(State& state, const bench::bundle_adjustment& f, std::size_t count) {
  decltype(dad::batch_jacobian(f, bench::points(f, 1))) r;
  against_loop(state, f, count, [&](const auto& inputs) {
    dad::batch_jacobian_into(r, f, inputs);
    benchmark::DoNotOptimize(r.values().data());
  });
}

using jacobian_row_major =
    std::array<double, bench::bundle_adjustment::output_count * bench::bundle_adjustment::input_count>;

void jacobian_by_hand(State& state, const bench::bundle_adjustment& f, std::size_t count) {
  std::vector<jacobian_row_major> jacobians(count);
  std::vector<bench::bundle_adjustment::value_type> values(count);
  against_loop(state, f, count, [&](const auto& inputs) {
    for (std::size_t i = 0; i < count; ++i) values[i] = f.by_hand(inputs[i], jacobians[i]);
    benchmark::DoNotOptimize(values.data());
    benchmark::DoNotOptimize(jacobians.data());
  });
}

void check_jacobians(const bench::bundle_adjustment& f) {
  const auto inputs = bench::points(f, 1000);
  const auto r = dad::batch_jacobian(f, inputs);
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    jacobian_row_major expected;
    const auto value = f.by_hand(inputs[i], expected);
    const auto& got = r[i].jacobian;
    bench::check_agreement("bundle_adjustment value", r[i].value, value);
    bench::check_agreement("bundle_adjustment jacobian", std::span(got.data(), got.rows() * got.cols()),
                           expected);
  }
}

void add_jacobians(const bench::bundle_adjustment& f, std::size_t count, int turns) {
  const auto add = [&](const char* what, auto&& run) {
    bench::add(("bundle_adjustment/15/inputs" + std::to_string(count) + what).c_str(), turns,
               [=](State& state) {
                 check_jacobians(f);
                 run(state, f, count);
               });
  };
  add("/jacobian", jacobian);
  add("/hand", jacobian_by_hand);
}

// --- sums

// Held against the loop over f and, as x_hoisted, against a sum that computes once what does not depend on
// the sample.
template <std::size_t D, class Measured>
void sum_against_loop(State& state, const bench::gmm_term<D>& f, std::size_t count, Measured&& measured) {
  const auto shared = f.shared();
  const auto samples = bench::points(f, count);
  const auto loop = [&] {
    double sum = 0.0;
    for (const auto& x : samples) sum += f(shared, x);
    benchmark::DoNotOptimize(sum);
  };
  const auto hoisted = [&] { benchmark::DoNotOptimize(f.sum(shared, samples)); };
  const auto [least_loop, least_hoisted, least] =
      bench::least_in_turns(state, loop, hoisted, [&] { measured(shared, samples); });
  state.counters["plain_ns"] = 1e9 * least_loop / static_cast<double>(count);
  state.counters["ns"] = 1e9 * least / static_cast<double>(count);
  state.counters["x_plain"] = least / least_loop;
  state.counters["x_hoisted"] = least / least_hoisted;
}

template <std::size_t D>
void batch_sum(State& state, const bench::gmm_term<D>& f, std::size_t count) {
  sum_against_loop(state, f, count, [&](const auto& shared, const auto& samples) {
    const auto r = dad::batch_sum(f, shared, samples);
    benchmark::DoNotOptimize(r.gradient.data());
  });
}

template <std::size_t D>
void sum_by_hand(State& state, const bench::gmm_term<D>& f, std::size_t count) {
  std::vector<double> gradient;
  sum_against_loop(state, f, count, [&](const auto& shared, const auto& samples) {
    benchmark::DoNotOptimize(f.sum_by_hand(shared, samples, gradient));
    benchmark::DoNotOptimize(gradient.data());
  });
}

template <std::size_t D>
void check_sums(const bench::gmm_term<D>& f) {
  const auto shared = f.shared();
  const auto samples = bench::points(f, 100);
  const auto r = dad::batch_sum(f, shared, samples);
  std::vector<double> gradient;
  const std::array value{f.sum_by_hand(shared, samples, gradient)};
  bench::check_agreement("gmm value", std::array{f.sum(shared, samples)}, value);
  bench::check_agreement("gmm value", std::array{r.value}, value);
  bench::check_agreement("gmm gradient", r.gradient, gradient);
}

template <std::size_t D>
void add_sums(const bench::gmm_term<D>& f, std::size_t count, int turns) {
  const std::string name =
      "gmm/d" + std::to_string(D) + "_k" + std::to_string(f.components) + "/inputs" + std::to_string(count);
  const auto add = [&](const char* what, auto&& run) {
    bench::add((name + what).c_str(), turns, [=](State& state) {
      check_sums(bench::gmm_term<5>{3});
      run(state, f, count);
    });
  };
  add("/batch_sum", batch_sum<D>);
  add("/hand", sum_by_hand<D>);
}

// --- many paths

// Also held, as x_tape, against the gradients of the same inputs one by one on a warm tape.
template <class F>
void many_paths(State& state, const F& f, std::size_t count) {
  const auto inputs = bench::points(f, count);
  auto gradients = inputs;
  std::vector<double> values(count);
  dad::tape<> tape;
  const auto one_by_one = [&] {
    for (std::size_t i = 0; i < count; ++i) values[i] = dad::gradient_into(tape, f, inputs[i], gradients[i]);
    benchmark::DoNotOptimize(values.data());
    benchmark::DoNotOptimize(gradients.data());
  };
  decltype(dad::batch_eval(f, inputs)) r;
  const auto batch = [&] {
    dad::batch_eval_into(r, f, inputs);
    benchmark::DoNotOptimize(r.gradients().data());
  };
  const auto [plain, on_tape, least] = bench::least_in_turns(state, plain_loop(f, inputs), one_by_one, batch);
  state.counters["plain_ns"] = 1e9 * plain / static_cast<double>(count);
  state.counters["ns"] = 1e9 * least / static_cast<double>(count);
  state.counters["x_plain"] = least / plain;
  state.counters["x_tape"] = least / on_tape;
}

void add_many_paths(const bench::loan& f, std::size_t count, int turns) {
  bench::add(("loan/3/inputs" + std::to_string(count) + "/many_paths").c_str(), turns, [=](State& state) {
    check_gradients("loan", f);
    many_paths(state, f, count);
  });
}

}  // namespace

int main(int argc, char** argv) {
  constexpr int turns = 15;
  add_gradients("rosenbrock/10", bench::rosenbrock<10>{}, 100000, turns);
  add_eight_lanes("rosenbrock/10", bench::rosenbrock<10>{}, 100000, turns);
  add_gradients("black_scholes/5", bench::black_scholes{}, 100000, turns);
  add_eight_lanes("black_scholes/5", bench::black_scholes{}, 100000, turns);
  add_gradients("network/337", bench::network{}, 5000, turns);
  add_eight_lanes("network/337", bench::network{}, 5000, turns);
  add_gradients("lotka_volterra/5", bench::lotka_volterra{}, 100000, 3);
  add_gradients("piecewise_cubic/12", bench::piecewise_cubic{}, 100000, turns);
  add_sums(bench::gmm_term<32>{50}, 1000, 3);
  add_jacobians(bench::bundle_adjustment{}, 100000, turns);
  add_many_paths(bench::loan{}, 10000, turns);

  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 1;
  benchmark::RunSpecifiedBenchmarks();
  benchmark::Shutdown();
  return 0;
}
