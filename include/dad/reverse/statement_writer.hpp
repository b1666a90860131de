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

  /// What an expression keeps of a variable; that is known to others from here on, and noted.
  [[gnu::always_inline]] static leaf leaf_of(const number& x) {
    const std::uint64_t id = x.id_;
    if ((id & mark_bits) != 0) [[unlikely]] {
      if ((id & unlisted_bit) != 0 && !list(id, x.value_)) return {x.value_, id};
      x.id_ = id & ~mark_bits;
    }
    return {x.value_, id & ~mark_bits};
  }

  [[gnu::always_inline]] static leaf leaf_of(const fused_var<T>& x) { return leaf_of(x.variable_); }

  /// y = e
  template <class E>
  [[gnu::always_inline]] static void assign(number& y, const E& e) {
    const T value = primal(e);
    tape_recorder<T>& t = active_tape<T>->recorder_;
    std::uint64_t id = 0;
    if constexpr (!has_influence<E>)
      ;
    else if (is_usual(t.rows, e)) [[likely]]
      id = write<false, true>(t.rows, e, 0, value);
    else
      id = record(e, value);
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
      } else if (is_usual(r, e)) [[likely]] {
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
      } else if (is_usual(r, e)) {
        y.id_ = write<IsMinus, true>(r, e, 0, value);
        y.value_ = value;
        return;
      }
    }
    assign(y, express(sum{}, leaf_of(y), e));
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

  /// Room, and all variables of the newest stretch.
  template <class E>
  [[gnu::always_inline]] static bool is_usual(const rows<T>& r, const E& e) {
    std::uint64_t other_bits = 0;
    for_each_leaf(e, [&](const leaf& x) { other_bits |= x.id ^ r.newest; });
    return !r.is_full() && other_bits >> 32 == 0;
  }

  /// The words and partials of e, whose derivative is that of the statement times outer.
  template <bool UsesFactors, class Outer, class E>
  [[gnu::always_inline]] static void write_arguments(std::uint32_t*& words, T*& partials, const E& e,
                                                     const Outer& outer) {
    if constexpr (is_expression_leaf<E>) {
      const std::uint32_t index = static_cast<std::uint32_t>(e.id) << word::tag_bits;
      if constexpr (UsesFactors) {
        *words++ = index | unit_tag<Outer>;
      } else {
        *words++ = index;
        new (partials++) T(number_of(outer));
      }
    } else if constexpr (UsesFactors && is_product_of_leaves<E>) {
      *words++ = static_cast<std::uint32_t>(std::get<0>(e.operands()).id) << word::tag_bits | word::factor;
      *words++ = static_cast<std::uint32_t>(std::get<1>(e.operands()).id) << word::tag_bits | unit_tag<Outer>;
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
    else
      return masked_product(static_cast<T>(p), outer);
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
    const std::uint64_t id = IsIncrement ? target : (++r.newest | sole_bit);
    new (r.factors.begin() + index_of(id)) T(value);
    return id;
  }

  /// Notes a value that the active tape owns.
  [[gnu::noinline, gnu::cold]] static bool list(std::uint64_t id, const T& value) {
    tape_recorder<T>& t = active_tape<T>->recorder_;
    if (!operands<T>::is_at_hand(t, id)) return false;
    t.rows.list(id, value);
    if (!t.rows.lists_all) t.rows.list_all();
    return true;
  }

  /// What is not usual: passive variables, of another stretch or tape, no room, an observer.
  template <class E>
  [[gnu::noinline, gnu::cold]] static std::uint64_t record(const E& e, const T& value) {
    bool any_active = false, any_passive = false;
    for_each_leaf(e, [&](const leaf& x) { (x.id != 0 ? any_active : any_passive) = true; });
    if (!any_active) return 0;
    tape_recorder<T>& t = var<T>::active_tape("a statement").recorder_;
    for_each_leaf(e, [&](const leaf& x) {
      if (x.id != 0 && !operands<T>::is_at_hand(t, x.id)) t.check_id(x.id, "a statement");
    });
    if (t.observer != nullptr) return observed(e).id_;
    t.rows.list_all();
    t.make_room(row_word::most_arguments);
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
