// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// Times of a gradient, of Hessian-vector products, and of a Hessian.

#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include <dad/dad.hpp>

#include "../support/least_time.hpp"
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

template <class F>
cost measure(const F& f, std::size_t n) {
  const std::vector<double> x = point(n), v = direction(n);
  auto map = dad::hvp_at(f, x);
  std::vector<double> product;
  dad::matrix hessian;
  const auto least = support::least_seconds(
      30, [&] { product = dad::gradient(f, x); }, [&] { product = dad::hvp(f, x, v); },
      [&] { product = map(v); });
  cost c{n, least[0], least[1] / least[0], least[2] / least[0], std::nullopt};
  if (n <= largest_hessian)
    c.hessian = support::least_seconds(10, [&] { hessian = dad::hessian(f, x); })[0] / least[0];
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
