// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// Error and gamma functions, the normal distribution, and the smooth steps of networks. Each family is closed
// under differentiation, so that every order stays accurate in the tails.

#pragma once

#include <numbers>

#include <dad/op/declarations.hpp>
#include <dad/op/special.hpp>

namespace dad::detail {

/// The derivative of digamma of this order, or lgamma for -1, of a power series. f_k is a polygamma over k!.
template <class Y, class X>
constexpr void compose_polygamma(Y& y, int order, const X& x) {
  Y f{};
  auto factorial = count<Y>(1);
  for (std::size_t k = 1; k < y.size(); ++k) {
    factorial *= count<Y>(k);
    f[k] = dad::polygamma(order + static_cast<int>(k), x[0]) / factorial;
  }
  compose(y, f, x);
}

}  // namespace dad::detail

namespace dad::op {

/// exp(-x^2)
struct gaussian : operation<1, false> {
  static constexpr const char* name = "gaussian";
  static constexpr auto value(auto x) { return dad::exp(-x * x); }
  template <std::size_t>
  static constexpr auto partial(const auto& x, const auto& y) {
    return -2 * (x * y);
  }
  template <class Y>
  static constexpr void taylor(Y& y, const auto& x) {
    detail::make_bell(y, x, -2.0f);
  }
};

struct erf : operation<1, false> {
  static constexpr const char* name = "erf";
  static constexpr auto value(auto x) { return std::erf(x); }
  template <std::size_t>
  static constexpr auto partial(const auto& x, const auto&) {
    return 2 * std::numbers::inv_sqrtpi_v<plain_t<std::decay_t<decltype(x)>>> * detail::gaussian(x);
  }
  template <class Y>
  static constexpr void taylor(Y& y, const auto& x) {
    constexpr auto factor = 2 * std::numbers::inv_sqrtpi_v<plain_t<detail::coefficient_t<Y>>>;
    Y bell{detail::gaussian(x[0])};
    gaussian::taylor(bell, x);
    detail::integrate(y, x, bell);
    detail::multiply_by(y, factor);
  }
};

struct erfc : operation<1, false> {
  static constexpr const char* name = "erfc";
  static constexpr auto value(auto x) { return std::erfc(x); }
  template <std::size_t>
  static constexpr auto partial(const auto& x, const auto&) {
    return -2 * std::numbers::inv_sqrtpi_v<plain_t<std::decay_t<decltype(x)>>> * detail::gaussian(x);
  }
  template <class Y>
  static constexpr void taylor(Y& y, const auto& x) {
    erf::taylor(y, x);
    detail::multiply_by(y, -1.0f);
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
  template <class Y>
  static constexpr void taylor(Y& y, const auto& x) {
    detail::make_bell(y, x, -1.0f);
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
  template <class Y>
  static constexpr void taylor(Y& y, const auto& x) {
    Y density{dad::norm_pdf(x[0])};
    norm_pdf::taylor(density, x);
    detail::integrate(y, x, density);
  }
};

struct lgamma : operation<1, true> {
  static constexpr const char* name = "lgamma";
  static constexpr auto value(auto x) { return std::lgamma(x); }
  template <std::size_t>
  static constexpr auto partial(const auto& x, const auto&) {
    return dad::digamma(x);
  }
  template <class Y>
  static constexpr void taylor(Y& y, const auto& x) {
    detail::compose_polygamma(y, -1, x);
  }
};

struct tgamma : operation<1, true> {
  static constexpr const char* name = "tgamma";
  static constexpr auto value(auto x) { return std::tgamma(x); }
  template <std::size_t>
  static constexpr auto partial(const auto& x, const auto& y) {
    return detail::scale(y, dad::digamma(x));
  }
  template <class Y>
  static constexpr void taylor(Y& y, const auto& x) {
    Y slope{dad::digamma(x[0])}, product{};
    detail::compose_polygamma(slope, 0, x);
    for (std::size_t k = 1; k < y.size(); ++k) {
      product[k - 1] = detail::convolution(y, slope, k - 1);
      y[k] = detail::integral(x, product, k);
    }
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
  template <class Y>
  static constexpr void taylor(Y& y, const auto& x) {
    detail::compose_polygamma(y, 0, x);
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
  template <class Y>
  constexpr void taylor(Y& y, const auto& x) const {
    detail::compose_polygamma(y, order, x);
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
  template <class Y>
  static constexpr void taylor(Y& y, const auto& x) {
    Y step{dad::sigmoid(x[0])};
    detail::make_logistic(step, y, dad::tanh(x[0] / 2), x);
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
  static constexpr auto partial(const auto& x, const auto& y) {
    // As y (1 - y) it needs no exp, but cancels where y is near 1.
    const auto density = [&x] { return detail::logistic_density(x); };
    if constexpr (detail::knows_where_it_is<std::remove_cvref_t<decltype(y)>>)
      return detail::by_formula(
          y < 0.75, [&y] { return y * (1 - y); }, density);
    else
      return density();
  }
  template <class Y>
  static constexpr void taylor(Y& y, const auto& x) {
    Y density{detail::logistic_density(x[0])};
    detail::make_logistic(y, density, dad::tanh(x[0] / 2), x);
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
  template <class Y>
  static constexpr void taylor(Y& y, const auto& x) {
    Y step{dad::sigmoid(x[0])};
    sigmoid::taylor(step, x);
    detail::integrate(y, x, step);
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
  // The larger operand, and softplus of what the other is above it.
  template <class Y>
  static constexpr void taylor(Y& z, const auto& x, const auto& y) {
    if (detail::bottom(x[0]) < detail::bottom(y[0]))
      above(z, y, x);
    else
      above(z, x, y);
  }

 private:
  template <class Y>
  static constexpr void above(Y& z, const auto& larger, const auto& smaller) {
    Y difference{};
    for (std::size_t k = 0; k < z.size(); ++k)
      difference[k] = detail::coefficient(smaller, k) - detail::coefficient(larger, k);
    Y soft{};
    softplus::taylor(soft, difference);
    for (std::size_t k = 1; k < z.size(); ++k) z[k] = detail::coefficient(larger, k) + soft[k];
  }
};

}  // namespace dad::op
