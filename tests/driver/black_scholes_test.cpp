// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// The price of a European option: greeks of first and second order against their closed forms, in long
// double.

#include <dad/driver/hessian.hpp>
#include <dad/driver/jacobian.hpp>

#include <array>
#include <cmath>
#include <vector>

#include "core/close.hpp"

namespace {

// Inputs: spot, strike, rate, volatility, maturity.
const auto call_price = [](const auto& x) {
  const auto& [s, k, r, v, t] = x;
  const auto d1 = (log(s / k) + (r + v * v / 2) * t) / (v * sqrt(t));
  const auto d2 = d1 - v * sqrt(t);
  return s * norm_cdf(d1) - k * exp(-r * t) * norm_cdf(d2);
};
const auto call_price_by_erfc = [](const auto& x) {
  const auto cdf = [](const auto& d) { return erfc(-d / std::sqrt(2.0)) / 2; };
  const auto& [s, k, r, v, t] = x;
  const auto root = sqrt(t);
  const auto d1 = (log(s / k) + (r + v * v / 2) * t) / (v * root);
  return s * cdf(d1) - k * exp(-r * t) * cdf(d1 - v * root);
};

struct closed_form {
  explicit closed_form(const std::array<double, 5>& x) : s(x[0]), k(x[1]), r(x[2]), v(x[3]), t(x[4]) {
    root = std::sqrt(t);
    d1 = (std::log(s / k) + (r + v * v / 2) * t) / (v * root);
    d2 = d1 - v * root;
    phi = std::exp(-d1 * d1 / 2) / std::sqrt(2 * std::acos(-1.0L));
    discounted = k * std::exp(-r * t);
  }
  static long double cdf(long double d) { return std::erfc(-d / std::sqrt(2.0L)) / 2; }

  [[nodiscard]] double price() const { return static_cast<double>(s * cdf(d1) - discounted * cdf(d2)); }
  [[nodiscard]] std::vector<double> greeks() const {
    const long double delta = cdf(d1), strike = -discounted / k * cdf(d2), rho = discounted * t * cdf(d2);
    const long double vega = s * phi * root, maturity = s * phi * v / (2 * root) + r * discounted * cdf(d2);
    return {static_cast<double>(delta), static_cast<double>(strike), static_cast<double>(rho),
            static_cast<double>(vega), static_cast<double>(maturity)};
  }
  [[nodiscard]] double gamma() const { return static_cast<double>(phi / (s * v * root)); }
  [[nodiscard]] double vanna() const { return static_cast<double>(-phi * d2 / v); }
  [[nodiscard]] double volga() const { return static_cast<double>(s * phi * root * d1 * d2 / v); }
  [[nodiscard]] double charm() const {  // d^2 V / dS dT
    return static_cast<double>(phi * (2 * r * t - d2 * v * root) / (2 * t * v * root));
  }

  long double s, k, r, v, t, root, d1, d2, phi, discounted;
};

const std::vector<std::array<double, 5>> options{{100, 100, 0.05, 0.2, 1.0},  {100, 80, 0.01, 0.45, 0.25},
                                                 {90, 120, 0.03, 0.3, 2.5},   {1.2, 1.1, -0.01, 0.1, 0.1},
                                                 {100, 101, 0.0, 0.15, 0.02}, {5000, 4000, 0.08, 0.6, 10.0}};

TEST_CASE("greeks of first order") {
  const auto check = [](const auto& price) {
    for (const auto& x : options) {
      const closed_form expected(x);
      const auto [value, greeks] = dad::value_and_gradient(price, x);
      CHECK(value == close_to(expected.price(), 1e-12, 1e-13 * x[0]));
      CHECK_ROW(greeks, expected.greeks(), 1e-11);
      const auto j = dad::jacobian(price, x, dad::forward);
      CHECK_ROW(std::vector<double>(j.data(), j.data() + 5), expected.greeks(), 1e-11);
    }
  };
  check(call_price);
  check(call_price_by_erfc);
}

TEST_CASE("greeks of second order") {
  for (const auto& x : options) {
    const closed_form expected(x);
    const auto h = dad::hessian(call_price, x);
    CHECK(h(0, 0) == close_to(expected.gamma(), 1e-10));
    CHECK(h(0, 3) == close_to(expected.vanna(), 1e-9));
    CHECK(h(3, 3) == close_to(expected.volga(), 1e-9));
    CHECK(h(0, 4) == close_to(expected.charm(), 1e-9));
    const auto along_volatility = dad::hvp(call_price, x, std::array<double, 5>{0, 0, 0, 1, 0});
    CHECK(along_volatility[0] == close_to(h(0, 3)));
    CHECK(along_volatility[3] == close_to(h(3, 3)));
  }
}

TEST_CASE("prices are homogeneous of degree one in spot and strike") {
  // s V_s + k V_k = V, and so s V_ss + k V_sk = 0.
  for (const auto& x : options) {
    const auto [value, g] = dad::value_and_gradient(call_price, x);
    CHECK(x[0] * g[0] + x[1] * g[1] == close_to(value, 1e-11, 1e-13 * x[0]));
    const auto product = dad::hvp(call_price, x, std::array<double, 5>{x[0], x[1], 0, 0, 0});
    CHECK(product[0] == close_to(0.0, 0.0, 1e-12));
    CHECK(product[1] == close_to(0.0, 0.0, 1e-12));
  }
}

TEST_CASE("the implied volatility, and its derivative by the price") {
  // Newton's method on the price; d(volatility) / d(price) = 1 / vega.
  const auto implied = [](const auto& target) {
    auto v = 0.3 + 0 * target;
    const auto price = [](const auto& u) {
      const auto root = u * std::sqrt(0.5);
      const auto d1 = (std::log(100 / 95.0) + (0.02 + u * u / 2) * 0.5) / root;
      return 100 * norm_cdf(d1) - 95 * std::exp(-0.01) * norm_cdf(d1 - root);
    };
    for (int i = 0; i < 12; ++i) {
      const auto [value, vega] = dad::value_and_gradient(price, v);
      v -= (value - target) / vega;
    }
    return v;
  };
  const closed_form expected({100, 95, 0.02, 0.25, 0.5});
  const double price = expected.price();
  CHECK(implied(price) == close_to(0.25));
  CHECK(dad::derivative(implied, price) == close_to(1 / expected.greeks()[3], 1e-10));
}

}  // namespace
