// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// What recording asks of an operation on one or two operands: which it is, as data, and its partials.

#pragma once

#include <cstddef>
#include <cstdint>
#include <type_traits>

#include <dad/op/arithmetic.hpp>
#include <dad/op/operation.hpp>
#include <dad/reverse/operands.hpp>
#include <dad/reverse/statement.hpp>

namespace dad::detail {

/// An operation as data, so that one function records all of them. Where that is inlined, this is a constant.
struct operation_kind {
  const char* name;
  std::uint32_t operand_count;
  std::uint32_t variable;  // the place of the variable, where the other operand is a constant
  std::uint32_t tag[2];    // of the operands' partials: stored, +1 or -1
  bool may_fold[2];
  bool is_product;  // of two variables, which are listed as factors
};

template <class Partial>
inline constexpr std::uint32_t partial_tag = std::is_same_v<Partial, op::plus_one>
                                                 ? argument_word::plus_one
                                                 : (std::is_same_v<Partial, op::minus_one>
                                                        ? argument_word::minus_one
                                                        : argument_word::stored);

template <class T, bool FoldX, bool FoldY, class Op, class A, class... B>
inline constexpr operation_kind kind_of = {
    Op::name,
    1 + sizeof...(B),
    !std::is_same_v<A, var<T>>,
    {partial_tag<typename operands<T>::template partial_type<Op, 0, A, B...>>,
     partial_tag<typename operands<T>::template partial_type<Op, sizeof...(B), A, B...>>},
    {FoldX, FoldY},
    operands<T>::template is_product<Op, A, B...>};

/// Partials that are numbers. They are computed before it is known whether they are needed, so that no
/// function of the operation's type is called where they are.
template <class T>
struct known_partials {
  T first, second;
  T operator()(std::size_t operand) const noexcept { return operand == 0 ? first : second; }
};

/// Operand I's partial as a number; where it is a type, nobody asks.
template <class T, std::size_t I, class Op, class... P>
[[gnu::always_inline]] inline T operation_partial([[maybe_unused]] const Op& op, const P&... primals) {
  using type = std::remove_cvref_t<decltype(op.template partial<I>(primals...))>;
  if constexpr (std::is_same_v<type, op::zero> || std::is_same_v<type, op::plus_one> ||
                std::is_same_v<type, op::minus_one>)
    return T(0);
  else
    return static_cast<T>(op.template partial<I>(primals...));
}

/// Those of a product of two variables are the other factor. They are read where they are needed: a call that
/// may come before would have to keep them.
template <class Partials, class T>
[[gnu::always_inline]] inline Partials with_factors([[maybe_unused]] const operation_kind& kind,
                                                    const Partials& partials, [[maybe_unused]] const T& x,
                                                    [[maybe_unused]] const T& y) {
  if constexpr (std::is_same_v<Partials, known_partials<T>>)
    if (kind.is_product) return {y, x};
  return partials;
}

/// The partials of an operation, by operand. Those that are scalars may record: they are computed where they
/// are needed; others here, if they may be.
template <class T, class Op, class... P>
[[gnu::always_inline]] inline auto operation_partials([[maybe_unused]] bool needs_first,
                                                      [[maybe_unused]] bool needs_second, const Op& op,
                                                      const T& value, const P&... primals) {
  constexpr std::size_t last = sizeof...(P) - 1;
  if constexpr (std::is_floating_point_v<T>)
    return known_partials<T>{needs_first ? operation_partial<T, 0>(op, primals..., value) : T(0),
                             needs_second ? operation_partial<T, last>(op, primals..., value) : T(0)};
  else
    return [&](std::size_t operand) {
      return operand == 0 ? operation_partial<T, 0>(op, primals..., value)
                          : operation_partial<T, last>(op, primals..., value);
    };
}

/// Partials as they go from function to function: numbers in registers, and what computes scalars where it
/// stays, for a copy of what it refers to waits until all of that is in memory.
template <class Compute>
struct late_partials {
  const Compute& compute;
  auto operator()(std::size_t operand) const { return compute(operand); }
};
template <class T>
[[gnu::always_inline]] inline known_partials<T> in_registers(const known_partials<T>& partials) {
  return partials;
}
template <class Compute>
[[gnu::always_inline]] inline late_partials<Compute> in_registers(const Compute& partials) {
  return {partials};
}

}  // namespace dad::detail
