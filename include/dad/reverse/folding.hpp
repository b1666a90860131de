// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// How operations of var are recorded: folded into the newest row, or with a row of their own.

#pragma once

#include <cstddef>
#include <cstdint>
#include <type_traits>
#include <utility>

#include <dad/op/functions.hpp>
#include <dad/reverse/id.hpp>
#include <dad/reverse/newest_row.hpp>
#include <dad/reverse/operands.hpp>
#include <dad/reverse/operation_kind.hpp>
#include <dad/reverse/operation_row.hpp>
#include <dad/reverse/sum_row.hpp>
#include <dad/reverse/tape.hpp>

namespace dad::detail {

/// The operations of var<T>. Where an operand may be folded (it is a temporary, or is about to be
/// overwritten), its partials become those of the result, and no row is written:
///  - the row of the operand must be the newest, and nothing else may know its value (sole_bit);
///  - other operands are entered first: where one of them is the same variable, it is known from then on.
template <class T>
struct folding {
  using number = var<T>;
  using word = argument_word;
  using newest = newest_row<T>;
  using vars = operands<T>;
  using sums = sum_row<T>;

  /// Nothing is folded.
  template <class Op, class... A>
  [[gnu::always_inline]] static number apply(const Op& op, const A&... operands) {
    constexpr std::size_t variables = (std::size_t{std::is_same_v<A, number>} + ...);
    number y = computed(op, vars::primal(operands)...);
    if constexpr (!has_influence<Op, A...>(std::index_sequence_for<A...>{}))
      return y;
    else if constexpr (variables == 1 && sizeof...(A) <= 2)
      link_one<false>(y, op, operands...);
    else if constexpr (sizeof...(A) == 2 && vars::template has_influence<Op, 0, A...>() &&
                       vars::template has_influence<Op, 1, A...>())
      link_two<false, false>(y, op, operands...);
    else
      y.id_ = operation_row<T>::link_all(std::index_sequence_for<A...>{}, op, y.value_, operands...);
    return y;
  }

  /// The only var among at most two operands may be folded.
  template <class Op, class... A>
  [[gnu::always_inline]] static number unary(const Op& op, const A&... operands) {
    number y = computed(op, vars::primal(operands)...);
    if constexpr (has_influence<Op, A...>(std::index_sequence_for<A...>{}))
      link_one<true>(y, op, operands...);
    return y;
  }

  /// Two vars, of which some may be folded.
  template <bool FoldX, bool FoldY, class Op>
  [[gnu::always_inline]] static number binary(const Op& op, const number& x, const number& y) {
    number z = computed(op, x.value_, y.value_);
    link_two<FoldX, FoldY>(z, op, x, y);
    return z;
  }

  /// x = x op y, where y may be folded. What x was is lost, so it may be folded too.
  template <bool FoldY, class Op>
  [[gnu::always_inline]] static number& assign(const Op& op, number& x, const number& y) {
    using partial = typename vars::template partial_type<Op, 0, number, number>;
    constexpr const operation_kind& kind = kind_of<T, true, FoldY, Op, number, number>;
    if constexpr (!std::is_same_v<partial, op::plus_one>)
      take(x, binary<true, FoldY>(op, x, y));
    else if constexpr (scalar<T>)
      sums::add(kind, active_tape<T>->recorder_, x, y, {});
    else
      sums::add(kind, active_tape<T>->recorder_, x, y, static_cast<T>(evaluate(op, x.value_, y.value_)));
    return x;
  }
  template <class Op, class A>
  [[gnu::always_inline]] static number& assign_constant(const Op& op, number& x, const A& y) {
    using partial = typename vars::template partial_type<Op, 0, number, A>;
    if constexpr (std::is_same_v<partial, op::plus_one>) {
      if (vars::is_alone(active_tape<T>->recorder_.rows, x.id_)) {
        x.value_ = static_cast<T>(evaluate(op, x.value_, y));
        return x;
      }
    }
    take(x, unary(op, x, y));
    return x;
  }

 private:
  using argument = typename operation_row<T>::argument;

  // The result without a row. Its value stays where it is made: nobody else knows it.
  template <class Op, class... Primals>
  [[gnu::always_inline]] static number computed(const Op& op, const Primals&... primals) {
    return number(typename number::in_place{}, [&] { return rounded_value<T>(op, primals...); });
  }

  template <class Op, class... A, std::size_t... I>
  static constexpr bool has_influence(std::index_sequence<I...>) {
    return (vars::template has_influence<Op, I, A...>() || ...);
  }

  // Its partials cost less than to ask whether the operands are active.
  template <class Op>
  static constexpr bool is_arithmetic =
      std::is_same_v<Op, op::add> || std::is_same_v<Op, op::subtract> || std::is_same_v<Op, op::multiply> ||
      std::is_same_v<Op, op::divide> || std::is_same_v<Op, op::negate>;

  template <bool Fold, class Op, class A, class... B>
  [[gnu::always_inline]] static void link_one(number& y, const Op& op, const A& a, const B&... b) {
    constexpr const operation_kind& kind = kind_of<T, Fold, Fold, Op, A, B...>;
    const number& x = vars::template nth<!std::is_same_v<A, number>>(a, b...);
    if (!is_arithmetic<Op> && !x.is_active()) return;
    const auto partials = operation_partials<T>(kind.variable == 0, kind.variable == 1, op, y.value_,
                                                vars::primal(a), vars::primal(b)...);
    if constexpr (Fold)
      y.id_ = one(kind, x, constant_of(a, b...), y.value_, in_registers(partials));
    else
      y.id_ = operation_row<T>::link(kind, x, constant_of(a, b...), y.value_, in_registers(partials));
  }
  template <bool FoldX, bool FoldY, class Op>
  [[gnu::always_inline]] static void link_two(number& z, const Op& op, const number& x, const number& y) {
    if (!is_arithmetic<Op> && !x.is_active() && !y.is_active()) return;
    constexpr const operation_kind& kind = kind_of<T, FoldX, FoldY, Op, number, number>;
    const auto partials = operation_partials<T>(!kind.is_product && (is_arithmetic<Op> || x.is_active()),
                                                !kind.is_product && (is_arithmetic<Op> || y.is_active()), op,
                                                z.value_, x.value_, y.value_);
    if constexpr (FoldX || FoldY)
      z.id_ = two(kind, x, y, z.value_, in_registers(partials));
    else
      z.id_ = operation_row<T>::link(kind, x, y, z.value_, in_registers(partials));
  }
  // The operand that is no variable; 0 where there is none.
  template <class A, class... B>
  static T constant_of([[maybe_unused]] const A& a, const B&... b) {
    if constexpr (!std::is_same_v<A, number>)
      return static_cast<T>(a);
    else if constexpr (sizeof...(B) > 0)
      return constant_of(b...);
    else
      return T(0);
  }

  // The id of the result of an operation on one variable.
  template <class Partials>
  DAD_RECORDING static std::uint64_t one(const operation_kind& kind, const number& x, argument constant,
                                         argument value, Partials partials) {
    rows<T>& r = active_tape<T>->recorder_.rows;
    const std::uint32_t tag = kind.tag[kind.variable];
    if (can_fold(r, x, tag)) return fold(r, x, tag, partials, kind.variable);
    return operation_row<T>::link(kind, x, constant, value, partials);
  }

  // The id of the result of an operation on two variables.
  template <class Partials>
  DAD_RECORDING static std::uint64_t two(const operation_kind& kind, const number& x, const number& y,
                                         argument value, Partials partials) {
    tape_recorder<T>& t = active_tape<T>->recorder_;
    rows<T>& r = t.rows;
    // A sum of two that were made one after the other: which of them first, compilers choose.
    if (kind.may_fold[0] && kind.may_fold[1] && kind.tag[0] == word::plus_one) {
      if (x.id_ + 1 == y.id_ && can_fold(r, y, kind.tag[1]) && newest::can_join(r)) {
        fold(r, y, kind.tag[1], partials, 1);
        return join(r, x);
      }
      if (y.id_ + 1 == x.id_ && newest::can_fold(r, x.id_) && newest::can_join(r) &&
          (kind.tag[1] == word::plus_one || newest::can_negate_row_before(r))) {
        if (kind.tag[1] == word::minus_one) newest::negate_row_before(r);
        x.id_ = spent_id;
        return join(r, y);
      }
    }
    // Of two that may be folded, one at most is the newest.
    if (kind.may_fold[1] && is_newest(r, y)) {
      if (const std::uint64_t id = fold_one(kind, t, 1, y, x, partials); id != 0) return id;
    } else if (kind.may_fold[0] && is_newest(r, x)) {
      if (const std::uint64_t id = fold_one(kind, t, 0, x, y, partials); id != 0) return id;
    }
    return operation_row<T>::link(kind, x, y, value, partials);
  }

  // The id of the last two rows as one, the first of which made x.
  [[gnu::always_inline]] static std::uint64_t join(rows<T>& r, const number& x) noexcept {
    const std::uint64_t id = std::exchange(x.id_, spent_id);
    newest::join(r, id);
    return id;
  }

  // The id of the row of operand `at` with the other one appended, or 0.
  template <class Partials>
  DAD_RECORDING static std::uint64_t fold_one(const operation_kind& kind, tape_recorder<T>& t, std::size_t at,
                                              const number& folded, const number& other, Partials partials) {
    rows<T>& r = t.rows;
    if (!vars::can_enter_or_stay_out(t, other) || !can_fold(r, folded, kind.tag[at])) return 0;
    const number &x = at == 0 ? folded : other, &y = at == 0 ? other : folded;
    const Partials known = with_factors(kind, partials, x.value_, y.value_);
    const std::uint64_t id = fold(r, folded, kind.tag[at], known, at);
    if (other.is_active()) append(r, other, kind.tag[1 - at], known, 1 - at);
    return id;
  }

  [[gnu::always_inline]] static bool is_newest(const rows<T>& r, const number& x) noexcept {
    return newest::is_newest(r, x.id_);
  }
  [[gnu::always_inline]] static bool can_fold(rows<T>& r, const number& x, std::uint32_t tag) noexcept {
    return tag == word::plus_one    ? newest::can_fold(r, x.id_)
           : tag == word::minus_one ? newest::can_negate(r, x.id_)
                                    : newest::can_scale(r, x.id_);
  }
  // The id of what was folded is the newest. It is in a register, where r.newest would be loaded again, and
  // the next operation would wait for that.
  template <class Partials>
  DAD_RECORDING static std::uint64_t fold(rows<T>& r, const number& x, std::uint32_t tag, Partials partials,
                                          std::size_t operand) {
    if (tag == word::minus_one)
      newest::negate(r);
    else if (tag == word::stored)
      newest::scale(r, partials(operand));
    return std::exchange(x.id_, spent_id);
  }
  template <class Partials>
  DAD_RECORDING static void append(rows<T>& r, const number& x, std::uint32_t tag, Partials partials,
                                   std::size_t operand) {
    if (tag == word::stored)
      newest::append(r, x.id_, partials(operand));
    else
      newest::append(r, x.id_, tag);
  }
  [[gnu::always_inline]] static void take(number& x, const number& y) noexcept {
    x.value_ = y.value_;
    x.id_ = y.id_;
  }
};

}  // namespace dad::detail
