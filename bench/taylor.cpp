// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// What K derivatives of a function of one variable cost, against the function itself in plain double: Taylor
// coefficients by recurrences, duals around each other, and where it is found Boost.Math's autodiff, which
// computes all coefficients by recurrences and by composition.

#include <benchmark/benchmark.h>

#include <cmath>
#include <string>

#include <dad/dad.hpp>

#if __has_include(<boost/math/differentiation/autodiff.hpp>)
#if defined(__GNUC__) && !defined(__clang__)
#pragma GCC diagnostic ignored "-Wmaybe-uninitialized"  // of code inlined from there
#endif
#include <boost/math/differentiation/autodiff.hpp>
#define BENCH_WITH_BOOST_AUTODIFF
#endif

#include "in_turns.hpp"

namespace {

/// Sums and products alone: Horner's rule.
struct polynomial {
  template <class T>
  T operator()(const T& x) const {
    T y = 0.25;
    for (int k = 1; k < 12; ++k) y = y * x + 1.0 / k;
    return y;
  }
};

/// Elementary functions.
struct elementary {
  template <class T>
  T operator()(const T& x) const {
    using std::exp, std::sin, std::sqrt, std::log, std::atan;
    return exp(sin(x)) / sqrt(1 + x * x) + log(2 + x) * atan(3 * x);
  }
};

template <class F, class Measured>
void against_plain(benchmark::State& state, const F& f, Measured&& measured) {
  double x = 0.7;
  const auto plain = [&] {
    benchmark::DoNotOptimize(x);
    benchmark::DoNotOptimize(f(x));
  };
  bench::run_in_turns(state, plain, [&] {
    benchmark::DoNotOptimize(x);
    auto y = measured(x);
    benchmark::DoNotOptimize(y);
  });
}

template <int K, class F>
void add_order(const std::string& name, const F& f) {
  const std::string order = "/" + std::to_string(K);
  bench::add((name + "/series" + order).c_str(), 40, [=](benchmark::State& state) {
    against_plain(state, f, [&](double x) { return dad::taylor<K>(f, x); });
  });
  if constexpr (K <= 6)
    bench::add((name + "/nested duals" + order).c_str(), 40, [=](benchmark::State& state) {
      against_plain(state, f, [&](double x) { return dad::detail::nested_derivative<K>(f, x); });
    });
#ifdef BENCH_WITH_BOOST_AUTODIFF
  bench::add((name + "/boost autodiff" + order).c_str(), 40, [=](benchmark::State& state) {
    against_plain(state, f, [&](double x) {
      return f(boost::math::differentiation::make_fvar<double, static_cast<std::size_t>(K)>(x));
    });
  });
#endif
}

template <class F>
void add_function(const std::string& name, const F& f) {
  add_order<1>(name, f);
  add_order<2>(name, f);
  add_order<3>(name, f);
  add_order<4>(name, f);
  add_order<6>(name, f);
  add_order<10>(name, f);
  add_order<20>(name, f);
  add_order<30>(name, f);
}

const bool added = [] {
  add_function("polynomial", polynomial{});
  add_function("elementary", elementary{});
  return true;
}();

}  // namespace
