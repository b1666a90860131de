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

/// A scalar that stands for a plain number under all others, and whose comparisons give conditions of its own
/// instead of bool: a number that is being traced, a pack of lanes. Its type says true here.
template <class S>
inline constexpr bool is_base = false;

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

namespace detail {
/// The number at the bottom of all levels: a plain number, or a scalar that stands for one.
template <number A>
constexpr auto bottom(const A& x) {
  if constexpr (scalar<A> && !is_base<A>)
    return bottom(x.value());
  else
    return x;
}

/// The plain number of any scalar, unnoticed even where reading a number counts.
template <number A>
constexpr plain_t<A> plain_value(const A& x) {
  if constexpr (is_base<A>)
    return x.recorded_value();
  else if constexpr (scalar<A>)
    return plain_value(x.value());
  else
    return x;
}
}  // namespace detail

}  // namespace dad
