// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// The scalar in which two numbers meet, so that levels of differentiation nest and never mix.

#pragma once

#include <type_traits>

#include <dad/core/concepts.hpp>

namespace dad {

namespace detail {

/// A and S are the same level of differentiation over different numbers; number types say so.
template <class A, class S>
inline constexpr bool is_same_level = false;

template <class A, class S>
constexpr bool can_embed() {
  if constexpr (arithmetic<A> || std::is_same_v<A, S>) {
    return true;
  } else if constexpr (scalar<S>) {
    if constexpr (is_same_level<A, S>)
      return can_embed<typename A::value_type, typename S::value_type>();
    else
      return can_embed<A, typename S::value_type>();
  } else {
    return false;
  }
}

/// Every A is exactly an S: a plain number always, a scalar of an outer level where S is built on it.
template <class A, class S>
inline constexpr bool embeds = can_embed<A, S>();

/// Where neither scalar is built on the other, a number type says here how they nest.
template <class A, class B>
struct join {
  static_assert(
      !std::is_same_v<A, A>,
      "dad: these two scalars belong to different derivatives that do not nest: take the inner derivative "
      "at a point of the outer scalar type, e.g. gradient(g, T(1)) instead of gradient(g, 1.0)");
};

template <class A, class B>
struct promote_pair : join<A, B> {};
template <class A, scalar B>
requires(embeds<A, B>) struct promote_pair<A, B> {
  using type = B;
};
template <scalar A, class B>
requires(embeds<B, A> && !embeds<A, B>) struct promote_pair<A, B> {
  using type = A;
};
template <arithmetic A, arithmetic B>
struct promote_pair<A, B> : std::common_type<A, B> {};

template <class A, class... B>
struct promote {
  using type = A;
};
template <class A, class B, class... C>
struct promote<A, B, C...> : promote<typename promote_pair<A, B>::type, C...> {};

}  // namespace detail

/// The number type that holds all of A: arithmetic types give way to scalars, outer scalars to inner ones.
template <number... A>
using promote_t = typename detail::promote<std::remove_cv_t<A>...>::type;

}  // namespace dad
