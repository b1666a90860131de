// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// How an expression becomes one statement of the tape: its shape is known to the compiler, so that nothing is
// asked and nothing is moved while it is written.

#pragma once

#include <cstddef>
#include <cstdint>
#include <tuple>
#include <type_traits>
#include <utility>

#include <dad/op/arithmetic.hpp>
#include <dad/reverse/expression.hpp>
#include <dad/reverse/operands.hpp>
#include <dad/reverse/statement_shape.hpp>
#include <dad/reverse/tape.hpp>
#include <dad/reverse/var.hpp>

namespace dad::detail {

/// Writes statements onto the active tape.
template <class T>
struct statement_writer {
  using number = var<T>;
  using leaf = expression_leaf<T>;
  using word = argument_word;

  /// What an expression keeps of a variable, which is known to others from here on. Calls nothing, even where
  /// that would be rare: numbers would not stay in registers.
  [[gnu::always_inline]] static leaf leaf_of(const number& x) noexcept {
    if ((x.id_ & sole_bit) != 0) [[unlikely]]
      x.id_ &= ~sole_bit;
    return {x.value_, x.id_};
  }

  [[gnu::always_inline]] static leaf leaf_of(const fused_var<T>& x) { return leaf_of(x.variable_); }

  /// y = e, to which `add` adds in place afterwards if that is likely: e is a sum with what was there, or a
  /// product.
  template <class E, bool IsSum = is_product_of_leaves<E>>
  [[gnu::always_inline]] static void assign(number& y, const E& e) {
    const T value = primal(e);
    tape_recorder<T>& t = active_tape<T>->recorder_;
    std::uint64_t id = 0;
    if constexpr (!has_influence<E>)
      ;
    else if (is_usual(t.rows, e)) [[likely]]
      id = write<false, true>(t.rows, e, 0, value) | (IsSum ? sole_bit : 0);
    else {
      const E copy = e;  // only this one has an address, so that the other is never in memory
      id = record<IsSum>(copy, value);
    }
    y.value_ = value;
    y.id_ = id;
  }

  /// y += e or y -= e
  template <bool IsMinus, class E>
  [[gnu::always_inline]] static void add(fused_var<T>& y, const E& e) {
    add<IsMinus>(y.variable_, e);
  }
  template <bool IsMinus, class E>
  [[gnu::always_inline]] static void add(number& y, const E& e) {
    using sum = std::conditional_t<IsMinus, op::subtract, op::add>;
    tape_recorder<T>& t = active_tape<T>->recorder_;
    rows<T>& r = t.rows;
    if (is_alone(r, y)) [[likely]] {
      if constexpr (!has_influence<E>) {
        y.value_ = static_cast<T>(evaluate(sum{}, y.value_, primal(e)));
        new (r.factors.begin() + index_of(y.id_)) T(y.value_);
        return;
      } else if (is_usual(r, e) || is_made_usual(e)) [[likely]] {
        y.value_ = static_cast<T>(evaluate(sum{}, y.value_, primal(e)));
        write<IsMinus, true, true>(r, e, y.id_, y.value_);
        return;
      }
    }
    if (y.id_ == 0) {
      const T value = static_cast<T>(evaluate(sum{}, y.value_, primal(e)));
      if constexpr (!has_influence<E>) {
        y.value_ = value;
        return;
      } else if (is_usual(r, e) || is_made_usual(e)) {
        y.id_ = write<IsMinus, true>(r, e, 0, value) | sole_bit;
        y.value_ = value;
        return;
      }
    }
    const auto whole = express(sum{}, leaf_of(y), e);
    assign<std::remove_cvref_t<decltype(whole)>, true>(y, whole);
  }

 private:
  /// Nothing but this variable knows its value, which is noted, and its rows may still change.
  [[gnu::always_inline]] static bool is_alone(const rows<T>& r, const number& y) noexcept {
    return (y.id_ ^ r.newest) >> 30 == sole_bit >> 30;
  }

  /// visit(I) for each operand with variables that have influence.
  template <class E, class Visit>
  [[gnu::always_inline]] static void for_each_operand(Visit&& visit) {
    [&]<std::size_t... I>(std::index_sequence<I...>) {
      const auto look = [&]<std::size_t J>(std::integral_constant<std::size_t, J> place) {
        using A = std::remove_cvref_t<decltype(std::get<J>(std::declval<const E&>().operands()))>;
        if constexpr (leaf_count<A> != 0)
          if constexpr (!std::is_same_v<expression_partial<E, J>, op::zero>) visit(place);
      };
      (look(std::integral_constant<std::size_t, I>{}), ...);
    }
    (std::make_index_sequence<E::arity>{});
  }
  template <class E, class Visit>
  [[gnu::always_inline]] static void for_each_leaf(const E& e, Visit&& visit) {
    if constexpr (is_expression_leaf<E>)
      visit(e);
    else
      for_each_operand<E>([&](auto place) { for_each_leaf(std::get<place()>(e.operands()), visit); });
  }

  /// Room for values that are noted, and all variables of the newest stretch and noted.
  template <class E>
  [[gnu::always_inline]] static bool is_usual(const rows<T>& r, const E& e) {
    std::uint64_t other_bits = 0;
    for_each_leaf(e, [&](const leaf& x) { other_bits |= x.id ^ r.newest; });
    return !r.is_full() && r.lists_all && other_bits >> 30 == 0;
  }

  /// Sees to it that e is, where nothing but room and notes is missing: its statement is the same wherever
  /// the memory of a recording grows, and so are all bits of the derivatives.
  template <class E>
  [[gnu::always_inline]] static bool is_made_usual(const E& e) {
    const E copy = e;
    return make_usual(copy);
  }
  template <class E>
  [[gnu::noinline, gnu::cold]] static bool make_usual(const E& e) {
    tape_recorder<T>& t = active_tape<T>->recorder_;
    bool are_newest = t.observer == nullptr;
    for_each_leaf(
        e, [&](const leaf& x) { are_newest = are_newest && x.id != 0 && (x.id ^ t.rows.newest) >> 32 == 0; });
    if (are_newest) make_room(t, e);
    return are_newest;
  }
  template <class E>
  static void make_room(tape_recorder<T>& t, const E& e) {
    if (!t.rows.lists_all) t.rows.list_all();
    if (t.rows.is_full()) t.make_room(row_word::most_arguments);
    for_each_leaf(e, [&](const leaf& x) {
      if ((x.id & unlisted_bit) != 0) t.rows.list(x.id, x.value);
    });
  }

  /// The words and partials of e, whose derivative is that of the statement times outer.
  template <bool UsesFactors, class Outer, class E>
  [[gnu::always_inline]] static void write_arguments(std::uint32_t*& words, T*& partials, const E& e,
                                                     const Outer& outer) {
    if constexpr (is_expression_leaf<E>) {
      *words++ = rows<T>::argument_of(e.id, UsesFactors ? unit_tag<Outer> : word::stored);
      if constexpr (!UsesFactors) new (partials++) T(number_of(outer));
    } else if constexpr (UsesFactors && is_product_of_leaves<E>) {
      *words++ = rows<T>::argument_of(std::get<0>(e.operands()).id, word::factor);
      *words++ = rows<T>::argument_of(std::get<1>(e.operands()).id, unit_tag<Outer>);
    } else {
      for_each_operand<E>([&](auto place) {
        write_arguments<UsesFactors>(words, partials, std::get<place()>(e.operands()),
                                     product(outer, e.template partial<place()>()));
      });
    }
  }

  template <class Outer>
  static constexpr std::uint32_t unit_tag =
      std::is_same_v<Outer, op::minus_one> ? word::minus_one : word::plus_one;

  template <class P>
  [[gnu::always_inline]] static T number_of(const P& p) {
    if constexpr (std::is_same_v<P, op::plus_one>)
      return T(1);
    else if constexpr (std::is_same_v<P, op::minus_one>)
      return T(-1);
    else
      return static_cast<T>(p);
  }
  /// Where the outer partial is exactly zero, so is the product, as a sweep that meets a zero adjoint goes no
  /// further.
  template <class Outer, class P>
  [[gnu::always_inline]] static auto product(const Outer& outer, const P& p) {
    if constexpr (std::is_same_v<Outer, op::plus_one>)
      return p;
    else if constexpr (std::is_same_v<P, op::plus_one>)
      return outer;
    else if constexpr (std::is_same_v<Outer, op::minus_one> && std::is_same_v<P, op::minus_one>)
      return op::plus_one{};
    else if constexpr (std::is_same_v<Outer, op::minus_one>)
      return static_cast<T>(-p);
    else if constexpr (std::is_same_v<P, op::minus_one>)
      return static_cast<T>(-outer);
    else if constexpr (std::is_same_v<Outer, T>)
      return masked_product(static_cast<T>(p), outer);
    else
      return masked_product(static_cast<T>(p), static_cast<T>(outer));
  }

  /// Writes the statement; gives the id of its value. An increment adds to the value with the id `target`.
  template <bool IsMinus, bool AllowsFactors, bool IsIncrement = false, class E>
  [[gnu::always_inline]] static std::uint64_t write(rows<T>& r, const E& e, std::uint64_t target,
                                                    const T& value) {
    using outer = std::conditional_t<IsMinus, op::minus_one, op::plus_one>;
    constexpr statement_shape shape = shape_of_statement<E, true>();
    constexpr bool uses_factors = (shape.has_factors() && AllowsFactors) || shape.has_units_alone();
    constexpr std::uint32_t arguments = shape.arguments();
    static_assert(
        arguments <= row_word::most_arguments / 2,
        "dad: this expression has too many operands for one statement: assign a part of it to a variable");
    constexpr std::uint32_t row = arguments * row_word::argument +
                                  (uses_factors ? 0 : arguments * row_word::partial) +
                                  (uses_factors && shape.pairs > 0 ? row_word::product : 0u);
    std::uint32_t* words = r.words.cursor;
    T* partials = r.partials.cursor;
    if constexpr (IsIncrement) {
      // Where the newest row is of the same value, it goes on.
      const std::uint32_t word = rows<T>::argument_of(target, word::stored), newest = words[-1];
      if (words[-2] == word && row_word::can_grow_increment(newest)) {
        words -= 2;
        write_arguments<uses_factors>(words, partials, e, outer{});
        *words++ = word;
        *words++ = (newest | (row & row_word::product)) + (row & ~row_word::product);
      } else {
        write_arguments<uses_factors>(words, partials, e, outer{});
        *words++ = word;
        *words++ = row + row_word::increment + row_word::argument;
      }
    } else {
      write_arguments<uses_factors>(words, partials, e, outer{});
      *words++ = row;
    }
    r.words.cursor = words;
    if constexpr (!uses_factors) r.partials.cursor = partials;
    if constexpr (IsIncrement) {
      new (r.factors.begin() + index_of(target)) T(value);
      return target;
    } else {
      const std::uint64_t id = ++r.newest;
      new (r.factors.begin() + static_cast<std::uint32_t>(id)) T(value);
      return id;
    }
  }

  /// What is not usual: passive variables, of another stretch or tape, not noted, no room, an
  /// observer.
  template <bool IsSum, class E>
  [[gnu::noinline, gnu::cold]] static std::uint64_t record(const E& e, const T& value) {
    if (make_usual(e))
      return write<false, true>(active_tape<T>->recorder_.rows, e, 0, value) | (IsSum ? sole_bit : 0);
    bool any_active = false, any_passive = false;
    for_each_leaf(e, [&](const leaf& x) { (x.id != 0 ? any_active : any_passive) = true; });
    if (!any_active) return 0;
    tape_recorder<T>& t = var<T>::active_tape("a statement").recorder_;
    for_each_leaf(e, [&](const leaf& x) {
      if (x.id != 0 && !operands<T>::is_at_hand(t, x.id)) t.check_id(x.id, "a statement");
    });
    if (t.observer != nullptr) return observed(e).id_;
    make_room(t, e);
    return any_passive ? write<false, false>(t.rows, e, 0, value) : write<false, true>(t.rows, e, 0, value);
  }

  /// Operation by operation, as an observer expects it.
  template <class E>
  static auto observed(const E& e) {
    if constexpr (is_expression_leaf<E>) {
      number x(e.value);
      x.id_ = e.id;
      return x;
    } else if constexpr (is_expression<E>) {
      return std::apply([&](const auto&... x) { return number::apply(e.operation(), observed(x)...); },
                        e.operands());
    } else {
      return e;
    }
  }
};

}  // namespace dad::detail
