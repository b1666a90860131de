// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// Prices against those printed in textbooks; Greeks against the identities between calls and puts.

#include "../option.hpp"

#include <cmath>
#include <dad/dad.hpp>
#include <vector>

#include "catch.hpp"

namespace {

using namespace greeks;

bool is_close(double got, double expected, double tolerance) {
  return std::fabs(got - expected) <= tolerance;
}

}  // namespace

TEST_CASE("prices are those of the textbooks") {
  const struct {
    option<double> o;
    double price, tolerance;
  } rows[] = {
      {{42, 40, 0.1, 0.2, 0.5, call}, 4.76, 0.005},  // Hull, Options, Futures and Other Derivatives
      {{42, 40, 0.1, 0.2, 0.5, put}, 0.81, 0.005},   // the same
      {{60, 65, 0.08, 0.3, 0.25, call},
       2.1334,
       0.00005}  // Haug, The Complete Guide to Option Pricing Formulas
  };
  for (const auto& [o, price, tolerance] : rows) CHECK(is_close(black_scholes()(o), price, tolerance));
}

// call - put = spot - strike exp(-rate maturity), and so for each derivative.
TEST_CASE("calls and puts differ by a forward, and so do their Greeks") {
  for (const double maturity : {0.02, 0.5, 3.0}) {
    const double spot = 100, strike = 90, rate = 0.04;
    const std::vector<option<double>> both = {{spot, strike, rate, 0.3, maturity, call},
                                              {spot, strike, rate, 0.3, maturity, put}};
    const auto r = dad::batch_eval(black_scholes(), both);
    const auto [c, p] = std::pair(r[0].gradient, r[1].gradient);
    const double discount = std::exp(-rate * maturity);
    CHECK(is_close(r[0].value - r[1].value, spot - strike * discount, 1e-12));
    CHECK(is_close(c.spot - p.spot, 1, 1e-14));
    CHECK(is_close(c.strike - p.strike, -discount, 1e-14));
    CHECK(is_close(c.rate - p.rate, maturity * strike * discount, 1e-11));
    CHECK(is_close(c.volatility - p.volatility, 0, 1e-12));
    CHECK(is_close(c.maturity - p.maturity, rate * strike * discount, 1e-12));
    CHECK(c.kind == call);
    CHECK(p.kind == put);
  }
}
