// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// Times of a gradient, of Hessian-vector products, and of a Hessian.

#pragma once

#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>
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

/// Of each call the least time in so many turns, so that a slow moment of the machine meets all; a turn takes
/// each about a millisecond.
template <class... Calls>
std::array<double, sizeof...(Calls)> seconds(int turns, const Calls&... calls) {
  using clock = std::chrono::steady_clock;
  std::array<double, sizeof...(Calls)> least;
  least.fill(std::numeric_limits<double>::infinity());
  for (int turn = 0; turn < turns; ++turn) {
    std::size_t at = 0;
    const auto once = [&](const auto& call) {
      const double repetitions = std::max(1.0, std::round(1e-3 / least[at]));
      const auto start = clock::now();
      for (double k = 0; k < repetitions; ++k) call();
      const std::chrono::duration<double> elapsed = clock::now() - start;
      least[at] = std::min(least[at], elapsed.count() / repetitions);
      ++at;
    };
    (once(calls), ...);
  }
  return least;
}

template <class F>
cost measure(const F& f, std::size_t n) {
  const std::vector<double> x = point(n), v = direction(n);
  auto map = dad::hvp_at(f, x);
  std::vector<double> product;
  dad::matrix hessian;
  const auto least = seconds(
      30, [&] { product = dad::gradient(f, x); }, [&] { product = dad::hvp(f, x, v); },
      [&] { product = map(v); });
  cost c{n, least[0], least[1] / least[0], least[2] / least[0], std::nullopt};
  if (n <= largest_hessian) c.hessian = seconds(10, [&] { hessian = dad::hessian(f, x); })[0] / least[0];
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
