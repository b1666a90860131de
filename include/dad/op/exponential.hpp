// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// Exponentials, logarithms, powers and roots. Adding +0.0 to a divisor turns -0.0 into the one-sided limit
// +inf.

#pragma once

#include <limits>
#include <numbers>

#include <dad/op/declarations.hpp>

namespace dad::op {

struct exp : operation<1, true> {
  static constexpr const char* name = "exp";
  static constexpr auto value(auto x) { return std::exp(x); }
  template <std::size_t>
  static constexpr auto partial(const auto&, const auto& y) {
    return y;
  }
  template <class Y>
  static constexpr void taylor(Y& y, const auto& x) {
    detail::integrate(y, x, y);
  }
};

struct exp2 : operation<1, true> {
  static constexpr const char* name = "exp2";
  static constexpr auto value(auto x) { return std::exp2(x); }
  template <std::size_t>
  static constexpr auto partial(const auto&, const auto& y) {
    return y * std::numbers::ln2_v<plain_t<std::decay_t<decltype(y)>>>;
  }
  template <class Y>
  static constexpr void taylor(Y& y, const auto& x) {
    constexpr auto ln2 = std::numbers::ln2_v<plain_t<detail::coefficient_t<Y>>>;
    for (std::size_t k = 1; k < y.size(); ++k) y[k] = ln2 * detail::integral(x, y, k);
  }
};

struct expm1 : operation<1, true> {
  static constexpr const char* name = "expm1";
  static constexpr auto value(auto x) { return std::expm1(x); }
  template <std::size_t>
  static constexpr auto partial(const auto& x, const auto&) {
    return dad::exp(x);  // not y + 1, which cancels where y is near -1
  }
  template <class Y>
  static constexpr void taylor(Y& y, const auto& x) {
    Y e{dad::exp(x[0])};
    detail::integrate(e, x, e);
    y = detail::shifted<Y>(y[0], e);
  }
};

struct log : operation<1, true> {
  static constexpr const char* name = "log";
  static constexpr auto value(auto x) { return std::log(x); }
  template <std::size_t>
  static constexpr auto partial(const auto& x, const auto&) {
    return 1 / (x + 0.0f);
  }
  template <class Y>
  static constexpr void taylor(Y& y, const auto& x) {
    detail::integrate_quotient(y, x, detail::shifted<Y>(x[0] + 0.0f, x));
  }
};

struct log2 : operation<1, true> {
  static constexpr const char* name = "log2";
  static constexpr auto value(auto x) { return std::log2(x); }
  template <std::size_t>
  static constexpr auto partial(const auto& x, const auto&) {
    return std::numbers::log2e_v<plain_t<std::decay_t<decltype(x)>>> / (x + 0.0f);
  }
  template <class Y>
  static constexpr void taylor(Y& y, const auto& x) {
    log::taylor(y, x);
    detail::multiply_by(y, std::numbers::log2e_v<plain_t<detail::coefficient_t<Y>>>);
  }
};

struct log10 : operation<1, true> {
  static constexpr const char* name = "log10";
  static constexpr auto value(auto x) { return std::log10(x); }
  template <std::size_t>
  static constexpr auto partial(const auto& x, const auto&) {
    return std::numbers::log10e_v<plain_t<std::decay_t<decltype(x)>>> / (x + 0.0f);
  }
  template <class Y>
  static constexpr void taylor(Y& y, const auto& x) {
    log::taylor(y, x);
    detail::multiply_by(y, std::numbers::log10e_v<plain_t<detail::coefficient_t<Y>>>);
  }
};

struct log1p : operation<1, true> {
  static constexpr const char* name = "log1p";
  static constexpr auto value(auto x) { return std::log1p(x); }
  template <std::size_t>
  static constexpr auto partial(const auto& x, const auto&) {
    return 1 / (1 + x);
  }
  template <class Y>
  static constexpr void taylor(Y& y, const auto& x) {
    detail::integrate_quotient(y, x, detail::shifted<Y>(1 + x[0], x));
  }
};

struct sqrt : operation<1, true> {
  static constexpr const char* name = "sqrt";
  static constexpr auto value(auto x) { return std::sqrt(x); }
  template <std::size_t>
  static constexpr auto partial(const auto&, const auto& y) {
    return 0.5f / (y + 0.0f);
  }
  template <class Y>
  static constexpr void taylor(Y& y, const auto& x) {
    detail::take_root(y, x);
  }
};

struct cbrt : operation<1, true> {
  static constexpr const char* name = "cbrt";
  static constexpr auto value(auto x) { return std::cbrt(x); }
  template <std::size_t>
  static constexpr auto partial(const auto&, const auto& y) {
    return 1 / y / (3 * y);  // not 1 / (3 y^2), whose derivative at 0 would be 0 inf
  }
  template <class Y>
  static constexpr void taylor(Y& y, const auto& x) {
    detail::take_power(y, x, 1.0f, 3);
  }
};

struct pow : operation<2, true> {
  static constexpr const char* name = "pow";
  static constexpr auto value(auto x, auto y) { return std::pow(x, y); }
  template <std::size_t I>
  static constexpr auto partial(const auto& x, const auto& y, const auto& z) {
    if constexpr (I == 0) {
      // y pow(x, y - 1), or y z / x for exponents so small that y - 1 is not exact. An exponent 0 is exactly
      // flat, also where pow(x, -1) is infinite or NaN.
      constexpr auto infinity = std::numeric_limits<plain_t<std::decay_t<decltype(z)>>>::infinity();
      const auto is_root = detail::both(detail::both(-0.5f < y, y < 0.5f), detail::both(0 < x, x < infinity));
      const auto slope = dad::select(is_root, y * z / x, detail::scale(y, dad::pow(x, y - 1)));
      if constexpr (arithmetic<std::decay_t<decltype(y)>>)
        return dad::select(y == 0, 0, slope);
      else
        return dad::select(detail::both(y == 0, detail::either(detail::is_constant(y), x == 0)), 0, slope);
    } else {
      return dad::select(detail::both(x == 0, y > 0), 0, detail::scale(z, dad::log(x)));
    }
  }
  template <class Z>
  static constexpr void taylor(Z& z, const auto& x, const auto& y) {
    bool is_fixed = true;
    for (std::size_t k = 1; k < y.size(); ++k) is_fixed = is_fixed && detail::is_zero(y[k]);
    if constexpr (std::tuple_size_v<std::decay_t<decltype(x)>> == 1) {
      if (is_fixed) return;  // a constant: also where log x is not finite
      Z exponent = detail::shifted<Z>(0, y);
      detail::multiply_by(exponent, dad::log(x[0]));
      detail::integrate(z, exponent, z);
    } else {
      if (is_fixed) return with_fixed_exponent(z, x, y[0]);
      // With u = x / x_0: u z' = z (y u' + y' u log x). As exp(y log x), coefficients would cancel beside the
      // root of x.
      Z u = detail::shifted<Z>(x[0], x);
      detail::multiply_by(u, 1 / x[0]);
      u[0] = 1;
      Z logarithm{dad::log(x[0])}, product{}, slope{};
      log::taylor(logarithm, x);
      for (std::size_t k = 1; k < z.size(); ++k) {
        product[k - 1] = detail::convolution(u, logarithm, k - 1);
        slope[k - 1] = detail::slope_convolution(u, y, k) + detail::slope_convolution(y, product, k);
        z[k] = (detail::convolution(z, slope, k - 1) - detail::slope_convolution(z, u, k, k - 1)) /
               detail::count<Z>(k);
      }
    }
  }

 private:
  // Small powers are products, which also hold at 0. Where the recurrence would divide by 0 or start from a
  // value beyond the range, the binomial series.
  template <class Z>
  static constexpr void with_fixed_exponent(Z& z, const auto& x, const auto& y) {
    if constexpr (arithmetic<std::decay_t<decltype(y)>>) {
      if (y == 0) return;
      if (y > 0 && y <= 64 && y == std::floor(y)) {
        z = detail::shifted<Z>(z[0], detail::integer_power_of<Z>(x, static_cast<int>(y)));
        return;
      }
    }
    using limits = std::numeric_limits<plain_t<detail::coefficient_t<Z>>>;
    const auto size = dad::abs(detail::bottom(z[0]));
    if (size >= limits::min() && size <= limits::max() && detail::bottom(x[0]) != 0)
      return detail::take_power(z, x, y, 1);
    Z f{};
    detail::coefficient_t<Z> binomial(1);
    for (std::size_t k = 1; k < z.size(); ++k) {
      binomial = binomial * (y - detail::count<Z>(k - 1)) / detail::count<Z>(k);
      f[k] = detail::scale(binomial, dad::pow(x[0], y - detail::count<Z>(k)));
    }
    detail::compose(z, f, x);
  }
};

}  // namespace dad::op
