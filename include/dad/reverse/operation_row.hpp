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
#include <dad/reverse/operation_kind.hpp>
#include <dad/reverse/rows.hpp>
#include <dad/reverse/tape.hpp>

namespace dad::detail {

/// Writes rows of operations; what it gives is the id of the result, 0 where that is passive. Everything that
/// is not usual goes through functions out of line: inactive and foreign operands, no active tape, no room,
/// an observer.
template <class T>
class operation_row {
  using number = var<T>;
  using word = argument_word;
  using vars = operands<T>;
  using plain = typename vars::plain;

  template <class A>
  static constexpr bool is_variable = vars::template is_variable<A>;
  template <class Op, std::size_t I, class... A>
  static constexpr bool has_influence = vars::template has_influence<Op, I, A...>();

 public:
  using argument = passed<T>;

  /// An operation on one variable, and perhaps a constant.
  template <class Partials>
  DAD_RECORDING static std::uint64_t link(const operation_kind& kind, const number& x, argument constant,
                                          argument value, Partials partials) {
    tape_recorder<T>& t = active_tape<T>->recorder_;
    if (!t.rows.is_full() && vars::template can_enter<false, true>(t, x)) [[likely]] {
      const std::uint32_t tag = kind.tag[kind.variable];
      if (tag == word::stored) t.rows.write_partial(partials(kind.variable));
      return t.rows.write_row(rows<T>::argument_of(x.id_, tag), row_of(tag));
    }
    if (!x.is_active()) return 0;
    const plain a = {x.value_, x.id_}, b = {constant, 0};
    const std::uint64_t id =
        kind.variable == 0 ? record(kind, a, b, value, partials) : record(kind, b, a, value, partials);
    vars::template enter<true>(x);
    return id;
  }

  /// An operation on two variables.
  template <class Partials>
  DAD_RECORDING static std::uint64_t link(const operation_kind& kind, const number& x, const number& y,
                                          argument value, Partials partials) {
    tape_recorder<T>& t = active_tape<T>->recorder_;
    rows<T>& r = t.rows;
    if (kind.is_product) {
      if (__builtin_expect(vars::is_square(x, y), 0)) {
        const std::uint64_t id = write_square(kind, t, x.id_, x.value_, value);
        vars::template enter<true>(x);
        vars::template enter<true>(y);
        return id;
      }
      if (!r.is_full() && vars::template can_enter<true, true, true>(t, x, y)) [[likely]]
        return product_row(r, x.id_, y.id_);
    } else if (!r.is_full() && vars::template can_enter<false, true, true>(t, x, y)) [[likely]] {
      if (kind.tag[0] == word::stored) r.write_partial(partials(0));
      if (kind.tag[1] == word::stored) r.write_partial(partials(1));
      return r.write_row(rows<T>::argument_of(x.id_, kind.tag[0]), rows<T>::argument_of(y.id_, kind.tag[1]),
                         row_of(kind.tag[0]) + row_of(kind.tag[1]));
    }
    if (!x.is_active() && !y.is_active()) return 0;
    const std::uint64_t id = record(kind, vars::by_value(x), vars::by_value(y), value, partials);
    vars::template enter<true>(x);
    vars::template enter<true>(y);
    return id;
  }

  /// Any operation.
  template <std::size_t... I, class Op, class... A>
  DAD_RECORDING static std::uint64_t link_all(std::index_sequence<I...>, const Op& op, const T& value,
                                              const A&... operands) {
    tape_recorder<T>* t = &active_tape<T>->recorder_;
    if (!t->rows.is_full() && vars::template can_enter<false, has_influence<Op, I, A...>...>(*t, operands...))
        [[likely]] {
      row w(t->rows);
      (write_argument<I>(w, op, operands, vars::primal(operands)..., value), ...);
      return w.close();
    }
    if (!(vars::template is_active<has_influence<Op, I, A...>>(operands) || ...)) return 0;
    if (t->rows.is_full() || !(vars::is_known(*t, operands) && ...)) [[unlikely]] {
      const observed_value<T> seen[] = {observed(operands)...};
      const std::uint64_t ids[] = {vars::id_of(operands)...};
      t = &ready_recorder(Op::name, ids, seen, value);
    }
    row w(t->rows);
    (write_argument<I>(w, op, operands, vars::primal(operands)..., value), ...);
    const std::uint64_t id = w.close();
    (vars::template enter<has_influence<Op, I, A...>>(operands), ...);
    return t->observer == nullptr ? id : id & ~sole_bit;
  }

 private:
  static constexpr std::uint32_t row_of(std::uint32_t tag) noexcept {
    return tag == word::stored ? row_word::stored_argument : row_word::argument;
  }

  // The statement that is being written: the cursors move when it is whole.
  struct row {
    explicit row(rows<T>& r) : r_(r), arguments_(r.words.cursor), partials_(r.partials.cursor) {}

    void add(std::uint64_t id, std::uint32_t tag) noexcept {
      *arguments_++ = rows<T>::argument_of(id, tag);
      row_ += row_word::argument;
    }
    void add(std::uint64_t id, const T& partial) noexcept {
      new (partials_++) T(partial);
      add(id, word::stored);
      row_ += row_word::partial;
    }
    std::uint64_t close() noexcept {
      r_.words.cursor = arguments_;
      r_.partials.cursor = partials_;
      return r_.close(row_);
    }

   private:
    rows<T>& r_;
    std::uint32_t* arguments_;
    T* partials_;
    std::uint32_t row_ = 0;
  };

  template <std::size_t I, class Op, class A, class... P>
  static void write_argument([[maybe_unused]] row& w, [[maybe_unused]] const Op& op,
                             [[maybe_unused]] const A& operand, const P&... primals) {
    if constexpr (is_variable<A>) {
      using partial = std::remove_cvref_t<decltype(op.template partial<I>(primals...))>;
      if constexpr (!std::is_same_v<partial, op::zero>) {
        if (!operand.is_active()) return;
        if constexpr (partial_tag<partial> == word::stored)
          w.add(operand.id_, static_cast<T>(op.template partial<I>(primals...)));
        else
          w.add(operand.id_, partial_tag<partial>);
      }
    }
  }

  [[gnu::noinline]] static std::uint64_t write_square(const operation_kind& kind, tape_recorder<T>& t,
                                                      std::uint64_t id, argument x, argument value) {
    if (t.rows.is_full() || !vars::is_at_hand(t, id))
      return record(kind, {x, id}, {x, id}, value,
                    operation_partials<T>(false, false, op::multiply{}, value, x, x));
    return square_row(t.rows, id, x);
  }

  [[gnu::always_inline]] static std::uint64_t product_row(rows<T>& r, std::uint64_t x,
                                                          std::uint64_t y) noexcept {
    return r.write_row(rows<T>::argument_of(x, word::factor), rows<T>::argument_of(y, word::plus_one),
                       row_word::one_product);
  }
  static std::uint64_t square_row(rows<T>& r, std::uint64_t id, argument x) {
    r.write_partial(static_cast<T>(x + x));
    return r.write_row(rows<T>::argument_of(id, word::stored), row_word::stored_argument);
  }

  // One of the operands is inactive, or the tape is not ready. Where that is for want of room alone, the row
  // is what it would have been: derivatives have the same bits wherever the memory of a recording grows.
  template <class Partials>
  [[gnu::noinline]] static std::uint64_t record(const operation_kind& kind, plain x, plain y, argument value,
                                                Partials partials) {
    const plain operands[] = {x, y};
    tape_recorder<T>* t = &active_tape<T>->recorder_;
    if (t->rows.is_full() || !vars::is_known(*t, x) || !vars::is_known(*t, y)) [[unlikely]] {
      const observed_value<T> seen[] = {observed(x), observed(y)};
      const std::uint64_t ids[] = {x.id_, y.id_};
      t = &ready_recorder(kind.name, ids, {seen, kind.operand_count}, value);
    }
    if (kind.is_product && t->observer == nullptr) {
      if (x.id_ == y.id_ && vars::is_at_hand(*t, x.id_)) return square_row(t->rows, x.id_, x.value_);
      if (vars::list(*t, x.id_, y.id_, x.value_, y.value_)) return product_row(t->rows, x.id_, y.id_);
    }
    const Partials known = with_factors(kind, partials, x.value_, y.value_);
    row w(t->rows);
    for (std::size_t k = 0; k < 2; ++k) {
      const std::uint64_t id = operands[k].id_;
      if (id == 0) continue;
      if (kind.tag[k] == word::stored)
        w.add(id, known(k));
      else
        w.add(id, kind.tag[k]);
    }
    const std::uint64_t id = w.close();
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
