// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// The rows of a recording as they are written, and what folding does to the newest.

#pragma once

#include <cstddef>
#include <cstdint>
#include <new>
#include <string>

#include <dad/core/error.hpp>
#include <dad/op/operation.hpp>
#include <dad/reverse/lanes_sweep.hpp>
#include <dad/reverse/statement.hpp>
#include <dad/reverse/stream.hpp>
#include <dad/reverse/sweep.hpp>

namespace dad::detail {

/// In a variable's id, recording << 32 | index: nothing but this variable knows the index, neither another
/// variable nor a row. Only then may the row still change that made the value.
inline constexpr std::uint64_t sole_bit = std::uint64_t{1} << 31;
/// The value is not in the list of factors yet.
inline constexpr std::uint64_t unlisted_bit = std::uint64_t{1} << 30;

#if defined(DAD_NEVER_FOLD)
/// Defined for a whole program, DAD_NEVER_FOLD gives every operation a row of its own: what folding must
/// agree with, in tests.
inline constexpr std::uint64_t result_bits = unlisted_bit;
#else
inline constexpr std::uint64_t result_bits = sole_bit | unlisted_bit;
#endif

/// Rows, and the partials and factors they need. Its owner asks for room before anything is written. What is
/// inlined into each operation takes from its caller what that has in a register.
template <class T>
class rows {
  using word = argument_word;

 public:
  /// An operation that has asked is_full() may begin a row, and later ones may extend it without asking.
  static constexpr std::size_t most_words = row_word::most_arguments + 2;
  /// The words that one operation adds to a row.
  static constexpr std::uint32_t most_added = 4;
  static constexpr std::size_t most_values = (std::size_t{1} << (32 - word::tag_bits)) - 1;

  // What an operation reads and writes: recording << 32 | the number of values, and below which word there is
  // room in both streams.
  std::uint64_t newest = 0;
  const std::uint32_t* limit = nullptr;
  stream<std::uint32_t> words;
  stream<T> partials;
  stream<T> factors;  // value i is at i, if it is a factor of some product; grows when they are listed

  [[gnu::always_inline]] bool is_full() const noexcept { return words.cursor >= limit; }

  [[nodiscard]] static constexpr std::uint32_t index(std::uint64_t id) noexcept {
    return static_cast<std::uint32_t>(id) & static_cast<std::uint32_t>(unlisted_bit - 1);
  }
  [[nodiscard]] std::size_t value_count() const noexcept { return static_cast<std::uint32_t>(newest); }

  /// An id's word as an argument; the bits above the index fall off.
  [[nodiscard]] static constexpr std::uint32_t argument_of(std::uint64_t id, std::uint32_t tag) noexcept {
    return static_cast<std::uint32_t>(id) << word::tag_bits | tag;
  }
  [[gnu::always_inline]] void write_word(std::uint32_t w) noexcept { *words.cursor++ = w; }
  [[gnu::always_inline]] static void write_two(std::uint32_t* at, std::uint32_t first,
                                               std::uint32_t second) noexcept {
    at[0] = first;
    at[1] = second;
  }
  [[gnu::always_inline]] void write_partial(const T& partial) noexcept { new (partials.cursor++) T(partial); }

  /// Ends a row, which makes a value; gives its id.
  [[gnu::always_inline]] std::uint64_t close(std::uint32_t row) noexcept {
    write_word(row);
    return ++newest | result_bits;
  }
  /// Rows of one argument and of two.
  [[gnu::always_inline]] std::uint64_t write_row(std::uint32_t argument, std::uint32_t row) noexcept {
    write_two(words.cursor, argument, row);
    words.cursor += 2;
    return ++newest | result_bits;
  }
  [[gnu::always_inline]] std::uint64_t write_row(std::uint32_t first, std::uint32_t second,
                                                 std::uint32_t row) noexcept {
    write_two(words.cursor, first, second);
    words.cursor[2] = row;
    words.cursor += 3;
    return ++newest | result_bits;
  }

  /// Notes a value that is a factor of a product. Throws tape_error where memory is exhausted.
  void list(std::uint64_t id, const T& value) {
    const std::uint32_t i = index(id);
    if (i >= factors.capacity()) grow_factors(i);
    new (factors.begin() + i) T(value);
  }

  [[gnu::always_inline]] std::uint32_t last() const noexcept { return words.cursor[-1]; }

  /// The newest row made this value, nothing else knows it, and it has room for the arguments of a further
  /// operation.
  [[gnu::always_inline]] bool can_fold(std::uint64_t id) const noexcept {
    return __builtin_expect(is_newest(id), 1) &&
           __builtin_expect(row_word::low_byte(last()) <= row_word::most_arguments - most_added, 1);
  }
  /// The same, and scaling its partials costs less than another row would.
  [[gnu::always_inline]] bool can_scale(std::uint64_t id) const noexcept {
    if (__builtin_expect(!is_newest(id), 0)) return false;
    const std::uint32_t row = last();
    return __builtin_expect(row_word::low_byte(row) <= most_scaled, 1) &&
           __builtin_expect(
               (row & row_word::product) == 0 || row == (row_word::product | 2 * row_word::argument), 1);
  }
  [[gnu::always_inline]] bool is_newest(std::uint64_t id) const noexcept {
    return id == (newest | sole_bit | unlisted_bit);
  }

  /// Appends an argument to the newest row.
  [[gnu::always_inline]] void append(std::uint64_t id, std::uint32_t tag) noexcept {
    write_two(words.cursor - 1, argument_of(id, tag), last() + row_word::argument);
    ++words.cursor;
  }
  [[gnu::always_inline]] void append(std::uint64_t id, const T& partial) noexcept {
    write_two(words.cursor - 1, argument_of(id, word::stored),
              last() + row_word::argument + row_word::partial);
    ++words.cursor;
    write_partial(partial);
  }

  /// Multiplies the partials of the newest row by an outer partial. Where that is exactly zero they become
  /// zero whatever they are, as a sweep that meets a zero adjoint goes no further.
  [[gnu::always_inline]] void scale(const T& outer) {
    if (last() == row_word::argument + row_word::partial)
      partials.cursor[-1] = masked_product(partials.cursor[-1], outer);
    else
      scale_row(outer);
  }

  /// Changes the sign of the partials of the newest row.
  [[gnu::always_inline]] void negate() {
    if (last() == row_word::argument + row_word::partial)
      partials.cursor[-1] = -partials.cursor[-1];
    else
      negate_row();
  }

  /// The row before the newest one made the value before the newest, and the arguments of both fit in one.
  [[gnu::always_inline]] bool can_join() const noexcept {
    return row_word::low_byte(row_before()) + row_word::arguments(last()) <= row_word::most_arguments;
  }
  /// The row before the newest one is an increment of some value.
  [[gnu::always_inline]] bool follows_increment() const noexcept {
    return row_word::is_increment(row_before());
  }
  /// Makes one row of the last two; its value has the id of the first's.
  [[gnu::always_inline]] void join(std::uint64_t id) noexcept {
    const std::uint32_t high = last(), count = row_word::arguments(high);
    std::uint32_t* at = words.cursor - 2 - count;
    const std::uint32_t low = *at;
    const std::uint32_t row = (low + (high & ~row_word::product)) | (high & row_word::product);
    newest = id & ~(sole_bit | unlisted_bit);
    --words.cursor;
    if (count == 1)
      write_two(at, at[1], row);
    else
      close_gap(at, row);
  }

  /// Makes of the newest row an increment of an earlier value; its own, with id `own`, is no more.
  [[gnu::always_inline]] void make_increment(std::uint64_t id, std::uint64_t own) noexcept {
    write_two(words.cursor - 1, argument_of(id, word::stored),
              (last() + row_word::argument) | row_word::increment);
    ++words.cursor;
    newest = (own & ~(sole_bit | unlisted_bit)) - 1;
  }
  /// Adds to an earlier value a row of one argument.
  [[gnu::always_inline]] void write_increment(std::uint64_t id, std::uint64_t argument,
                                              std::uint32_t tag) noexcept {
    write_two(words.cursor, argument_of(argument, tag), argument_of(id, word::stored));
    words.cursor[2] = row_word::increment | 2 * row_word::argument;
    words.cursor += 3;
  }

  [[nodiscard]] mark here() const noexcept { return {words.size(), partials.size(), value_count()}; }
  void go_back(const mark& m) noexcept {
    words.resize_down(m.words);
    partials.resize_down(m.partials);
    if (limit != nullptr) limit = end_of_room();  // what comes now may have more partials than what was there
  }

  /// Room for a row of so many words.
  [[gnu::noinline, gnu::cold]] void make_room(std::size_t count) {
    const std::size_t wanted = count + 1 + most_words;
    if (value_count() + wanted > most_values)
      throw tape_error("dad: a recording holds at most " + std::to_string(most_values) + " values");
    limit = nullptr;  // in case that memory is exhausted after the words have moved
    words.reserve_room(wanted);
    partials.reserve_room(wanted + most_words);
  }
  /// The limit: where words, partials or values may end first. A word has at most one partial; the newest row
  /// may get some for the words it has.
  [[nodiscard]] const std::uint32_t* end_of_room() const noexcept {
    std::size_t room = words.room();
    if (room > partials.room() - most_words) room = partials.room() - most_words;
    if (room > most_values - value_count()) room = most_values - value_count();
    return words.cursor + (room > most_words ? room - most_words : 0);
  }

  [[nodiscard]] std::size_t bytes() const noexcept {
    return words.capacity() * sizeof(std::uint32_t) + (partials.capacity() + factors.capacity()) * sizeof(T);
  }

  void sweep(const mark& first, const mark& last, T* adjoints) const {
    detail::sweep<T>({words.begin(), partials.begin(), factors.begin()}, first, last, adjoints);
  }

  template <std::size_t N>
  void sweep_lanes(const mark& first, const mark& last, T* adjoints) const {
    detail::sweep_lanes<N, T>({words.begin(), partials.begin(), factors.begin()}, first, last, adjoints);
  }

  /// The number of rows, by going through them.
  [[nodiscard]] std::size_t count() const noexcept {
    std::size_t n = 0;
    for (const std::uint32_t* w = words.cursor; w != words.begin(); ++n) w -= 1 + row_word::arguments(w[-1]);
    return n;
  }

 private:
  static constexpr std::uint32_t most_scaled = 8;

  [[gnu::always_inline]] std::uint32_t row_before() const noexcept {
    return words.cursor[-2 - static_cast<std::ptrdiff_t>(row_word::arguments(last()))];
  }

  [[gnu::noinline, gnu::cold]] void grow_factors(std::size_t i) {
    factors.cursor = factors.begin() + factors.capacity();
    const std::size_t from = factors.capacity();
    factors.reserve_room(i + 1 - from);
    for (std::size_t k = from; k < factors.capacity(); ++k) new (factors.begin() + k) T(0);
  }

  // Moves the arguments of the newest row to where the header of the row before was.
  [[gnu::noinline]] void close_gap(std::uint32_t* at, std::uint32_t row) noexcept {
    std::uint32_t* const end = words.cursor - 1;
    if (end[1] == 2 * (row_word::argument + row_word::partial) && at[-1] == at[2]) {
      // Both rows end with the same argument, which stays the last: as in a sum of exp(x_i - x_0).
      at[-1] = at[1];
      write_two(at, at[2], row - (row_word::argument + row_word::partial));
      --words.cursor;
      T* const p = partials.cursor - 3;
      const T both = p[0] + p[2];
      p[0] = p[1];
      p[1] = both;
      --partials.cursor;
    } else {
      for (; at != end; ++at) *at = at[1];
      *at = row;
    }
  }

  // Every argument gets a stored partial. From the last one on, because partials move up.
  [[gnu::noinline]] void scale_row(const T& outer) {
    const std::uint32_t count = row_word::arguments(last());
    std::uint32_t* const a = words.cursor - 1 - count;
    T* const begin = partials.cursor - row_word::partials(last());
    if (count == row_word::partials(last())) {
      for (std::uint32_t k = 0; k < count; ++k) begin[k] = masked_product(begin[k], outer);
      return;
    }
    if (last() == row_word::argument) {
      write_partial(signed_adjoint(a[0], outer));
      write_two(a, a[0] & ~word::tag_mask, row_word::argument + row_word::partial);
      return;
    }
    if (last() == 2 * row_word::argument) {
      new (begin) T(signed_adjoint(a[0], outer));
      new (begin + 1) T(signed_adjoint(a[1], outer));
      a[0] &= ~word::tag_mask;
      a[1] &= ~word::tag_mask;
      partials.cursor = begin + 2;
      words.cursor[-1] = 2 * (row_word::argument + row_word::partial);
      return;
    }
    const T* stored = partials.cursor;
    for (std::uint32_t k = count; k-- > 0;) {
      if (word::tag(a[k]) == word::stored) {
        const T scaled = masked_product(*--stored, outer);
        new (begin + k) T(scaled);
      } else {
        const T s = signed_adjoint(a[k], outer);
        if (k > 0 && word::tag(a[k - 1]) == word::factor) {
          const T x = factors.begin()[word::index(a[k - 1])], y = factors.begin()[word::index(a[k])];
          new (begin + k) T(masked_product(x, s));
          a[k] &= ~word::tag_mask;
          --k;
          new (begin + k) T(masked_product(y, s));
        } else {
          new (begin + k) T(s);
        }
        a[k] &= ~word::tag_mask;
      }
    }
    partials.cursor = begin + count;
    words.cursor[-1] = count * (row_word::argument + row_word::partial);
  }

  [[gnu::noinline]] void negate_row() {
    for (T* p = partials.cursor - row_word::partials(last()); p != partials.cursor; ++p) *p = -*p;
    std::uint32_t* const end = words.cursor - 1;
    for (std::uint32_t* a = end - row_word::arguments(last()); a != end; ++a) {
      if (word::tag(*a) == word::factor) ++a;  // the sign of a product is its second factor's tag
      if (word::tag(*a) != word::stored) *a ^= word::tag_mask;
    }
  }
};

}  // namespace dad::detail
