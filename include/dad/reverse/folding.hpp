// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// How operations of var are recorded: a row each, or folded into the newest one.

#pragma once

#include <cstddef>
#include <cstdint>
#include <type_traits>
#include <utility>

#include <dad/op/functions.hpp>
#include <dad/reverse/id.hpp>
#include <dad/reverse/newest_row.hpp>
#include <dad/reverse/tape.hpp>

namespace dad::detail {

/// The operations of var<T>. Where an operand may be folded (it is a temporary, or is about to be
/// overwritten), its partials become those of the result, and no row is written:
///  - the row of the operand must be the newest, and nothing else may know its value (sole_bit);
///  - other operands are entered first: where one of them is the same variable, it is known from then on.
/// Everything that is not usual goes through record(), out of line: inactive and foreign operands, no active
/// tape, no room, an observer.
template <class T>
struct folding {
  using number = var<T>;
  using word = argument_word;
  using newest = newest_row<T>;

  template <class Op, class... A>
  [[gnu::always_inline]] static number apply(const Op& op, const A&... operands) {
    number y(static_cast<T>(evaluate(op, primal(operands)...)));
    link(y, op, operands...);
    return y;
  }

  /// Operand I is a var that may be folded, and there is no other var.
  template <std::size_t I, class Op, class... A>
  [[gnu::always_inline]] static number unary(const Op& op, const A&... operands) {
    number y(static_cast<T>(evaluate(op, primal(operands)...)));
    if constexpr (!std::is_same_v<partial_type<Op, I, A...>, op::zero>) {
      const number& x = nth<I>(operands...);
      tape_recorder<T>& t = active_tape<T>->recorder_;
      if (can_fold<partial_type<Op, I, A...>>(t.rows, x)) {
        finish(y, fold(t.rows, x, op.template partial<I>(primal(operands)..., y.value_)));
        return y;
      }
    }
    link(y, op, operands...);
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
      if (is_newest(r, y) && can_enter_or_stay_out(t, x) && can_fold<py>(r, y)) {
        const std::uint64_t id = fold(r, y, op.template partial<1>(x.value_, y.value_, z.value_));
        if (x.is_active()) append(r, x, op.template partial<0>(x.value_, y.value_, z.value_));
        finish(z, id);
        return z;
      }
    }
    if constexpr (FoldX) {
      if (is_newest(r, x) && can_enter_or_stay_out(t, y) && can_fold<px>(r, x)) {
        const std::uint64_t id = fold(r, x, op.template partial<0>(x.value_, y.value_, z.value_));
        if (y.is_active()) append(r, y, op.template partial<1>(x.value_, y.value_, z.value_));
        finish(z, id);
        return z;
      }
    }
    link(z, op, x, y);
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
      if (is_alone(t.rows, x)) {
        x.value_ = static_cast<T>(evaluate(op, x.value_, y));
        return x;
      }
    }
    return take(x, unary<0>(op, x, y));
  }

 private:
  // An operand by value: where variables never have an address, they are kept in registers.
  struct plain {
    T value_;
    std::uint64_t id_;
    [[nodiscard]] bool is_active() const noexcept { return id_ != 0; }
  };
  template <class A>
  static constexpr bool is_variable = std::is_same_v<A, number> || std::is_same_v<A, plain>;

  template <class A>
  static constexpr const auto& primal(const A& operand) {
    if constexpr (is_variable<A>)
      return operand.value_;
    else
      return operand;
  }

  template <std::size_t I, class A, class... B>
  static constexpr const auto& nth(const A& first, [[maybe_unused]] const B&... others) {
    if constexpr (I == 0)
      return first;
    else
      return nth<I - 1>(others...);
  }

  // The type of the partial of operand I; op::zero says that the operand has no influence on the derivative.
  template <class Op, std::size_t I, class... A>
  using partial_type = std::remove_cvref_t<decltype(std::declval<const Op&>().template partial<I>(
      primal(std::declval<const A&>())..., std::declval<const T&>()))>;

  template <class Op, std::size_t I, class... A>
  static constexpr bool has_influence() {
    using operand = std::remove_cvref_t<decltype(nth<I>(std::declval<const A&>()...))>;
    if constexpr (std::is_same_v<operand, number>)
      return !std::is_same_v<partial_type<Op, I, A...>, op::zero>;
    else
      return false;
  }

  // Gives the result of an operation its row.
  template <class Op, class... A>
  [[gnu::always_inline]] static void link(number& y, const Op& op, const A&... operands) {
    link(y, std::index_sequence_for<A...>{}, op, operands...);
  }
  template <std::size_t... I, class Op, class... A>
  [[gnu::always_inline]] static void link(number& y, std::index_sequence<I...>, const Op& op,
                                          const A&... operands) {
    if constexpr ((has_influence<Op, I, A...>() || ...)) {
      tape_recorder<T>& t = active_tape<T>->recorder_;
      if constexpr (is_product<Op, A...>) {
        if (__builtin_expect(is_square(operands...), 0)) {
          y.id_ = write_square(t, by_value(operands)...);
          (enter<true>(operands), ...);
          return;
        }
      }
      if (!t.rows.is_full() &&
          can_enter<is_product<Op, A...>, has_influence<Op, I, A...>()...>(t, operands...)) [[likely]] {
        y.id_ = write_row<true, I...>(t.rows, op, y.value_, operands...);
      } else if ((is_active<has_influence<Op, I, A...>()>(operands) || ...)) {
        y.id_ = record(op, y.value_, by_value(operands)...);
        (enter<has_influence<Op, I, A...>()>(operands), ...);
      }
    }
  }
  // Its row has the factors, not their partials.
  template <class Op, class... A>
  static constexpr bool is_product = std::is_same_v<Op, op::multiply> && (std::is_same_v<A, number> && ...);

  template <bool HasInfluence, class A>
  static bool is_active([[maybe_unused]] const A& operand) noexcept {
    if constexpr (HasInfluence)
      return operand.is_active();
    else
      return false;
  }
  // All active, and of the newest stretch, or of the oldest: what was made before a loop that rewinds. From
  // here on a row knows their values. Usually others know them already, which is one question.
  template <bool AsFactors, bool... HasInfluence, class... A>
  [[gnu::always_inline]] static bool can_enter(tape_recorder<T>& t, const A&... operands) {
    const std::uint64_t bits = (other_bits<HasInfluence>(t, operands) | ...);
    if (__builtin_expect((bits >> (AsFactors ? 30 : 31)) == 0, 1)) return true;
    if constexpr (AsFactors) {
      if (!list(t, by_value(operands)...)) return false;
    } else {
      if ((bits >> 32) != 0 && !are_at_hand(t, known_id<HasInfluence>(t, operands)...)) return false;
    }
    (enter<HasInfluence, AsFactors>(operands), ...);
    return true;
  }
  // Notes the values of two factors, which the tape may own.
  [[gnu::noinline]] static bool list(tape_recorder<T>& t, plain x, plain y) {
    if (!is_at_hand(t, x.id_) || !is_at_hand(t, y.id_)) return false;
    if ((x.id_ & unlisted_bit) != 0) t.rows.list(x.id_, x.value_);
    if ((y.id_ & unlisted_bit) != 0) t.rows.list(y.id_, y.value_);
    return true;
  }
  template <class... Id>
  [[gnu::noinline]] static bool are_at_hand(const tape_recorder<T>& t, Id... ids) noexcept {
    return (is_at_hand(t, ids) && ...);
  }
  static bool is_at_hand(const tape_recorder<T>& t, std::uint64_t id) noexcept {
    return (id ^ t.rows.newest) >> 32 == 0 || (id & ~mark_bits) - t.oldest_first < t.oldest_count;
  }
  template <bool HasInfluence, class A>
  [[gnu::always_inline]] static std::uint64_t known_id([[maybe_unused]] const tape_recorder<T>& t,
                                                       [[maybe_unused]] const A& operand) noexcept {
    if constexpr (HasInfluence)
      return operand.id_;
    else
      return t.rows.newest;
  }
  template <bool HasInfluence, class A>
  [[gnu::always_inline]] static std::uint64_t other_bits([[maybe_unused]] const tape_recorder<T>& t,
                                                         [[maybe_unused]] const A& operand) noexcept {
    if constexpr (HasInfluence)
      return operand.id_ ^ t.rows.newest;
    else
      return 0;
  }
  template <bool HasInfluence, bool AsFactor = false, class A>
  [[gnu::always_inline]] static void enter([[maybe_unused]] const A& operand) noexcept {
    if constexpr (HasInfluence) operand.id_ &= ~(AsFactor ? mark_bits : sole_bit);
  }
  // The same for one that may be inactive.
  [[gnu::always_inline]] static bool can_enter_or_stay_out(tape_recorder<T>& t,
                                                           const number& operand) noexcept {
    return can_enter<false, true>(t, operand) || !operand.is_active();
  }

  // Nothing but this variable knows its value, and its rows may still change.
  [[gnu::always_inline]] static bool is_alone(const rows<T>& r, const number& x) noexcept {
    return (x.id_ ^ r.newest) >> 31 == 1;
  }

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
        if (__builtin_expect(is_alone(r, x), 1)) {
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
        } else if (__builtin_expect(is_at_hand(t, x.id_), 1) || !x.is_active()) {
          if constexpr (is_minus) newest::negate(r);
          const std::uint64_t id = std::exchange(y.id_, spent_id);
          if (x.is_active()) newest::append(r, x.id_, word::plus_one);
          x.value_ = value;
          finish(x, id);
          return x;
        }
      }
    }
    if (!r.is_full() && can_enter<false, true>(t, y)) {
      if (is_alone(r, x)) {
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
    link(z, op, x, y);
    return take(x, z);
  }

  // Writes an operation's row; where IsUsual, all its vars are active.
  template <bool IsUsual, std::size_t... I, class Op, class... A>
  [[gnu::always_inline]] static std::uint64_t write_row(rows<T>& r, const Op& op, const T& value,
                                                        const A&... operands) {
    if constexpr (IsUsual && is_product<Op, A...>) {
      return write_product(r, operands...);
    } else {
      row w{r.words.cursor, r.partials.cursor};
      (write_argument<I, IsUsual>(w, op, operands, primal(operands)..., value), ...);
      r.words.cursor += w.arguments;
      r.partials.cursor += w.partials;
      return r.close(w.arguments * row_word::argument + w.partials * row_word::partial);
    }
  }
  [[gnu::always_inline]] static std::uint64_t write_product(rows<T>& r, const number& x, const number& y) {
    return r.write_row(rows<T>::argument_of(x.id_, word::factor), rows<T>::argument_of(y.id_, word::plus_one),
                       row_word::one_product);
  }
  // x * x has one argument, with a partial: no need to note the value as a factor.
  [[gnu::always_inline]] static bool is_square(const number& x, const number& y) noexcept {
    return x.id_ == y.id_ && x.is_active();
  }
  [[gnu::noinline]] static std::uint64_t write_square(tape_recorder<T>& t, plain x, plain y) {
    if (t.rows.is_full() || !is_at_hand(t, x.id_))
      return record(op::multiply{}, static_cast<T>(evaluate(op::multiply{}, x.value_, y.value_)), x, y);
    t.rows.write_partial(static_cast<T>(x.value_ + y.value_));
    return t.rows.write_row(rows<T>::argument_of(x.id_, word::stored), row_word::stored_argument);
  }

  // The statement that is being written: the cursors move when it is whole.
  struct row {
    std::uint32_t* argument;
    T* partial;
    std::uint32_t arguments = 0;
    std::uint32_t partials = 0;
  };

  template <std::size_t I, bool IsUsual, class Op, class A, class... P>
  [[gnu::always_inline]] static void write_argument(row& w, const Op& op, const A& operand,
                                                    const P&... primals) {
    if constexpr (is_variable<A>) {
      using partial = std::remove_cvref_t<decltype(op.template partial<I>(primals...))>;
      if constexpr (!std::is_same_v<partial, op::zero>) {
        if (!IsUsual && !operand.is_active()) return;
        if constexpr (std::is_same_v<partial, op::plus_one>) {
          w.argument[w.arguments++] = rows<T>::argument_of(operand.id_, word::plus_one);
        } else if constexpr (std::is_same_v<partial, op::minus_one>) {
          w.argument[w.arguments++] = rows<T>::argument_of(operand.id_, word::minus_one);
        } else {
          w.argument[w.arguments++] = rows<T>::argument_of(operand.id_, word::stored);
          new (w.partial + w.partials++) T(static_cast<T>(op.template partial<I>(primals...)));
        }
      }
    }
  }

  template <class A>
  [[gnu::always_inline]] static auto by_value(const A& operand) {
    if constexpr (std::is_same_v<A, number>)
      return plain{operand.value_, operand.id_};
    else
      return operand;
  }

  // Some operands are inactive, or the tape is not ready.
  template <class Op, class... A>
  [[gnu::noinline]] static std::uint64_t record(Op op, T value, A... operands) {
    return record_in(std::index_sequence_for<A...>{}, op, value, operands...);
  }
  template <std::size_t... I, class Op, class... A>
  [[gnu::always_inline]] static std::uint64_t record_in(std::index_sequence<I...>, const Op& op,
                                                        const T& value, const A&... operands) {
    tape_recorder<T>* t = &active_tape<T>->recorder_;
    if (t->rows.is_full() || !(is_known(*t, operands) && ...)) [[unlikely]] {
      const observed_value<T> seen[] = {observed(operands)...};
      const std::uint64_t ids[] = {id_of(operands)...};
      t = &number::ready_recorder(Op::name, ids, seen, value);
    }
    const std::uint64_t id = write_row<false, I...>(t->rows, op, value, operands...);
    return t->observer == nullptr ? id : id & ~sole_bit;
  }
  template <class A>
  static bool is_known([[maybe_unused]] const tape_recorder<T>& t, [[maybe_unused]] const A& operand) {
    if constexpr (is_variable<A>)
      return !operand.is_active() || is_at_hand(t, operand.id_);
    else
      return true;
  }
  template <class A>
  static std::uint64_t id_of([[maybe_unused]] const A& operand) {
    if constexpr (is_variable<A>)
      return operand.id_;
    else
      return 0;
  }
  template <class A>
  static observed_value<T> observed(const A& operand) {
    if constexpr (is_variable<A>)
      return {operand.value_, index_of(operand.id_)};
    else
      return {static_cast<T>(operand), 0};
  }
};

}  // namespace dad::detail
