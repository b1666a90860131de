// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// The rows of functions of whole ranges: what every operation asks of its operands is asked of a range at
// once.

#pragma once

#include <cstddef>
#include <cstdint>
#include <type_traits>

#include <dad/lanes/exponentials.hpp>
#include <dad/reverse/id.hpp>
#include <dad/reverse/range_operands.hpp>
#include <dad/reverse/rows.hpp>
#include <dad/reverse/tape.hpp>

namespace dad::detail {

/// Writes rows whose operands are the elements of ranges of variables, where these are usual: all active,
/// those of the active tape, and nobody watches. Where values are at equal distances, as those of inputs and
/// of what a loop computed are, the row is strided: as short as that of two operands, and swept in SIMD where
/// they are neighbours. The arguments of long rows that are not go on in increments.
template <class T>
class range_rows {
  using number = var<T>;
  using word = argument_word;
  using ask = range_operands<T>;
  using distances = typename ask::distances;

 public:
  /// y, which has its value, as sum_i a[i] b[i], where the ranges have the same size. False, and nothing is
  /// written, where they are not usual.
  template <class A, class B>
  static bool multiply(number& y, const A& a, const B& b) {
    tape_recorder<T>& t = active_tape<T>->recorder_;
    rows<T>& r = t.rows;
    if (!ask::is_usual(t, a.size())) return false;
    const auto n = static_cast<std::uint32_t>(a.size());
    distances of_a, of_b;
    if (n >= least_strided) {
      if (!ask::are_usual(t, a, of_a) || !ask::are_usual(t, b, of_b)) return false;
    } else {
      of_a.bits = of_b.bits = ask::other_bits(r, a) | ask::other_bits(r, b);
      if (of_a.bits >> 32 != 0 && !(ask::are_at_hand(t, a) && ask::are_at_hand(t, b))) return false;
    }
    ask::template know<true>(r, a, of_a);
    ask::template know<true>(r, b, of_b);
    if (n >= least_strided && of_a.are_equal && of_b.are_equal) {
      begin_row(t);
      write_range(r, of_a, 0, word::factor);
      write_range(r, of_b, 0, word::plus_one);
      r.write_word(n);
      r.unwritten += 2 * std::size_t{n};
      y.id_ = r.close(row_word::strided_product, y.value_);
      return true;
    }
    for (std::uint32_t from = 0; from < n;) {
      const std::uint32_t end = end_of_part(from, n, row_word::most_arguments / 2);
      const std::uint32_t row = row_word::pairs | row_word::product | 2 * (end - from) * row_word::argument;
      begin_row(t);
      std::uint32_t* at = r.words.cursor;  // the cursor moves when all are there
      for (; from < end; ++from, at += 2)
        rows<T>::write_two(at, rows<T>::argument_of(ask::id_of(a[from]), word::factor),
                           rows<T>::argument_of(ask::id_of(b[from]), word::plus_one));
      r.words.cursor = at;
      close_part(r, y, row);
    }
    return true;
  }

  /// y as a function of the elements of a range: write(partials) writes one for each and gives the value; or
  /// write(partials, exponentials), where exponentials(x, n) makes of n numbers their exponentials. False,
  /// and nothing is called or written, where they are not usual.
  template <class A, class Write>
  static bool reduce(number& y, const A& a, Write&& write) {
    tape_recorder<T>& t = active_tape<T>->recorder_;
    rows<T>& r = t.rows;
    distances of_a;
    if (!ask::is_usual(t, a.size()) || !ask::are_usual(t, a, of_a)) return false;
    const auto n = static_cast<std::uint32_t>(a.size());
    ask::template know<false>(r, a, of_a);
    // All partials before the first row: from here on there is room for everything.
    const std::size_t room = n + 3 * (n / row_word::most_arguments + 1);
    if (!r.has_room(room)) t.make_room(room);
    if constexpr (std::is_invocable_v<Write, T*>)
      y.value_ = write(r.partials.cursor);
    else
      y.value_ = write(r.partials.cursor, [](T* x, std::size_t count) { exponentials_of(x, count); });
    for (std::uint32_t from = 0; from < n;) {
      const std::uint32_t end = end_of_part(from, n, row_word::most_arguments);
      const std::uint32_t count = end - from;
      std::uint32_t row = count * row_word::partial;
      if (of_a.are_equal && count >= least_strided) {
        write_range(r, of_a, from, word::stored);
        r.unwritten += count;
        row |= row_word::strided_arguments;
      } else {
        std::uint32_t* at = r.words.cursor;
        for (std::uint32_t i = from; i < end; ++i)
          *at++ = rows<T>::argument_of(ask::id_of(a[i]), word::stored);
        r.words.cursor = at;
        row |= count * row_word::argument;
      }
      from = end;
      r.partials.cursor += count;
      close_part(r, y, row);
    }
    r.limit = r.end_of_room();  // strided rows have more partials than words
    return true;
  }

 private:
  static constexpr std::uint32_t least_strided = 8;

  static void begin_row(tape_recorder<T>& t) {
    if (t.rows.is_full()) t.make_room(row_word::most_arguments);
  }
  static std::uint32_t end_of_part(std::uint32_t from, std::uint32_t n, std::uint32_t most) noexcept {
    return n - from < most ? n : from + most;
  }
  static void write_range(rows<T>& r, const distances& d, std::uint32_t from, std::uint32_t tag) noexcept {
    r.write_word(rows<T>::argument_of(d.first + from * d.step, tag));
    r.write_word(static_cast<std::uint32_t>(d.step));
  }
  // The first row makes y, the others add to it.
  static void close_part(rows<T>& r, number& y, std::uint32_t row) noexcept {
    if (y.id_ == 0) {
      y.id_ = r.close(row, y.value_);
    } else {
      r.write_word(rows<T>::argument_of(y.id_, word::stored));
      r.write_word((row + row_word::argument) | row_word::increment);
    }
  }
};

}  // namespace dad::detail
