// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// What an operation is, and how it is applied to operands of any mix of number types.

#pragma once

#include <cstddef>
#include <type_traits>

#include <dad/core/concepts.hpp>
#include <dad/core/promote.hpp>

namespace dad::op {

/// Partials that are the same everywhere are types: no machine stores or multiplies them.
struct plus_one {};
struct minus_one {};
struct zero {};

/// The number of operands an operation takes, and whether a partial of it can be infinite or NaN at finite
/// operands. Where it can, machines mask zero seeds so that unrelated inputs stay clean.
template <int Arity, bool MayBeSingular>
struct operation {
  static constexpr int arity = Arity;
  static constexpr bool may_be_singular = MayBeSingular;
  static constexpr bool is_straight = false;
};

/// An operation made of straight pieces: around a point it is linear, and its partials are all there is.
template <int Arity, bool MayBeSingular>
struct straight_operation : operation<Arity, MayBeSingular> {
  static constexpr bool is_straight = true;
};

template <class... Op>
struct type_list {
  static constexpr std::size_t size = sizeof...(Op);
};

}  // namespace dad::op

namespace dad::detail {

/// An operand as S::apply takes it: S itself, or a constant of S's value type or of its plain type.
template <class S, class A>
constexpr decltype(auto) as_operand(const A& a) {
  if constexpr (std::is_same_v<A, S>)
    return static_cast<const S&>(a);
  else if constexpr (arithmetic<A>)
    return static_cast<plain_t<S>>(a);
  else if constexpr (embeds<A, typename S::value_type>)
    return typename S::value_type(a);
  else
    return S(a);
}

/// Applies an operation to numbers of which at least one is a scalar.
template <class Op, number... A>
constexpr auto apply(const Op& op, const A&... a) {
  using S = promote_t<A...>;
  return S::apply(op, as_operand<S>(a)...);
}

/// The value of an operation one level down: a plain number, or a scalar where levels nest.
template <class Op, number... A>
constexpr auto evaluate(const Op& op, const A&... a) {
  if constexpr ((scalar<A> || ...))
    return apply(op, a...);
  else
    return op.value(a...);
}

/// The same as a T. A plain one is rounded: g++ contracts a product into the sum that it goes into where it
/// sees both, which depends on what is inlined where.
template <class T, class Op, number... A>
constexpr T rounded_value(const Op& op, const A&... a) {
#if defined(__GNUC__) && !defined(__clang__)
  if constexpr (std::is_floating_point_v<T>)
    return __builtin_assoc_barrier(static_cast<T>(evaluate(op, a...)));
  else
#endif
    return static_cast<T>(evaluate(op, a...));
}

/// A number on its way to a function: in a register; a scalar stays where it is, as it is several numbers,
/// and a copy would be read before all of it is written.
template <class T>
using passed = std::conditional_t<std::is_floating_point_v<T>, T, const T&>;

/// Exactly zero in every component, and not recorded: a seed that must not reach anything.
template <number A>
constexpr bool is_zero(const A& a) {
  if constexpr (scalar<A>)
    return a.is_zero();
  else
    return a == A(0);
}

/// partial * seed, where an exactly zero seed gives zero even if the partial is infinite or NaN.
template <number P, number T>
constexpr T masked_product(const P& partial, const T& seed) {
  if constexpr (scalar<T>)
    return T::masked_product(partial, seed);
  else
    return seed == T(0) ? T(0) : static_cast<T>(partial * seed);
}

}  // namespace dad::detail
