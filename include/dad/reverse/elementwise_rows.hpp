// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// Writes rows that stand for many results of one function.

#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <new>
#include <type_traits>
#include <vector>

#include <dad/reverse/elementwise_sweep.hpp>
#include <dad/reverse/elementwise_words.hpp>
#include <dad/reverse/range_operands.hpp>

namespace dad::detail {

/// The partials by one operand, one for each result.
template <class T>
struct partials_by_operand {
  T* first = nullptr;
  bool are_equal = false;
  bool come_last = false;  // in the row: where they looked equal at first, right or wrong
};

/// Writes results y[i] = f(a[i], b[i], ...) as one row, where the operands are usual: each a range of
/// variables at equal distances, or one variable for all i (a range of size 1), all of the active tape, and
/// nobody watches. Or as a row for each of some pieces, in which they are.
template <class T>
class elementwise_rows {
  using ask = range_operands<T>;

  // A passive operand has no place in the row.
  struct operand {
    typename ask::distances at;
    bool is_active = false;
    partials_by_operand<T> by = {};
  };

 public:
  /// evaluate(values, partials, by) computes n values, and n partials for each operand, in room for all of
  /// them; by[k] says where those of operand k are. False, and nothing is called or written, where the
  /// operands are not usual.
  template <class Y, class Evaluate, class... A>
  static bool write(Y& y, std::size_t n, Evaluate&& evaluate, const A&... a) {
    constexpr std::size_t count = sizeof...(A);
    static_assert(count <= elementwise_row::most_operands,
                  "dad: an elementwise function has too many operands");
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
    partials_by_operand<T> by[count];
    evaluate(values, partials, by);
    if (r.newest != before || r.partials.cursor != partials)
      raise<tape_error>("dad: a function of elementwise records on the tape of its operands");

    for (k = 0; k < count; ++k) operands[k].by = by[k];
    write_results(r, y, 0, n, values, operands);
    r.limit = r.end_of_room();  // there are more partials than words
    return true;
  }

  /// The same with values and partials that are there, in a few pieces. False, and nothing is written, where
  /// there would be many, or something in them is unusual.
  template <class Y, class... A>
  static bool write_pieces(Y& y, std::size_t n, const T* values, const partials_by_operand<T>* by,
                           const A&... a) {
    constexpr std::size_t count = sizeof...(A);
    struct piece {
      std::size_t first, size;
      operand operands[count];
    };
    if (active_tape<T> == nullptr) return false;
    tape_recorder<T>& t = active_tape<T>->recorder_;
    rows<T>& r = t.rows;
    if (!ask::is_usual(t, n)) return false;
    std::vector<piece> pieces;  // y may be among the operands: all before anything is written
    for (std::size_t i = 0; i < n; i += pieces.back().size) {
      if (pieces.size() > n / 4 + 1) return false;
      piece& p = pieces.emplace_back();
      p.first = i;
      p.size = n - i;
      const auto keep_lesser = [&p](std::size_t size) { p.size = size < p.size ? size : p.size; };
      (keep_lesser(alike_from(a, i)), ...);
      operand* o = p.operands;
      const auto look_at = [&](const auto& range) { return look_at_piece(t, range, i, p.size, *o++); };
      if (!(look_at(a) && ...)) return false;
      for (std::size_t k = 0; k < count; ++k)
        p.operands[k].by = {by[k].first + i, by[k].are_equal, by[k].come_last};
    }
    (ask::template know<false>(r, a, {.bits = sole_bit}), ...);
    const std::size_t room = n * (count + 1) + pieces.size() * (2 * count + 3);
    if (!r.has_room(room)) t.make_room(room);
    for (const piece& p : pieces) write_results(r, y, p.first, p.size, values + p.first, p.operands);
    r.limit = r.end_of_room();
    return true;
  }

 private:
  // How many elements from i on are at equal distances, or all passive.
  template <class A>
  static std::size_t alike_from(const A& a, std::size_t i) {
    const std::size_t n = a.size();
    if (n == 1) return ~std::size_t{0};
    const auto id = [&](std::size_t j) { return ask::id_of(a[j]) & ~mark_bits; };
    // Of one stretch, to which passive ones do not belong.
    const auto is_of_same = [&](std::size_t j) { return (id(j) ^ id(i)) >> 32 == 0; };
    if (i + 1 == n || !is_of_same(i + 1)) return 1;
    const std::uint64_t step = id(i + 1) - id(i);
    std::size_t end = i + 2;
    while (end < n && id(end) - id(end - 1) == step && is_of_same(end)) ++end;
    return end - i;
  }
  template <class A>
  static bool look_at_piece(const tape_recorder<T>& t, const A& a, std::size_t i, std::size_t size,
                            operand& o) {
    const auto id = [&](std::size_t j) { return ask::id_of(a[a.size() == 1 ? 0 : j]) & ~mark_bits; };
    o.at.first = id(i);
    o.at.step = size == 1 ? 0 : id(i + 1) - id(i);
    o.is_active = o.at.first != 0;
    return !o.is_active || ask::are_at_hand(t, o.at, size);
  }

  template <class Y, std::size_t Count>
  static void write_results(rows<T>& r, Y& y, std::size_t from, std::size_t n, const T* values,
                            const operand (&operands)[Count]) {
    const std::uint64_t first = r.newest + 1;
    if (!write_row(r, operands, static_cast<std::uint32_t>(n))) {
      assign(y, from, n, values, 0, 0);
      return;
    }
    assign(y, from, n, values, r.lists_all ? first : first | unlisted_bit, 1);
    if (r.lists_all)
      for (std::size_t i = 0; i < n; ++i) new (r.factors.begin() + index_of(first) + i) T(values[i]);
  }

  template <class A>
  static bool look(const tape_recorder<T>& t, const A& a, operand& o) {
    o.is_active = ask::are_usual_together(t, a, o.at) && o.at.are_equal;
    return o.is_active || o.at.bits == 0;
  }

  // The ids are at equal distances.
  template <class Y>
  static void assign(Y& y, std::size_t first, std::size_t n, const T* values, std::uint64_t id,
                     std::uint64_t step) {
    using ids = typename ask::ids;
    constexpr std::size_t some = ask::some_ids;
    if constexpr (std::is_same_v<T, double> && ask::template are_neighbours<Y>)
      if (n >= some) {
        ids steps;
        ask::multiples(steps, step, typename ask::all_lanes());
        for (std::size_t i = 0; i < n; i += some) {
          const std::size_t from = i + some <= n ? i : n - some;  // the last ones again with the rest
          const ids some_ids = id + from * step + steps;
          ids some_values, low, high;
          __builtin_memcpy(&some_values, values + from, sizeof some_values);
          ask::interleave(low, high, some_values, some_ids, typename ask::all_lanes());
          char* const to = reinterpret_cast<char*>(&y[first + from]);
          __builtin_memcpy(to, &low, sizeof low);
          __builtin_memcpy(to + sizeof low, &high, sizeof high);
        }
        return;
      }
    for (std::size_t i = 0; i < n; ++i, id += step) {
      var<T>& result = ask::variable(y[first + i]);
      result.value_ = values[i];
      result.id_ = id;
    }
  }

  static void write_operand(rows<T>& r, const operand& o, std::uint32_t n) {
    const std::size_t kept = o.by.are_equal ? 1 : n;
    if (r.partials.cursor != o.by.first)
      std::memmove(static_cast<void*>(r.partials.cursor), o.by.first, kept * sizeof(T));
    r.partials.cursor += kept;
    r.write_word(rows<T>::argument_of(
        o.at.first, o.by.are_equal ? elementwise_row::one_partial : elementwise_row::partial_for_each));
    r.write_word(static_cast<std::uint32_t>(o.at.step));
  }

  // Partials that are not needed are closed up. False, and nothing is written, where no operand is active.
  template <std::size_t Count>
  static bool write_row(rows<T>& r, const operand (&operands)[Count], std::uint32_t n) {
    const std::uint64_t first = r.newest + 1;
    std::uint32_t active = 0;
    for (const bool is_last : {false, true})  // in the order in which they lie in memory
      for (const operand& o : operands) {
        if (!o.is_active || o.by.come_last != is_last) continue;
        write_operand(r, o, n);
        ++active;
      }
    if (active == 0) return false;
    r.sweep_elementwise = &sweep_elementwise<T>;
    r.write_word(n);
    r.write_word(rows<T>::argument_of(first, argument_word::stored));
    r.write_word(elementwise_row::word_for(active));
    r.newest += n;
    r.unwritten += std::size_t{n} * (active + 1);
    return true;
  }
};

}  // namespace dad::detail
