// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// What benches of the tape measure: derivatives against the function itself in plain double.

#pragma once

#include <benchmark/benchmark.h>

#include <array>
#include <cmath>
#include <string>
#include <vector>

#include <dad/dad.hpp>
#include <dad/fused.hpp>

#include "agreement.hpp"
#include "functions/kmeans.hpp"
#include "in_turns.hpp"

namespace bench {

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

// The same function by functions of whole ranges, held against its loops in plain double. By assignments
// where there is something to assign.
template <bool IsFused = true, class F, class R>
void add_ranges(const std::string& name, int turns, const F& f, const R& by_ranges,
                const std::string& way = "ranges") {
  add((name + "/" + way).c_str(), turns, [=](benchmark::State& state) {
    check_by_hand(name + " by " + way, by_ranges);
    if constexpr (IsFused)
      tape_gradient(state, f, dad::fused(by_ranges));
    else
      tape_gradient(state, f, by_ranges);
  });
}

}  // namespace bench
