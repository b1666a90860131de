// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// The level at which a driver differentiates, and what a result carries at that level.

#pragma once

#include <cstddef>
#include <type_traits>
#include <utility>
#include <vector>

#include <dad/forward/dual.hpp>
#include <dad/reverse/var.hpp>
#include <dad/structure/call.hpp>
#include <dad/structure/transform.hpp>
#include <dad/taylor/series.hpp>

namespace dad {

/// What drivers return besides a plain derivative: aggregates to take apart, auto [value, gradient] = ...
template <class Value, class Gradient>
struct value_gradient {
  Value value;
  Gradient gradient;
};
template <class Value, class Jacobian>
struct value_jacobian {
  Value value;
  Jacobian jacobian;
};
template <class Value, class Tangent>
struct value_tangent {
  Value value;
  Tangent tangent;
};
template <class Value, class Adjoint>
struct value_adjoint {
  Value value;
  Adjoint adjoint;
};

namespace detail {

/// The tag of the duals with which a driver differentiates f: every f has its own level, so that a derivative
/// inside a derivative never takes the outer tangents for its own.
template <class F, int Order = 0>
struct level;

template <class S, class L>
constexpr bool is_at_level() {
  if constexpr (scalar<L>)
    return std::is_same_v<L, S> || is_same_level<L, S>;
  else
    return false;
}
template <class S, class L>
constexpr bool contains_level() {
  if constexpr (is_at_level<S, L>())
    return true;
  else if constexpr (scalar<L>)
    return contains_level<S, typename L::value_type>();
  else
    return false;
}

/// A number for every component, where only the type of what is made of them counts: clang 14 cannot
/// read a lambda inside of decltype back from a precompiled header.
template <class T>
struct always {
  template <class Component>
  constexpr T operator()(const Component&) const {
    return T(0);
  }
};

/// fn of every component of a dual or series of another level, which stays around the result.
template <class U, std::size_t N, class Tag, class Fn>
constexpr auto map_components(const dual<U, N, Tag>& x, Fn&& fn) {
  dual<std::remove_cvref_t<decltype(fn(x.value()))>, N, Tag> y(fn(x.value()));
  for (std::size_t i = 0; i < N; ++i) y.tangent(i) = fn(x.tangent(i));
  return y;
}

template <class U, std::size_t K, class Tag, class Fn>
constexpr auto map_components(const series<U, K, Tag>& x, Fn&& fn) {
  series<std::remove_cvref_t<decltype(fn(x.value()))>, K, Tag> y(fn(x.value()));
  for (std::size_t k = 1; k <= K; ++k) y.coefficient(k) = fn(x.coefficient(k));
  return y;
}

/// A result without the level of S: its value there.
template <class S, class L>
constexpr auto value_at(const L& leaf) {
  if constexpr (is_at_level<S, L>())
    return leaf.value();
  else if constexpr (contains_level<S, L>())
    return map_components(leaf, [](const auto& u) { return value_at<S>(u); });
  else
    return leaf;
}

/// Its tangent i at the level of S, a dual; zero for a constant of that level.
template <class S, class L>
constexpr auto tangent_at(const L& leaf, std::size_t i = 0) {
  if constexpr (is_at_level<S, L>())
    return leaf.tangent(i);
  else if constexpr (contains_level<S, L>())
    return map_components(leaf, [i](const auto& u) { return tangent_at<S>(u, i); });
  else
    return typename S::value_type(0);
}

/// Its coefficient k at the level of S, a series.
template <class S, class L>
constexpr auto coefficient_at(const L& leaf, std::size_t k) {
  if constexpr (is_at_level<S, L>())
    return leaf.coefficient(k);
  else if constexpr (contains_level<S, L>())
    return map_components(leaf, [k](const auto& u) { return coefficient_at<S>(u, k); });
  else
    return k == 0 ? promoted_t<L>(leaf) : promoted_t<L>(0);
}

template <class S, class Y>
using value_base_t = promoted_t<std::remove_cvref_t<decltype(value_at<S>(std::declval<const base_t<Y>&>()))>>;

/// The result of f in the numbers below the level of S.
template <class S, class Y>
auto plain_result(const Y& y) {
  using To = value_base_t<S, Y>;
  return transform<To>(y, [](const auto& leaf) { return static_cast<To>(value_at<S>(leaf)); });
}

template <class F, class Y>
constexpr void check_result() {
  static_assert(differentiable<Y>,
                "dad: f must return a scalar, a range or tuple of scalars, or a struct that serializes");
}
template <class Y>
constexpr void check_scalar_result() {
  static_assert(number<Y>,
                "dad: a gradient is of an f that returns a scalar; use jacobian or vjp for other results");
}
template <class X>
constexpr void check_point() {
  static_assert(!std::is_array_v<X>, "dad: an input is not a C array; use std::array, or std::span(x)");
  require_differentiable<X>();
}

/// The reals of a direction or a seed in order. Throws shape_error unless there are as many as expected.
template <class B, class V>
std::vector<B> reals_of(const V& v, std::size_t expected, const char* subject) {
  std::vector<B> reals;
  reals.reserve(expected);
  for_each_real(v, [&](const auto& leaf) { reals.push_back(static_cast<B>(leaf)); });
  if (reals.size() != expected)
    raise<shape_error>("dad: %s has %zu entries, expected %zu", subject, reals.size(), expected);
  return reals;
}

}  // namespace detail
}  // namespace dad
