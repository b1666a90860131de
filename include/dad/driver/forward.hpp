// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// Derivatives by forward differentiation: of one variable, and along one direction.

#pragma once

#include <cstddef>

#include <dad/driver/level.hpp>

namespace dad {

namespace detail {

/// y(x + t v) and its derivative by t at 0, for the reals v of a direction.
template <class F, class X, class B>
auto jvp_along(const F& f, const X& x, const std::vector<B>& direction) {
  using S = dual<base_t<X>, 1, level<F>>;
  std::size_t k = 0;
  const auto y = call(
      f, transform<S>(x, [&](const auto& leaf) { return S(static_cast<base_t<X>>(leaf), direction[k++]); }));
  using Y = std::remove_cvref_t<decltype(y)>;
  check_result<F, Y>();
  using To = value_base_t<S, Y>;
  auto tangent = transform<To>(y, [](const auto& leaf) { return static_cast<To>(tangent_at<S>(leaf)); });
  return value_tangent<decltype(plain_result<S>(y)), decltype(tangent)>{plain_result<S>(y),
                                                                        std::move(tangent)};
}

// The K-th derivative: K duals of one direction around each other.
template <int K, class F, class X>
auto nested_derivative(const F& f, const X& x) {
  if constexpr (K == 0) {
    return f(x);
  } else {
    using S = dual<X, 1, level<F, K>>;
    const auto y = nested_derivative<K - 1>(f, S(x, X(1)));
    using Y = std::remove_cvref_t<decltype(y)>;
    check_result<F, Y>();
    using To = value_base_t<S, Y>;
    return transform<To>(y, [](const auto& leaf) { return static_cast<To>(tangent_at<S>(leaf)); });
  }
}

// The same as K! times the K-th Taylor coefficient.
template <int K, class F, class X>
auto derivative_by_series(const F& f, const X& x) {
  using S = series<X, static_cast<std::size_t>(K), level<F>>;
  const auto y = f(S(x, X(1)));
  using Y = std::remove_cvref_t<decltype(y)>;
  check_result<F, Y>();
  using To = value_base_t<S, Y>;
  plain_t<X> factorial(1);
  for (int k = 2; k <= K; ++k) factorial *= static_cast<plain_t<X>>(k);
  return transform<To>(y, [&](const auto& leaf) {
    return static_cast<To>(coefficient_at<S>(leaf, static_cast<std::size_t>(K)) * factorial);
  });
}

}  // namespace detail

/// The K-th derivative of f, R -> R, at x; K = 0 is the value. For an f with a structured result, the
/// derivative of each part. Cost: from the third on, by Taylor coefficients, about K^2 / 2 evaluations of f.
///
///   dad::derivative([](const auto& x) { return x * sin(x); }, 2.0);
template <int K = 1, class F, number X>
auto derivative(const F& f, const X& x) {
  if constexpr (K < 0)
    static_assert(K >= 0, "dad: derivative<K> needs K >= 0");
  else if constexpr (K < 3)
    return detail::nested_derivative<K>(f, promoted_t<X>(x));
  else
    return detail::derivative_by_series<K>(f, promoted_t<X>(x));
}

/// The value of f at x and its tangent along v. Shapes: v as x (the same number of reals), the tangent as f's
/// result. Throws shape_error for a v of another size.
///
///   auto [y, t] = dad::jvp(f, x, v);
template <class F, class X, class V>
auto jvp(const F& f, const X& x, const V& v) {
  detail::check_point<X>();
  return detail::jvp_along(
      f, x, detail::reals_of<detail::base_t<X>>(v, detail::real_count(x), "direction v of jvp"));
}

}  // namespace dad
