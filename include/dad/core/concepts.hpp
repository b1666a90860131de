// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// The words everyone speaks: what a scalar is, its plain number, and the number that an arithmetic type
// counts as.

#pragma once

#include <concepts>
#include <type_traits>

namespace dad {

/// int, bool, float, double, ...: the types that mix with every scalar.
template <class A>
concept arithmetic = std::is_arithmetic_v<A>;

/// Number types of dad say true here; nothing else does.
template <class S>
inline constexpr bool is_scalar = false;

/// A number type of dad: dual, var, ...
template <class S>
concept scalar = is_scalar<std::remove_cv_t<S>>;

/// A scalar or a plain floating-point number: what derivatives are taken of.
template <class R>
concept real = scalar<R> || std::floating_point<std::remove_cv_t<R>>;

/// A scalar or any arithmetic type.
template <class A>
concept number = scalar<A> || arithmetic<std::remove_cv_t<A>>;

/// Floating types stay, integers count as double (as in <cmath>), scalars stay.
template <number A>
using promoted_t = std::conditional_t<std::is_integral_v<A>, double, A>;

namespace detail {
template <class A>
struct plain {
  using type = A;
};
template <scalar S>
struct plain<S> {
  using type = typename plain<typename S::value_type>::type;
};
}  // namespace detail

/// The plain number at the bottom of a scalar: double for dual<var<double>>.
template <number A>
using plain_t = typename detail::plain<std::remove_cv_t<A>>::type;

/// The plain number of any scalar, plain numbers included.
template <number A>
constexpr plain_t<A> value(const A& x) {
  if constexpr (scalar<A>)
    return value(x.value());
  else
    return x;
}

}  // namespace dad
