// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// f of a point: a tuple or pair gives f several arguments.

#pragma once

#include <tuple>
#include <type_traits>
#include <utility>

#include <dad/structure/shape.hpp>

namespace dad::detail {

/// f can be called with y, or with the elements of y.
template <class F, class Y>
inline constexpr bool takes = requires(const F& f, const Y& y) {
  f(y);
};
template <class F, class... A>
inline constexpr bool takes<F, std::tuple<A...>> = requires(const F& f, const A&... a) {
  f(a...);
};
template <class F, class A, class B>
inline constexpr bool takes<F, std::pair<A, B>> = takes<F, std::tuple<A, B>>;

template <class F, class Y>
consteval bool returns_nothing() {
  if constexpr (!takes<F, Y>)
    return false;
  else if constexpr (is_tuple<Y>)
    return std::is_void_v<decltype(std::apply(std::declval<const F&>(), std::declval<const Y&>()))>;
  else
    return std::is_void_v<decltype(std::declval<const F&>()(std::declval<const Y&>()))>;
}

/// f(y); the elements of a tuple or pair are its arguments.
template <class F, class Y>
constexpr decltype(auto) call(const F& f, const Y& y) {
  static_assert(takes<F, Y>,
                "dad: f cannot be called with this point: it is to be generic in its scalar (const auto& x, "
                "not double), const (not a mutable lambda), and takes one argument, or one for each element "
                "of a tuple or pair");
  static_assert(!returns_nothing<F, Y>(), "dad: f returns nothing (void), expected a result of numbers");
  if constexpr (!takes<F, Y>)
    return y;
  else if constexpr (is_tuple<Y>)
    return std::apply(f, y);
  else
    return f(y);
}

}  // namespace dad::detail
