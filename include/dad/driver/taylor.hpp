// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// Taylor coefficients along lines and curves, and third derivatives.

#pragma once

#include <array>
#include <cstddef>
#include <type_traits>
#include <utility>
#include <vector>

#include <dad/driver/hessian.hpp>
#include <dad/taylor/series.hpp>

namespace dad {

namespace detail {

/// The numbers in which to expand f(x + v t + ...).
template <class X, class... V>
using curve_base_t = promote_t<base_t<X>, base_t<V>...>;

/// The scalar in which f is expanded; the value alone is the first of two coefficients.
template <int K, class F, class T>
using expansion_t = series<T, K == 0 ? 1 : static_cast<std::size_t>(K), level<F>>;

/// K + 1 times f's result, each with the coefficients of one order in the place of its reals.
template <int K, class S, class Y>
auto coefficients_of(const Y& y) {
  using To = value_base_t<S, Y>;
  const auto of_order = [&](std::size_t k) {
    return transform<To>(y, [k](const auto& leaf) { return static_cast<To>(coefficient_at<S>(leaf, k)); });
  };
  return [&]<std::size_t... k>(std::index_sequence<k...>) {
    return std::array<decltype(of_order(0)), sizeof...(k)>{of_order(k)...};
  }
  (std::make_index_sequence<static_cast<std::size_t>(K) + 1>{});
}

template <int K, class S, class F, class Point>
auto expand(const F& f, const Point& point) {
  using Y = std::remove_cvref_t<decltype(call(f, point))>;
  check_result<F, Y>();
  if constexpr (differentiable<Y>) return coefficients_of<K, S>(call(f, point));
}

}  // namespace detail

/// The Taylor coefficients of f, R -> R, at x: f^(k)(x) / k! for k = 0, ..., K, as an array. f may also
/// return a structure: then each coefficient has it. Cost about K^2 / 2 evaluations of f.
///
///   std::array<double, 6> c = dad::taylor<5>([](const auto& x) { return sin(x); }, 0.5);
template <int K, class F, class X>
auto taylor(const F& f, const X& x) {
  detail::check_point<X>();
  if constexpr (K < 0) {
    static_assert(K >= 0, "dad: taylor<K> needs K >= 0");
  } else if constexpr (!number<X>) {
    static_assert(number<X>,
                  "dad: a Taylor expansion of a function of several variables goes along a direction: "
                  "taylor<K>(f, x, v)");
  } else {
    using T = promoted_t<X>;
    using S = detail::expansion_t<K, F, T>;
    return detail::expand<K, S>(f, S(static_cast<T>(x), T(1)));
  }
}

/// The Taylor coefficients of t -> f(x + v t), or of t -> f(x + v t + a t^2 + ...) along a curve that is
/// given by its own coefficients; one for each order, each with the structure of f's result. Shapes: v, a,
/// ... as x (the same number of reals). Throws shape_error for one of another size.
///
///   auto c = dad::taylor<3>(f, x, v);        // c[2] is half the second derivative along v
///   auto d = dad::taylor<3>(f, x, v, a);     // along x + v t + a t^2
template <int K, class F, class X, class V, class... More>
auto taylor(const F& f, const X& x, const V& v, const More&... more) {
  detail::check_point<X>();
  if constexpr (K < 0) {
    static_assert(K >= 0, "dad: taylor<K> needs K >= 0");
  } else {
    static_assert(sizeof...(More) < (K == 0 ? 1 : K), "dad: a curve has at most K coefficients besides x");
    using T = detail::curve_base_t<X, V, More...>;
    using S = detail::expansion_t<K, F, T>;
    const std::size_t n = detail::real_count(x);
    const std::array<std::vector<T>, 1 + sizeof...(More)> curve{
        detail::reals_of<T>(v, n, "direction v of taylor"),
        detail::reals_of<T>(more, n, "a coefficient of the curve of taylor")...};
    std::size_t i = 0;
    const auto point = detail::transform<S>(x, [&](const auto& leaf) {
      S s(static_cast<T>(leaf));
      for (std::size_t k = 0; k < curve.size(); ++k) s.coefficient(k + 1) = curve[k][i];
      ++i;
      return s;
    });
    return detail::expand<K, S>(f, point);
  }
}

/// D^3 f(x)[u, v, w]: the derivative of f at x along u, v and w, with the structure of f's result. Shapes: u,
/// v and w as x (the same number of reals). Throws shape_error for one of another size. One evaluation of f
/// in duals three levels deep; four Taylor expansions would do too, but their sum cancels where the
/// directions differ in size.
///
///   double d = dad::third_derivative(f, x, u, v, w);
template <class F, class X, class U, class V, class W>
auto third_derivative(const F& f, const X& x, const U& u, const V& v, const W& w) {
  detail::check_point<X>();
  using T = detail::curve_base_t<X, U, V, W>;
  using S1 = dual<T, 1, detail::level<F, 1>>;
  using S2 = dual<S1, 1, detail::level<F, 2>>;
  using S3 = dual<S2, 1, detail::level<F, 3>>;
  const std::size_t n = detail::real_count(x);
  const auto us = detail::reals_of<T>(u, n, "direction u of third_derivative");
  const auto vs = detail::reals_of<T>(v, n, "direction v of third_derivative");
  const auto ws = detail::reals_of<T>(w, n, "direction w of third_derivative");
  std::size_t k = 0;
  const auto y = detail::call(f, detail::transform<S3>(x, [&](const auto& leaf) {
                                const S3 s(S2(S1(static_cast<T>(leaf), us[k]), S1(vs[k])), S2(S1(ws[k])));
                                ++k;
                                return s;
                              }));
  using Y = std::remove_cvref_t<decltype(y)>;
  detail::check_result<F, Y>();
  const auto third = [](const auto& leaf) {
    return detail::tangent_at<S1>(detail::tangent_at<S2>(detail::tangent_at<S3>(leaf)));
  };
  using To = promoted_t<decltype(third(std::declval<const detail::base_t<Y>&>()))>;
  return detail::transform<To>(y, [&](const auto& leaf) { return static_cast<To>(third(leaf)); });
}

/// D^3 f(x)[u, v, .], the gradient of x -> D^2 f(x)[u, v], of an f that returns a scalar: it has the
/// structure of x. Shapes: u and v as x. Throws shape_error for one of another size. One recording of duals
/// two levels deep and one sweep, whatever the number of inputs.
///
///   auto g = dad::third_derivative(f, x, u, v);
template <class F, class X, class U, class V>
auto third_derivative(const F& f, const X& x, const U& u, const V& v) {
  detail::check_point<X>();
  using B = detail::base_t<X>;
  using S1 = dual<B, 1, detail::level<F, 1>>;
  using S2 = dual<S1, 1, detail::level<F, 2>>;
  const std::size_t n = detail::real_count(x);
  const auto us = detail::reals_of<B>(u, n, "direction u of third_derivative");
  const auto vs = detail::reals_of<B>(v, n, "direction v of third_derivative");
  const auto seeded = [&](const S1& value, std::size_t k) { return S2(S1(value.value(), us[k]), S1(vs[k])); };
  std::vector<B> third;
  const detail::lease<tape<S2>> t;
  detail::with_dual_gradient(*t, f, x, seeded, [&](const S1&, detail::list_view<const S2> row) {
    for (const S2& s : row) third.push_back(s.tangent().tangent());
  });
  return detail::structured_like<B>(x, third);
}

}  // namespace dad
