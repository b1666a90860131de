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
#include <dad/reverse/operation_row.hpp>
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

  template <class Op, class... A>
  [[gnu::always_inline]] static number apply(const Op& op, const A&... operands) {
    number y(static_cast<T>(evaluate(op, vars::primal(operands)...)));
    operation_row<T>::link(y, op, operands...);
    return y;
  }

  /// Operand I is a var that may be folded, and there is no other var.
  template <std::size_t I, class Op, class... A>
  [[gnu::always_inline]] static number unary(const Op& op, const A&... operands) {
    number y(static_cast<T>(evaluate(op, vars::primal(operands)...)));
    if constexpr (!std::is_same_v<partial_type<Op, I, A...>, op::zero>) {
      const number& x = vars::template nth<I>(operands...);
      tape_recorder<T>& t = active_tape<T>->recorder_;
      if (can_fold<partial_type<Op, I, A...>>(t.rows, x)) {
        finish(y, fold(t.rows, x, op.template partial<I>(vars::primal(operands)..., y.value_)));
        return y;
      }
    }
    operation_row<T>::link(y, op, operands...);
    return y;
  }

  /// Two vars, of which some may be folded.
  template <bool FoldX, bool FoldY, class Op>
  [[gnu::always_inline]] static number binary(const Op& op, const number& x, const number& y) {
    number z(static_cast<T>(evaluate(op, x.value_, y.value_)));
    using px = partial_type<Op, 0, number, number>;
    using py = partial_type<Op, 1, number, number>;
    tape_recorder<T>& t = active_tape<T>->recorder_;
    rows<T>& r = t.rows;
    if constexpr (FoldX && FoldY && std::is_same_v<px, op::plus_one>) {
      if (can_fold<py>(r, y) && x.id_ + 1 == y.id_ && newest::can_join(r)) {
        fold(r, y, op.template partial<1>(x.value_, y.value_, z.value_));
        const std::uint64_t id = std::exchange(x.id_, spent_id);
        newest::join(r, id);
        finish(z, id);
        return z;
      }
    }
    if constexpr (FoldY) {
      if (is_newest(r, y) && vars::can_enter_or_stay_out(t, x) && can_fold<py>(r, y)) {
        const std::uint64_t id = fold(r, y, op.template partial<1>(x.value_, y.value_, z.value_));
        if (x.is_active()) append(r, x, op.template partial<0>(x.value_, y.value_, z.value_));
        finish(z, id);
        return z;
      }
    }
    if constexpr (FoldX) {
      if (is_newest(r, x) && vars::can_enter_or_stay_out(t, y) && can_fold<px>(r, x)) {
        const std::uint64_t id = fold(r, x, op.template partial<0>(x.value_, y.value_, z.value_));
        if (y.is_active()) append(r, y, op.template partial<1>(x.value_, y.value_, z.value_));
        finish(z, id);
        return z;
      }
    }
    operation_row<T>::link(z, op, x, y);
    return z;
  }

  /// x = x op y, where y may be folded. What x was is lost, so it may be folded too.
  template <bool FoldY, class Op>
  [[gnu::always_inline]] static number& assign(const Op& op, number& x, const number& y) {
    if constexpr (std::is_same_v<partial_type<Op, 0, number, number>, op::plus_one>)
      return add_to<FoldY>(op, x, y);
    else
      return take(x, binary<true, FoldY>(op, x, y));
  }
  template <class Op, class A>
  [[gnu::always_inline]] static number& assign_constant(const Op& op, number& x, const A& y) {
    if constexpr (std::is_same_v<partial_type<Op, 0, number, A>, op::plus_one>) {
      tape_recorder<T>& t = active_tape<T>->recorder_;
      if (vars::is_alone(t.rows, x)) {
        x.value_ = static_cast<T>(evaluate(op, x.value_, y));
        return x;
      }
    }
    return take(x, unary<0>(op, x, y));
  }

 private:
  template <class Op, std::size_t I, class... A>
  using partial_type = typename vars::template partial_type<Op, I, A...>;

  [[gnu::always_inline]] static bool is_newest(const rows<T>& r, const number& x) noexcept {
    return newest::is_newest(r, x.id_);
  }
  template <class Partial>
  [[gnu::always_inline]] static bool can_fold(rows<T>& r, const number& x) noexcept {
    if constexpr (std::is_same_v<Partial, op::plus_one>)
      return newest::can_fold(r, x.id_);
    else
      return newest::can_scale(r, x.id_);
  }
  template <class Partial>
  [[gnu::always_inline]] static std::uint64_t fold(rows<T>& r, const number& x, const Partial& partial) {
    if constexpr (std::is_same_v<Partial, op::minus_one>)
      newest::negate(r);
    else if constexpr (!std::is_same_v<Partial, op::plus_one>)
      newest::scale(r, static_cast<T>(partial));
    return std::exchange(x.id_, spent_id);
  }
  template <class Partial>
  [[gnu::always_inline]] static void append(rows<T>& r, const number& x, const Partial& partial) {
    if constexpr (std::is_same_v<Partial, op::plus_one>)
      newest::append(r, x.id_, word::plus_one);
    else if constexpr (std::is_same_v<Partial, op::minus_one>)
      newest::append(r, x.id_, word::minus_one);
    else
      newest::append(r, x.id_, static_cast<T>(partial));
  }
  // The id of what was folded is the newest. It is in a register, where r.newest would be loaded again, and
  // the next operation would wait for that.
  [[gnu::always_inline]] static void finish(number& y, std::uint64_t id) noexcept { y.id_ = id; }
  [[gnu::always_inline]] static number& take(number& x, const number& y) noexcept {
    x.value_ = y.value_;
    x.id_ = y.id_;
    return x;
  }

  // x += y and x -= y.
  template <bool FoldY, class Op>
  [[gnu::always_inline]] static number& add_to(const Op& op, number& x, const number& y) {
    constexpr bool is_minus = std::is_same_v<partial_type<Op, 1, number, number>, op::minus_one>;
    constexpr std::uint32_t tag = is_minus ? word::minus_one : word::plus_one;
    const T value = static_cast<T>(evaluate(op, x.value_, y.value_));
    tape_recorder<T>& t = active_tape<T>->recorder_;
    rows<T>& r = t.rows;
    if constexpr (FoldY) {
      if (newest::can_fold(r, y.id_)) {
        if (__builtin_expect(vars::is_alone(r, x), 1)) {
          if (__builtin_expect(x.id_ != y.id_, 1)) {
            if constexpr (is_minus) newest::negate(r);
            const std::uint64_t id = std::exchange(y.id_, spent_id);
            x.value_ = value;
            if (x.id_ + 1 != id || newest::follows_increment(r)) {
              newest::make_increment(r, x.id_, id);
            } else if (newest::can_join(r)) {
              newest::join(r, x.id_);
            } else {
              newest::append(r, x.id_, word::plus_one);
              finish(x, id);
            }
            return x;
          }
        } else if (__builtin_expect(vars::is_at_hand(t, x.id_), 1) || !x.is_active()) {
          if constexpr (is_minus) newest::negate(r);
          const std::uint64_t id = std::exchange(y.id_, spent_id);
          if (x.is_active()) newest::append(r, x.id_, word::plus_one);
          x.value_ = value;
          finish(x, id);
          return x;
        }
      }
    }
    if (!r.is_full() && vars::template can_enter<false, true>(t, y)) {
      if (vars::is_alone(r, x)) {
        x.value_ = value;
        if (newest::can_fold(r, x.id_))
          newest::append(r, y.id_, tag);
        else
          r.write_increment(x.id_, y.id_, tag);
        return x;
      }
      if (!x.is_active()) {
        x.value_ = value;
        x.id_ = r.write_row(rows<T>::argument_of(y.id_, tag), row_word::argument);
        return x;
      }
    }
    number z(value);
    operation_row<T>::link(z, op, x, y);
    return take(x, z);
  }
};

}  // namespace dad::detail
