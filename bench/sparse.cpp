// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// Sparse Hessians and Jacobians of 10^5 variables at one point, their plan made, against the function itself
// in plain double.

#include <benchmark/benchmark.h>

#include <cmath>
#include <cstddef>
#include <string>
#include <type_traits>
#include <vector>

#include <dad/dad.hpp>

#include "in_turns.hpp"

namespace {

constexpr std::size_t variables = 100000;

std::vector<double> point() {
  std::vector<double> x(variables);
  for (std::size_t i = 0; i < variables; ++i) x[i] = 0.5 + 0.3 * std::sin(static_cast<double>(i));
  return x;
}

/// Neighbours: a tridiagonal Hessian, of the cheapest of operations.
struct rosenbrock {
  template <class X>
  auto operator()(const X& x) const {
    using T = typename X::value_type;
    T sum = 0.0;
    for (std::size_t i = 0; i + 1 < x.size(); ++i) {
      const T a = x[i + 1] - x[i] * x[i];
      const T b = 1.0 - x[i];
      sum += 100.0 * a * a + b * b;
    }
    return sum;
  }
};

/// Three in a row: five diagonals, with a sine and an exponential in each term.
struct waves {
  template <class X>
  auto operator()(const X& x) const {
    using std::exp, std::sin;
    typename X::value_type sum = 0.0;
    for (std::size_t i = 0; i + 2 < x.size(); ++i)
      sum += sin(x[i] * x[i + 1]) * exp(-0.5 * x[i + 2] * x[i]) + x[i + 1] * x[i + 2];
    return sum;
  }
};

/// One output for three inputs in a row.
struct residuals {
  template <class X>
  auto operator()(const X& x) const {
    using std::exp;
    std::vector<typename X::value_type> y(x.size() - 2);
    for (std::size_t i = 0; i + 2 < x.size(); ++i) y[i] = x[i] * x[i + 1] - exp(-x[i + 2] * x[i + 1]);
    return y;
  }
};

/// A dense row, a dense column and a diagonal.
struct arrowhead {
  template <class X>
  auto operator()(const X& x) const {
    using std::sin;
    std::vector<typename X::value_type> y(x.size());
    y[0] = x[0];
    for (std::size_t i = 1; i < x.size(); ++i) {
      y[i] = sin(x[i]) * x[0] + x[i];
      y[0] += x[i] * x[i];
    }
    return y;
  }
};

template <class F>
void hessian(benchmark::State& state, bool splits_sums) {
  const auto x = point();
  const F f;
  auto plan = dad::sparse_hessian_plan(f, x, {.splits_sums = splits_sums});
  dad::sparse_matrix h = plan(x);
  bench::run_in_turns(
      state, [&] { benchmark::DoNotOptimize(f(x)); }, [&] { benchmark::DoNotOptimize(plan.into(h, x)); },
      static_cast<double>(variables));
  state.SetLabel(std::to_string(plan.colour_count()) + " colours, " + std::to_string(plan.form_count()) +
                 " forms");
}

template <class F>
void jacobian(benchmark::State& state) {
  const auto x = point();
  const F f;
  auto plan = dad::sparse_jacobian_plan(f, x);
  dad::sparse_matrix j = plan(x);
  bench::run_in_turns(
      state, [&] { benchmark::DoNotOptimize(f(x)); }, [&] { benchmark::DoNotOptimize(plan.into(j, x)); },
      static_cast<double>(variables));
  state.SetLabel(std::to_string(plan.tangent_count()) + " tangents, " + std::to_string(plan.adjoint_count()) +
                 " adjoints");
}

/// What a plan costs that is used once.
template <class F>
void making_a_plan(benchmark::State& state) {
  const auto x = point();
  const F f;
  bench::run_in_turns(
      state, [&] { benchmark::DoNotOptimize(f(x)); },
      [&] { benchmark::DoNotOptimize(dad::sparse_hessian_plan(f, x).colour_count()); },
      static_cast<double>(variables));
}

const bool registered = [] {
  constexpr int turns = 10;
  bench::add("hessian/rosenbrock", turns, [](auto& state) { hessian<rosenbrock>(state, true); });
  bench::add("hessian/rosenbrock/by_colours", turns, [](auto& state) { hessian<rosenbrock>(state, false); });
  bench::add("hessian/waves", turns, [](auto& state) { hessian<waves>(state, true); });
  bench::add("hessian/waves/by_colours", turns, [](auto& state) { hessian<waves>(state, false); });
  bench::add("hessian_plan/rosenbrock", turns, [](auto& state) { making_a_plan<rosenbrock>(state); });
  bench::add("hessian_plan/waves", turns, [](auto& state) { making_a_plan<waves>(state); });
  bench::add("jacobian/residuals", turns, [](auto& state) { jacobian<residuals>(state); });
  bench::add("jacobian/arrowhead", turns, [](auto& state) { jacobian<arrowhead>(state); });
  return true;
}();

}  // namespace
