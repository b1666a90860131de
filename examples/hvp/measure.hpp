// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// Times of a gradient, of Hessian-vector products, and of a Hessian.

#pragma once

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <limits>
#include <optional>
#include <string>
#include <vector>

#include <dad/dad.hpp>

#include "functions.hpp"

namespace hvp {

/// Seconds of one gradient, and multiples of it; a Hessian that is too large to be worth it has none.
struct cost {
  std::size_t n;
  double gradient, hvp, hvp_at;
  std::optional<double> hessian;
};

/// Of one function, for growing n.
struct series {
  std::string function;
  std::vector<cost> costs;
};

inline constexpr std::size_t largest_hessian = 1000;

/// Of one call, the least of five runs of so many calls that a run takes about 0.02 s.
template <class Call>
double seconds(const Call& call) {
  using clock = std::chrono::steady_clock;
  const auto time_of = [&](std::size_t calls) {
    const auto start = clock::now();
    for (std::size_t k = 0; k < calls; ++k) call();
    return std::chrono::duration<double>(clock::now() - start).count() / static_cast<double>(calls);
  };
  double least = time_of(1);
  const auto calls = std::max<std::size_t>(1, static_cast<std::size_t>(0.02 / std::max(1e-9, least)));
  for (int k = 0; k < 5; ++k) least = std::min(least, time_of(calls));
  return least;
}

template <class F>
cost measure(const F& f, std::size_t n) {
  const std::vector<double> x = point(n), v = direction(n);
  double kept = 0;  // so that no call is left out
  const double gradient = seconds([&] { kept += dad::gradient(f, x)[0]; });
  const double product = seconds([&] { kept += dad::hvp(f, x, v)[0]; });
  auto hessian = dad::hvp_at(f, x);
  const double again = seconds([&] { kept += hessian(v)[0]; });
  cost c{n, gradient, product / gradient, again / gradient, std::nullopt};
  if (n <= largest_hessian) c.hessian = seconds([&] { kept += dad::hessian(f, x)(0, 0); }) / gradient;
  volatile double sink = kept;
  (void)sink;
  return c;
}

/// For n = 10, 20, 50, 100 and so on.
template <class F>
series measure_all(const F& f, std::size_t largest) {
  series all{F::name, {}};
  for (std::size_t power = 10; power <= largest; power *= 10)
    for (const std::size_t digit : {1u, 2u, 5u})
      if (digit * power <= largest) all.costs.push_back(measure(f, digit * power));
  return all;
}

}  // namespace hvp
