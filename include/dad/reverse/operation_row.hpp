// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// The row that an operation on var gets where nothing is folded: usual operands at once, all others out of
// line.

#pragma once

#include <cstddef>
#include <cstdint>
#include <new>
#include <type_traits>
#include <utility>

#include <dad/op/arithmetic.hpp>
#include <dad/op/operation.hpp>
#include <dad/reverse/id.hpp>
#include <dad/reverse/operands.hpp>
#include <dad/reverse/rows.hpp>
#include <dad/reverse/tape.hpp>

namespace dad::detail {

/// Writes rows of operations. Everything that is not usual goes through record(), out of line: inactive and
/// foreign operands, no active tape, no room, an observer.
template <class T>
class operation_row {
  using number = var<T>;
  using word = argument_word;
  using vars = operands<T>;
  using plain = typename vars::plain;

  template <class A>
  static constexpr bool is_variable = vars::template is_variable<A>;
  template <class Op, class... A>
  static constexpr bool is_product = vars::template is_product<Op, A...>;
  template <class Op, std::size_t I, class... A>
  static constexpr bool has_influence = vars::template has_influence<Op, I, A...>();

 public:
  /// Gives the result of an operation its row.
  template <class Op, class... A>
  [[gnu::always_inline]] static void link(number& y, const Op& op, const A&... operands) {
    link(y, std::index_sequence_for<A...>{}, op, operands...);
  }
  template <std::size_t... I, class Op, class... A>
  [[gnu::always_inline]] static void link(number& y, std::index_sequence<I...>, const Op& op,
                                          const A&... operands) {
    if constexpr ((has_influence<Op, I, A...> || ...)) {
      tape_recorder<T>& t = active_tape<T>->recorder_;
      if constexpr (is_product<Op, A...>) {
        if (__builtin_expect(vars::is_square(operands...), 0)) {
          y.id_ = write_square(t, vars::by_value(operands)...);
          (vars::template enter<true>(operands), ...);
          return;
        }
      }
      if (!t.rows.is_full() && vars::template can_enter<is_product<Op, A...>, has_influence<Op, I, A...>...>(
                                   t, operands...)) [[likely]] {
        y.id_ = write_row<true, I...>(t.rows, op, y.value_, operands...);
      } else if ((vars::template is_active<has_influence<Op, I, A...>>(operands) || ...)) {
        y.id_ = record(op, y.value_, vars::by_value(operands)...);
        (vars::template enter<has_influence<Op, I, A...>>(operands), ...);
      }
    }
  }

 private:
  // Writes an operation's row; where IsUsual, all its vars are active.
  template <bool IsUsual, std::size_t... I, class Op, class... A>
  [[gnu::always_inline]] static std::uint64_t write_row(rows<T>& r, const Op& op, const T& value,
                                                        const A&... operands) {
    if constexpr (IsUsual && is_product<Op, A...>) {
      return write_product(r, operands...);
    } else {
      row w{r.words.cursor, r.partials.cursor};
      (write_argument<I, IsUsual>(w, op, operands, vars::primal(operands)..., value), ...);
      r.words.cursor += w.arguments;
      r.partials.cursor += w.partials;
      return r.close(w.arguments * row_word::argument + w.partials * row_word::partial);
    }
  }
  [[gnu::always_inline]] static std::uint64_t write_product(rows<T>& r, const number& x, const number& y) {
    return r.write_row(rows<T>::argument_of(x.id_, word::factor), rows<T>::argument_of(y.id_, word::plus_one),
                       row_word::one_product);
  }
  [[gnu::noinline]] static std::uint64_t write_square(tape_recorder<T>& t, plain x, plain y) {
    if (t.rows.is_full() || !vars::is_at_hand(t, x.id_))
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

  // Some operands are inactive, or the tape is not ready.
  template <class Op, class... A>
  [[gnu::noinline]] static std::uint64_t record(Op op, T value, A... operands) {
    return record_in(std::index_sequence_for<A...>{}, op, value, operands...);
  }
  template <std::size_t... I, class Op, class... A>
  [[gnu::always_inline]] static std::uint64_t record_in(std::index_sequence<I...>, const Op& op,
                                                        const T& value, const A&... operands) {
    tape_recorder<T>* t = &active_tape<T>->recorder_;
    if (t->rows.is_full() || !(vars::is_known(*t, operands) && ...)) [[unlikely]] {
      const observed_value<T> seen[] = {observed(operands)...};
      const std::uint64_t ids[] = {vars::id_of(operands)...};
      t = &ready_recorder(Op::name, ids, seen, value);
    }
    const std::uint64_t id = write_row<false, I...>(t->rows, op, value, operands...);
    return t->observer == nullptr ? id : id & ~sole_bit;
  }
  // The active tape with room for a row, to which every active operand belongs. Where the tape is observed,
  // every operation comes here first.
  [[gnu::noinline, gnu::cold]] static tape_recorder<T>& ready_recorder(
      const char* name, list_view<const std::uint64_t> ids, list_view<const observed_value<T>> operands,
      const T& value) {
    tape_recorder<T>& t = number::active_tape(name).recorder_;
    for (const std::uint64_t id : ids)
      if (id != 0) t.check_id(id, name);
    t.make_room(ids.size());
    if (t.observer != nullptr) t.show(name, operands, value);
    return t;
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
