// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// Writes rows that stand for many results of one function.

#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <new>

#include <dad/reverse/elementwise_words.hpp>
#include <dad/reverse/range_operands.hpp>

namespace dad::detail {

/// Writes results y[i] = f(a[i], b[i], ...) as one row, where the operands are usual: each a range of
/// variables at equal distances, or one variable for all i (a range of size 1), all of the active tape, and
/// nobody watches.
template <class T>
class elementwise_rows {
  using ask = range_operands<T>;

  // A passive operand has no place in the row.
  struct operand {
    typename ask::distances at;
    bool is_active = false, has_one_partial = false;
  };

 public:
  /// evaluate(values, partials, are_equal) computes n values, and n partials for each operand, one operand
  /// after the other, and says of each whether its partials are all equal. False, and nothing is called or
  /// written, where the operands are not usual.
  template <class Y, class Evaluate, class... A>
  static bool write(Y& y, std::size_t n, Evaluate&& evaluate, const A&... a) {
    constexpr std::size_t count = sizeof...(A);
    static_assert(count <= elementwise_row::most_operands, "dad: an elementwise function has too many operands");
    if (active_tape<T> == nullptr) return false;
    tape_recorder<T>& t = active_tape<T>->recorder_;
    rows<T>& r = t.rows;
    operand operands[count];
    std::size_t k = 0;
    if (!ask::is_usual(t, n) || !(look(t, a, operands[k++]) && ...)) return false;
    k = 0;
    (ask::template know<false>(r, a, operands[k++].at), ...);

    const std::size_t room = n * (count + 1) + 2 * count + 3;
    if (!r.has_room(room)) t.make_room(room);
    const std::uint64_t before = r.newest;
    T* const partials = r.partials.cursor;
    T* const values = partials + n * count;
    bool are_equal[count];
    evaluate(values, partials, are_equal);
    if (r.newest != before || r.partials.cursor != partials)
      raise<tape_error>("dad: a function of elementwise records on the tape of its operands");

    bool is_active = false;
    for (k = 0; k < count; ++k) {
      operands[k].has_one_partial = are_equal[k];
      is_active |= operands[k].is_active;
    }
    const std::uint64_t first = is_active ? before + 1 : 0;
    if (is_active) write_row(r, operands, static_cast<std::uint32_t>(n), partials, values);
    const std::uint64_t id = first == 0 || r.lists_all ? first : first | unlisted_bit;
    for (std::size_t i = 0; i < n; ++i) {
      var<T>& result = ask::variable(y[i]);
      result.value_ = values[i];
      result.id_ = id == 0 ? 0 : id + i;
    }
    r.limit = r.end_of_room();  // there are more partials than words
    return true;
  }

 private:
  template <class A>
  static bool look(const tape_recorder<T>& t, const A& a, operand& o) {
    bool is_passive = true;
    for (std::size_t i = 0; i < a.size() && is_passive; ++i) is_passive = ask::id_of(a[i]) == 0;
    if (is_passive) return true;
    o.is_active = true;
    return ask::are_usual(t, a, o.at) && o.at.are_equal;
  }

  // Partials that are not needed are closed up; values go where all are noted.
  template <std::size_t Count>
  static void write_row(rows<T>& r, const operand (&operands)[Count], std::uint32_t n, const T* partials,
                        const T* values) {
    const auto first = static_cast<std::uint32_t>(r.value_count() + 1);
    if (r.lists_all) std::memcpy(static_cast<void*>(r.factors.begin() + first), values, n * sizeof(T));
    r.write_empty(n);
    std::uint32_t active = 0;
    for (const operand& o : operands) {
      if (o.is_active) {
        const std::size_t kept = o.has_one_partial ? 1 : n;
        if (r.partials.cursor != partials)
          std::memmove(static_cast<void*>(r.partials.cursor), partials, kept * sizeof(T));
        r.partials.cursor += kept;
        r.write_word(rows<T>::argument_of(
            o.at.first, o.has_one_partial ? elementwise_row::one_partial : elementwise_row::partial_for_each));
        r.write_word(static_cast<std::uint32_t>(o.at.step));
        ++active;
      }
      partials += n;
    }
    r.write_word(n);
    r.write_word(rows<T>::argument_of(first, argument_word::stored));
    r.write_word(elementwise_row::word_for(active));
    r.unwritten += std::size_t{n} * active;
  }
};

}  // namespace dad::detail
