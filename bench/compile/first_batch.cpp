// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// A first batch with dad, as far as the compiler sees it: the prices of many options and their greeks.

#include <array>
#include <cmath>
#include <dad/dad.hpp>
#include <numbers>
#include <vector>

namespace {

// A European call over spot, strike, rate, volatility and maturity.
template <class Option>
auto black_scholes(const Option& option) {
  using std::erfc, std::exp, std::log, std::sqrt;
  const auto& [spot, strike, rate, volatility, maturity] = option;
  const auto normal = [](const auto& d) { return 0.5 * erfc(-d / std::numbers::sqrt2); };
  const auto deviation = volatility * sqrt(maturity);
  const auto d1 = (log(spot / strike) + (rate + 0.5 * volatility * volatility) * maturity) / deviation;
  const auto d2 = d1 - deviation;
  return spot * normal(d1) - strike * exp(-rate * maturity) * normal(d2);
}

}  // namespace

// The change of all deltas from one day to the next.
double change_of_delta(const std::vector<std::array<double, 5>>& before,
                       const std::vector<std::array<double, 5>>& after) {
  const auto price = [](const auto& x) { return black_scholes(x); };
  auto r = dad::batch_eval(price, before);
  double change = 0.0;
  for (const auto& [value, greeks] : r) change -= greeks[0];
  dad::batch_eval_into(r, price, after);
  for (const auto& [value, greeks] : r) change += greeks[0];
  return change;
}
