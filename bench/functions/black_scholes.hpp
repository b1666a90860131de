// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// The price of a European call, and its greeks by hand.

#pragma once

#include <array>
#include <cmath>
#include <cstdint>
#include <numbers>

#include "numbers.hpp"

namespace bench {

/// Black and Scholes (1973). The inputs: spot, strike, rate, volatility, maturity.
struct black_scholes {
  using point_type = std::array<double, 5>;

  template <class X>
  real_of<X> operator()(const X& x) const {
    using std::erfc, std::exp, std::log, std::sqrt;
    using T = real_of<X>;
    const T &spot = x[0], &strike = x[1], &rate = x[2], &volatility = x[3], &maturity = x[4];
    const auto normal = [](const T& d) -> T { return 0.5 * erfc(-d / std::numbers::sqrt2); };
    const T deviation = volatility * sqrt(maturity);
    const T d1 = (log(spot / strike) + (rate + 0.5 * volatility * volatility) * maturity) / deviation;
    const T d2 = d1 - deviation;
    return spot * normal(d1) - strike * exp(-rate * maturity) * normal(d2);
  }

  [[nodiscard]] static point_type point(std::uint64_t i = 0) {
    return {uniform(2, 5 * i, 80.0, 120.0), uniform(2, 5 * i + 1, 80.0, 120.0),
            uniform(2, 5 * i + 2, 0.0, 0.05), uniform(2, 5 * i + 3, 0.1, 0.5),
            uniform(2, 5 * i + 4, 0.2, 2.0)};
  }

  /// The value, with the gradient by hand.
  template <class X>
  static real_of<X> by_hand(const X& x, X& gradient) {
    using std::erfc, std::exp, std::log, std::sqrt;
    using T = real_of<X>;
    const auto& [spot, strike, rate, volatility, maturity] = x;
    const auto normal = [](const T& d) -> T { return 0.5 * erfc(-d / std::numbers::sqrt2); };
    const T root = sqrt(maturity);
    const T deviation = volatility * root;
    const T d1 = (log(spot / strike) + (rate + 0.5 * volatility * volatility) * maturity) / deviation;
    const T d2 = d1 - deviation;
    const T p1 = normal(d1);
    const T p2 = normal(d2) * exp(-rate * maturity);
    const T density = exp(-0.5 * d1 * d1) * (std::numbers::inv_sqrtpi / std::numbers::sqrt2);
    gradient = {p1, -p2, strike * maturity * p2, spot * density * root,
                spot * density * volatility / (2.0 * root) + rate * strike * p2};
    return spot * p1 - strike * p2;
  }
};

}  // namespace bench
