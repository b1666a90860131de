// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// Conditions: bool for plain numbers, a type of its own for a scalar that stands for one. What depends on a
// condition without a branch is chosen by select.

#pragma once

#include <dad/op/operation.hpp>

namespace dad {

namespace detail {

/// What a base scalar's comparisons give.
template <class C>
concept condition = requires {
  typename C::scalar_type;
};

/// The outcome of a comparison or predicate of the numbers at the bottom of its operands.
template <class Op, number... A>
constexpr auto condition_of(const A&... x) {
  if constexpr ((is_base<decltype(bottom(x))> || ...)) {
    using S = promote_t<decltype(bottom(x))...>;
    return S::template condition_of<Op>(as_operand<S>(bottom(x))...);
  } else {
    return Op::holds(bottom(x)...);
  }
}

// Conditions are combined by name, because && and || would evaluate both sides of a user's branch.
constexpr bool both(bool a, bool b) { return a && b; }
constexpr bool either(bool a, bool b) { return a || b; }
constexpr bool negated(bool a) { return !a; }
template <condition C>
constexpr C both(const C& a, const C& b) {
  return C::both(a, b);
}
template <condition C>
constexpr C either(const C& a, const C& b) {
  return C::either(a, b);
}
template <condition C>
constexpr C negated(const C& a) {
  return C::negated(a);
}
template <condition C, std::same_as<bool> B>
constexpr C both(const C& a, B b) {
  return both(a, C(b));
}
template <std::same_as<bool> B, condition C>
constexpr C both(B a, const C& b) {
  return both(C(a), b);
}
template <condition C, std::same_as<bool> B>
constexpr C either(const C& a, B b) {
  return either(a, C(b));
}
template <std::same_as<bool> B, condition C>
constexpr C either(B a, const C& b) {
  return either(C(a), b);
}

/// The condition itself, or its negation where it is expected to be false.
template <class C>
constexpr C agrees(const C& condition, bool expected) {
  return expected ? condition : negated(condition);
}

/// Numbers that a formula may ask where they are: plain ones, and packs of them. Numbers that carry
/// derivatives may not: those of a formula for some numbers are not those of the whole.
template <class T>
inline constexpr bool knows_where_it_is = std::is_floating_point_v<T>;
template <scalar T>
requires(is_base<T>) inline constexpr bool knows_where_it_is<T> = requires(const T& x) {
  { all(x < 0.0) } -> std::same_as<bool>;
};

/// short_formula() where the condition holds, and whole_formula(), which costs more, elsewhere.
template <class C, class Short, class Whole>
constexpr auto by_formula(const C& condition, Short&& short_formula, Whole&& whole_formula) {
  if constexpr (std::is_same_v<C, bool>) {
    return condition ? short_formula() : whole_formula();
  } else {
    if (all(condition)) return short_formula();
    return select(condition, short_formula(), whole_formula());
  }
}

/// Never changes with the input: a plain number always is; a scalar says so.
template <number A>
constexpr bool is_constant(const A& x) {
  if constexpr (is_base<A>)
    return x.is_constant();
  else
    return arithmetic<A>;
}

}  // namespace detail

/// a where the condition holds, b elsewhere; both are evaluated.
template <number A, number B>
constexpr promote_t<A, B> select(bool condition, const A& a, const B& b) {
  if (condition) return promote_t<A, B>(a);
  return promote_t<A, B>(b);
}
template <detail::condition C, number A, number B>
constexpr promote_t<typename C::scalar_type, A, B> select(const C& condition, const A& a, const B& b);

}  // namespace dad
