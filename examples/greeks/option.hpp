// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// A European option and its price, for any scalar type.

#pragma once

#include <cmath>
#include <dad/dad.hpp>

namespace greeks {

enum kind : int { put = -1, call = 1 };

/// Its price is differentiable in everything but the kind, which is data.
template <class T>
struct option {
  T spot, strike;  // in one currency
  T rate;          // continuously compounded, per year
  T volatility;    // per square root of a year
  T maturity;      // years from now
  int kind;        // put or call

  template <class Archive>
  void serialize(Archive& archive, unsigned) {
    archive& spot& strike& rate& volatility& maturity& kind;
  }
};

/// Black and Scholes (1973), without dividends: what the option is worth today. At kind = -1 the formula for
/// calls is the one for puts.
struct black_scholes {
  template <class T>
  T operator()(const option<T>& o) const {
    using std::exp, std::log, std::sqrt;
    const T deviation = o.volatility * sqrt(o.maturity);
    const T d1 = (log(o.spot / o.strike) + o.rate * o.maturity) / deviation + 0.5 * deviation;
    const T d2 = d1 - deviation;
    const T stock = o.spot * dad::norm_cdf(o.kind * d1);
    const T cash = o.strike * exp(-o.rate * o.maturity) * dad::norm_cdf(o.kind * d2);
    return o.kind * (stock - cash);
  }
};

}  // namespace greeks
