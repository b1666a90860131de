// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// What folding does to the newest row of a recording: it appends to it, scales it, joins it to the one
// before.

#pragma once

#include <cstddef>
#include <cstdint>
#include <new>

#include <dad/op/operation.hpp>
#include <dad/reverse/id.hpp>
#include <dad/reverse/propagation.hpp>
#include <dad/reverse/rows.hpp>
#include <dad/reverse/statement.hpp>

namespace dad::detail {

/// Questions about the newest row, and its changes. Operations that ask first need no further room.
template <class T>
struct newest_row {
  using word = argument_word;

  /// The newest row made this value, nothing else knows it, and it has room for the arguments of a further
  /// operation.
  [[gnu::always_inline]] static bool can_fold(const rows<T>& r, std::uint64_t id) noexcept {
    return __builtin_expect(is_newest(r, id), 1) &&
           __builtin_expect(row_word::low_byte(last(r)) <= row_word::most_arguments - most_added, 1);
  }
  /// The same, and to change the sign of its partials costs less than another row would.
  [[gnu::always_inline]] static bool can_negate(const rows<T>& r, std::uint64_t id) noexcept {
    return __builtin_expect(is_newest(r, id), 1) &&
           __builtin_expect(row_word::low_byte(last(r)) <= most_scaled, 1);
  }
  /// The same of scaling them, which products store theirs for.
  [[gnu::always_inline]] static bool can_scale(const rows<T>& r, std::uint64_t id) noexcept {
    if (!can_negate(r, id)) return false;
    const std::uint32_t row = last(r);
    return __builtin_expect((row & row_word::product) == 0 || row == row_word::one_product, 1);
  }
  [[gnu::always_inline]] static bool is_newest(const rows<T>& r, std::uint64_t id) noexcept {
    return id == (r.newest | mark_bits);
  }

  /// Appends an argument to the newest row.
  [[gnu::always_inline]] static void append(rows<T>& r, std::uint64_t id, std::uint32_t tag) noexcept {
    append_word(r, rows<T>::argument_of(id, tag), last(r) + row_word::argument);
  }
  [[gnu::always_inline]] static void append(rows<T>& r, std::uint64_t id, const T& partial) noexcept {
    append_word(r, rows<T>::argument_of(id, word::stored), last(r) + row_word::stored_argument);
    r.write_partial(partial);
  }

  /// Multiplies the partials of the newest row by an outer partial. Where that is exactly zero they become
  /// zero whatever they are, as a sweep that meets a zero adjoint goes no further.
  [[gnu::always_inline]] static void scale(rows<T>& r, const T& outer) {
    if (last(r) == row_word::stored_argument)
      r.partials.cursor[-1] = masked_product(r.partials.cursor[-1], outer);
    else
      scale_row(r, outer);
  }

  /// Changes the sign of the partials of the newest row, or of the one before.
  [[gnu::always_inline]] static void negate(rows<T>& r) {
    if (last(r) == row_word::stored_argument)
      r.partials.cursor[-1] = -r.partials.cursor[-1];
    else
      negate_row(r.words.cursor - 1, r.partials.cursor);
  }
  [[gnu::always_inline]] static void negate_row_before(rows<T>& r) {
    T* const partials = r.partials.cursor - row_word::partials(last(r));
    if (row_before(r) == row_word::stored_argument)
      partials[-1] = -partials[-1];
    else
      negate_row(r.words.cursor - 2 - row_word::arguments(last(r)), partials);
  }

  /// The row before the newest one made the value before the newest, and the arguments of both fit in one.
  [[gnu::always_inline]] static bool can_join(const rows<T>& r) noexcept {
    return row_word::low_byte(row_before(r)) + row_word::arguments(last(r)) <= row_word::most_arguments;
  }
  /// And to change its sign costs less than another row would.
  [[gnu::always_inline]] static bool can_negate_row_before(const rows<T>& r) noexcept {
    return row_word::low_byte(row_before(r)) <= most_scaled;
  }
  /// The row before the newest one is an increment of some value.
  [[gnu::always_inline]] static bool follows_increment(const rows<T>& r) noexcept {
    return row_word::is_increment(row_before(r));
  }
  /// Makes one row of the last two; its value has the id of the first's.
  DAD_RECORDING static void join(rows<T>& r, std::uint64_t id) noexcept {
    const std::uint32_t high = last(r), count = row_word::arguments(high);
    std::uint32_t* at = r.words.cursor - 2 - count;
    const std::uint32_t low = *at;
    const std::uint32_t row = (low + (high & ~row_word::product)) | (high & row_word::product);
    r.newest = id & ~mark_bits;
    --r.words.cursor;
    if (count == 1)
      rows<T>::write_two(at, at[1], row);
    else
      close_gap(r, at, row);
  }

  /// Makes of the newest row an increment of an earlier value; its own, with id `own`, is no more.
  [[gnu::always_inline]] static void make_increment(rows<T>& r, std::uint64_t id,
                                                    std::uint64_t own) noexcept {
    append_word(r, rows<T>::argument_of(id, word::stored),
                (last(r) + row_word::argument) | row_word::increment);
    r.newest = (own & ~mark_bits) - 1;
  }

 private:
  // The words that one operation adds to a row.
  static constexpr std::uint32_t most_added = 4;
  static constexpr std::uint32_t most_scaled = 8;

  [[gnu::always_inline]] static std::uint32_t last(const rows<T>& r) noexcept { return r.words.cursor[-1]; }
  [[gnu::always_inline]] static std::uint32_t row_before(const rows<T>& r) noexcept {
    return r.words.cursor[-2 - static_cast<std::ptrdiff_t>(row_word::arguments(last(r)))];
  }

  [[gnu::always_inline]] static void append_word(rows<T>& r, std::uint32_t argument,
                                                 std::uint32_t row) noexcept {
    rows<T>::write_two(r.words.cursor - 1, argument, row);
    ++r.words.cursor;
  }

  // Moves the arguments of the newest row to where the header of the row before was.
  [[gnu::noinline]] static void close_gap(rows<T>& r, std::uint32_t* at, std::uint32_t row) noexcept {
    std::uint32_t* const end = r.words.cursor - 1;
    if (end[1] == 2 * row_word::stored_argument && at[-1] == at[2]) {
      // Both rows end with the same argument, which stays the last: as in a sum of exp(x_i - x_0).
      at[-1] = at[1];
      rows<T>::write_two(at, at[2], row - row_word::stored_argument);
      --r.words.cursor;
      T* const p = r.partials.cursor - 3;
      const T both = p[0] + p[2];
      p[0] = p[1];
      p[1] = both;
      --r.partials.cursor;
    } else if (end - at == 2) {  // a product
      rows<T>::write_two(at, at[1], at[2]);
      at[2] = row;
    } else {
      for (; at != end; ++at) *at = at[1];
      *at = row;
    }
  }

  // Every argument gets a stored partial. From the last one on, because partials move up.
  [[gnu::noinline]] static void scale_row(rows<T>& r, const T& outer) {
    const std::uint32_t count = row_word::arguments(last(r));
    std::uint32_t* const a = r.words.cursor - 1 - count;
    T* const begin = r.partials.cursor - row_word::partials(last(r));
    if (count == row_word::partials(last(r))) {
      for (std::uint32_t k = 0; k < count; ++k) begin[k] = masked_product(begin[k], outer);
      return;
    }
    if (last(r) == row_word::argument) {
      r.write_partial(signed_adjoint(a[0], outer));
      rows<T>::write_two(a, word::as_stored(a[0]), row_word::stored_argument);
      return;
    }
    if (last(r) == 2 * row_word::argument) {
      new (begin) T(signed_adjoint(a[0], outer));
      new (begin + 1) T(signed_adjoint(a[1], outer));
      a[0] = word::as_stored(a[0]);
      a[1] = word::as_stored(a[1]);
      r.partials.cursor = begin + 2;
      r.words.cursor[-1] = 2 * row_word::stored_argument;
      return;
    }
    const T* stored = r.partials.cursor;
    for (std::uint32_t k = count; k-- > 0;) {
      if (word::tag(a[k]) == word::stored) {
        const T scaled = masked_product(*--stored, outer);
        new (begin + k) T(scaled);
      } else {
        const T s = signed_adjoint(a[k], outer);
        if (k > 0 && word::tag(a[k - 1]) == word::factor) {
          const T x = r.factors.begin()[word::index(a[k - 1])], y = r.factors.begin()[word::index(a[k])];
          new (begin + k) T(masked_product(x, s));
          a[k] = word::as_stored(a[k]);
          --k;
          new (begin + k) T(masked_product(y, s));
        } else {
          new (begin + k) T(s);
        }
        a[k] = word::as_stored(a[k]);
      }
    }
    r.partials.cursor = begin + count;
    r.words.cursor[-1] = count * row_word::stored_argument;
  }

  // The row that ends with this word, and whose partials end here.
  [[gnu::noinline]] static void negate_row(std::uint32_t* end, T* partials) {
    const std::uint32_t row = *end;
    for (T* p = partials - row_word::partials(row); p != partials; ++p) *p = -*p;
    for (std::uint32_t* a = end - row_word::arguments(row); a != end; ++a) {
      if (word::tag(*a) == word::factor) ++a;  // the sign of a product is its second factor's tag
      if (word::tag(*a) != word::stored) *a ^= word::tag_mask;
    }
  }
};

}  // namespace dad::detail
