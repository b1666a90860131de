// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// Error and gamma functions, the normal distribution, and the smooth steps of networks. Each family is closed
// under differentiation, so that every order stays accurate in the tails.

#pragma once

#include <numbers>

#include <dad/op/declarations.hpp>
#include <dad/op/special.hpp>

namespace dad::op {

/// exp(-x^2)
struct gaussian : operation<1, false> {
  static constexpr const char* name = "gaussian";
  static constexpr auto value(auto x) { return dad::exp(-x * x); }
  template <std::size_t>
  static constexpr auto partial(const auto& x, const auto& y) {
    return -2 * (x * y);
  }
};

struct erf : operation<1, false> {
  static constexpr const char* name = "erf";
  static constexpr auto value(auto x) { return std::erf(x); }
  template <std::size_t>
  static constexpr auto partial(const auto& x, const auto&) {
    return 2 * std::numbers::inv_sqrtpi_v<plain_t<std::decay_t<decltype(x)>>> * detail::gaussian(x);
  }
};

struct erfc : operation<1, false> {
  static constexpr const char* name = "erfc";
  static constexpr auto value(auto x) { return std::erfc(x); }
  template <std::size_t>
  static constexpr auto partial(const auto& x, const auto&) {
    return -2 * std::numbers::inv_sqrtpi_v<plain_t<std::decay_t<decltype(x)>>> * detail::gaussian(x);
  }
};

/// The standard normal density.
struct norm_pdf : operation<1, false> {
  static constexpr const char* name = "norm_pdf";
  template <class T>
  static constexpr T value(T x) {
    using P = plain_t<T>;
    return std::numbers::inv_sqrtpi_v<P> / std::numbers::sqrt2_v<P> * dad::exp(x * x * P(-0.5));
  }
  template <std::size_t>
  static constexpr auto partial(const auto& x, const auto& y) {
    return -(x * y);
  }
};

/// The standard normal distribution function.
struct norm_cdf : operation<1, false> {
  static constexpr const char* name = "norm_cdf";
  template <class T>
  static constexpr T value(T x) {
    using P = plain_t<T>;
    return P(0.5) * dad::erfc(-x / std::numbers::sqrt2_v<P>);
  }
  template <std::size_t>
  static constexpr auto partial(const auto& x, const auto&) {
    return dad::norm_pdf(x);
  }
};

struct lgamma : operation<1, true> {
  static constexpr const char* name = "lgamma";
  static constexpr auto value(auto x) { return std::lgamma(x); }
  template <std::size_t>
  static constexpr auto partial(const auto& x, const auto&) {
    return dad::digamma(x);
  }
};

struct tgamma : operation<1, true> {
  static constexpr const char* name = "tgamma";
  static constexpr auto value(auto x) { return std::tgamma(x); }
  template <std::size_t>
  static constexpr auto partial(const auto& x, const auto& y) {
    return detail::scale(y, dad::digamma(x));
  }
};

struct digamma : operation<1, true> {
  static constexpr const char* name = "digamma";
  template <class T>
  static constexpr T value(T x) {
    return static_cast<T>(detail::digamma(static_cast<double>(x)));
  }
  template <std::size_t>
  static constexpr auto partial(const auto& x, const auto&) {
    return dad::polygamma(1, x);
  }
};

struct polygamma : operation<1, true> {
  static constexpr const char* name = "polygamma";
  int order = 0;

  template <class T>
  constexpr T value(T x) const {
    return static_cast<T>(detail::polygamma(order, static_cast<double>(x)));
  }
  template <std::size_t>
  constexpr auto partial(const auto& x, const auto&) const {
    return dad::polygamma(order + 1, x);
  }
};

/// The logistic distribution's density, sigmoid(x) sigmoid(-x).
struct logistic_density : operation<1, false> {
  static constexpr const char* name = "logistic_density";
  template <class T>
  static constexpr T value(T x) {
    const T e = dad::exp(-dad::abs(x));
    return e / ((1 + e) * (1 + e));
  }
  template <std::size_t>
  static constexpr auto partial(const auto& x, const auto& y) {
    return -(y * dad::tanh(x / 2));
  }
};

/// 1 / (1 + exp(-x))
struct sigmoid : operation<1, false> {
  static constexpr const char* name = "sigmoid";
  template <class T>
  static constexpr T value(T x) {
    const T e = dad::exp(-dad::abs(x));
    return dad::select(x < 0, e, T(1)) / (1 + e);
  }
  template <std::size_t>
  static constexpr auto partial(const auto& x, const auto&) {
    return detail::logistic_density(x);
  }
};

/// log(1 + exp(x))
struct softplus : operation<1, false> {
  static constexpr const char* name = "softplus";
  template <class T>
  static constexpr T value(T x) {
    return dad::select(x > 0, x, T(0)) + dad::log1p(dad::exp(-dad::abs(x)));
  }
  template <std::size_t>
  static constexpr auto partial(const auto& x, const auto&) {
    return dad::sigmoid(x);
  }
};

/// log(exp(x) + exp(y))
struct log_sum_exp : operation<2, true> {  // two equal infinities have no slope
  static constexpr const char* name = "log_sum_exp";
  template <class T>
  static constexpr T value(T x, T y) {
    // Equal infinities have no difference.
    return dad::select(x == y, x + std::numbers::ln2_v<plain_t<T>>,
                       dad::select(x > y, x, y) + dad::log1p(dad::exp(-dad::abs(x - y))));
  }
  template <std::size_t I>
  static constexpr auto partial(const auto& x, const auto& y, const auto&) {
    if constexpr (I == 0)
      return dad::sigmoid(x - y);
    else
      return dad::sigmoid(y - x);
  }
};

}  // namespace dad::op
