// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// What a statement of an expression consists of, which the compiler knows.

#pragma once

#include <cstddef>
#include <cstdint>
#include <type_traits>
#include <utility>

#include <dad/op/arithmetic.hpp>
#include <dad/reverse/expression.hpp>

namespace dad::detail {

/// What a statement of an expression consists of. A partial is a unit (one or minus one) or a number; a
/// product of two variables whose own partial is a unit can be a pair of factors.
struct statement_shape {
  std::uint32_t units = 0;
  std::uint32_t numbers = 0;
  std::uint32_t pairs = 0;

  constexpr statement_shape operator+(const statement_shape& s) const {
    return {units + s.units, numbers + s.numbers, pairs + s.pairs};
  }
  /// How the arguments are written: units alone and one kind of pairs, or all with their partials.
  [[nodiscard]] constexpr bool has_factors() const { return pairs > 0 && numbers == 0; }
  [[nodiscard]] constexpr bool has_units_alone() const { return pairs == 0 && numbers == 0; }
  [[nodiscard]] constexpr std::uint32_t arguments() const { return units + numbers + 2 * pairs; }
};

template <class P>
inline constexpr bool is_unit = std::is_same_v<P, op::plus_one> || std::is_same_v<P, op::minus_one>;

template <class E, std::size_t I>
using expression_partial = std::remove_cvref_t<decltype(std::declval<const E&>().template partial<I>())>;

template <class E>
inline constexpr bool is_product_of_leaves = false;
template <class T>
inline constexpr bool
    is_product_of_leaves<expression<T, op::multiply, expression_leaf<T>, expression_leaf<T>>> = true;

template <class E, bool HasUnit>
constexpr statement_shape shape_of_statement() {
  if constexpr (is_expression_leaf<E>) {
    return HasUnit ? statement_shape{1, 0, 0} : statement_shape{0, 1, 0};
  } else if constexpr (leaf_count<E> == 0) {
    return {};
  } else if constexpr (HasUnit && is_product_of_leaves<E>) {
    return {0, 0, 1};
  } else {
    return []<class T, class Op, class... A, std::size_t... I>(const expression<T, Op, A...>*,
                                                               std::index_sequence<I...>) {
      return ([] {
        using P = expression_partial<E, I>;
        constexpr bool has_unit = HasUnit && is_unit<P>;
        if constexpr (std::is_same_v<P, op::zero>)
          return statement_shape{};
        else
          return shape_of_statement<A, has_unit>();
      }() + ...);
    }(static_cast<const E*>(nullptr), std::make_index_sequence<E::arity>{});
  }
}

/// Some variable of the operand has influence on its derivative.
template <class E>
inline constexpr bool has_influence = shape_of_statement<E, true>().arguments() > 0;

}  // namespace dad::detail
