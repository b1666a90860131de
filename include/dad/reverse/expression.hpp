// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// What operators of fused_var return: an operation that has its value and waits to be recorded.

#pragma once

#include <cstddef>
#include <cstdint>
#include <tuple>
#include <type_traits>
#include <utility>

#include <dad/op/operation.hpp>
#include <dad/reverse/id.hpp>
#include <dad/reverse/tape.hpp>

namespace dad {

/// An operation on variables, constants and other operations, all of which it holds by value: it outlives
/// what it was made of. Becomes a statement of the tape where it is assigned to a fused_var.
template <class T, class Op, class... Operand>
class expression;

namespace detail {

/// A variable inside an expression.
template <class T>
struct expression_leaf {
  T value;
  std::uint64_t id;
};

template <class A>
inline constexpr bool is_expression_leaf = false;
template <class T>
inline constexpr bool is_expression_leaf<expression_leaf<T>> = true;
template <class A>
inline constexpr bool is_expression = false;
template <class T, class Op, class... Operand>
inline constexpr bool is_expression<expression<T, Op, Operand...>> = true;

/// A fused_var, or an expression of them.
template <class A>
concept fused_operand = scalar<A> &&(is_fused_var<A> || is_expression<A>);

template <class A>
struct operand_size : std::integral_constant<std::size_t, 0> {};
template <class T>
struct operand_size<expression_leaf<T>> : std::integral_constant<std::size_t, 1> {};
template <class T, class Op, class... Operand>
struct operand_size<expression<T, Op, Operand...>>
    : std::integral_constant<std::size_t, (operand_size<Operand>::value + ... + 0)> {};
/// The number of variables in an operand, with repetitions.
template <class A>
inline constexpr std::size_t leaf_count = operand_size<A>::value;

/// What stands for an operand in the formulas of values and partials.
template <class A>
constexpr const auto& primal(const A& a) {
  if constexpr (is_expression<A>)
    return a.value();
  else if constexpr (is_expression_leaf<A>)
    return a.value;
  else
    return a;
}

template <class T, class A>
[[gnu::always_inline]] inline auto as_expression_operand(const A& a);

}  // namespace detail

template <class T, class Op, class... Operand>
class expression {
 public:
  using value_type = T;
  static constexpr std::size_t arity = sizeof...(Operand);

  [[gnu::always_inline]] constexpr explicit expression(const Op& op, const Operand&... operands)
      : op_(op), operands_(operands...), value_(detail::rounded_value<T>(op, detail::primal(operands)...)) {}

  [[nodiscard]] constexpr const T& value() const noexcept { return value_; }
  [[nodiscard]] constexpr bool is_zero() const { return false; }
  /// The plain number as another arithmetic type; its derivatives are lost, as the cast says.
  template <arithmetic A>
  explicit constexpr operator A() const {
    return static_cast<A>(dad::value(value_));
  }

  [[nodiscard]] constexpr const Op& operation() const noexcept { return op_; }
  [[nodiscard]] constexpr const std::tuple<Operand...>& operands() const noexcept { return operands_; }
  /// The partial of operand I alone.
  template <std::size_t I>
  [[nodiscard, gnu::always_inline]] constexpr auto partial() const {
    return std::apply([&](const auto&... x) { return op_.template partial<I>(detail::primal(x)..., value_); },
                      operands_);
  }

 private:
  [[no_unique_address]] Op op_;
  std::tuple<Operand...> operands_;
  T value_;
};

template <class T, class Op, class... Operand>
inline constexpr bool is_scalar<expression<T, Op, Operand...>> = true;

// Where two different ones meet in a function that returns one type, that is the variable.
template <class T, class Op, class... Operand, scalar S>
struct detail::join<expression<T, Op, Operand...>, S> {
  using type = fused_var<T>;
};
template <scalar S, class T, class Op, class... Operand>
requires(!detail::is_expression<S>) struct detail::join<S, expression<T, Op, Operand...>> {
  using type = fused_var<T>;
};

namespace detail {

template <class A, class... B>
struct fused_value {
  using type = typename fused_value<B...>::type;
};
template <class T, class... B>
struct fused_value<expression_leaf<T>, B...> {
  using type = T;
};
template <fused_operand A, class... B>
struct fused_value<A, B...> {
  using type = typename A::value_type;
};
/// The numbers under the first fused operand.
template <class... A>
using fused_value_t = typename fused_value<A...>::type;

/// The operation on these operands, to be recorded later.
template <class Op, class... A>
[[gnu::always_inline]] inline auto express(const Op& op, const A&... a) {
  using T = fused_value_t<A...>;
  return expression<T, Op, decltype(as_expression_operand<T>(a))...>(op, as_expression_operand<T>(a)...);
}

}  // namespace detail
}  // namespace dad
