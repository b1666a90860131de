// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// The rows of a recording as they are written and read: words, partials and factors, and room for them.

#pragma once

#include <cstddef>
#include <cstdint>
#include <new>

#include <dad/core/error.hpp>
#include <dad/core/prefetch.hpp>
#include <dad/reverse/elementwise_words.hpp>
#include <dad/reverse/id.hpp>
#include <dad/reverse/lanes_sweep.hpp>
#include <dad/reverse/statement.hpp>
#include <dad/reverse/stream.hpp>
#include <dad/reverse/sweep.hpp>

// What records is one function for all operations, which depends on the operation by an argument. A program
// that asks for its machine's instructions wants speed: it gets that function in every operation, where the
// argument is a constant. In others the compiler decides: g++ leaves most of it out of line at -O2, and
// inlines some more at -O3. Where nothing is optimised it is shared.
#if (defined(DAD_INLINE_RECORDING) || defined(__AVX__) || defined(__ARM_FEATURE_SVE)) && defined(__OPTIMIZE__)
#define DAD_INLINES_RECORDING 1
#define DAD_RECORDING [[gnu::always_inline]]
#else
#define DAD_INLINES_RECORDING 0
#define DAD_RECORDING
#endif

namespace dad::detail {

/// Rows, and the partials and factors they need. Its owner asks for room before anything is written. What is
/// inlined into each operation takes from its caller what that has in a register.
template <class T>
class rows {
  using word = argument_word;

 public:
  /// An operation that has asked is_full() may begin a row, and later ones may extend it without asking.
  static constexpr std::size_t most_words = row_word::most_arguments + 2;
  static constexpr std::size_t most_values = (std::size_t{1} << (32 - word::tag_bits)) - 1;

  // What an operation reads and writes: recording << 32 | the number of values, and below which word there is
  // room in both streams.
  std::uint64_t newest = 0;
  const std::uint32_t* limit = nullptr;
  stream<std::uint32_t> words;
  stream<T> partials;
  stream<T> factors;  // value i is at i, if it is a factor of some product; grows when they are listed
  std::size_t leading_inputs = 0;  // one word and one value each
  std::size_t zeros = 0;           // before a recording: so many words at its beginning are zero
  std::size_t unwritten = 0;       // at most so many arguments have no word: those of ranges
  bool lists_all = false;          // there is room for all values among them
  decltype(streams_view<T>::sweep_elementwise) sweep_elementwise = nullptr;  // set with the first such row

  [[gnu::always_inline]] bool is_full() const noexcept { return words.cursor >= limit; }

  /// Of so many words, partials and values.
  [[nodiscard]] bool has_room(std::size_t count) const noexcept {
    return !is_full() && static_cast<std::size_t>(limit - words.cursor) >= count;
  }

  [[nodiscard]] std::size_t value_count() const noexcept { return static_cast<std::uint32_t>(newest); }
  /// Rows and their arguments together are not more.
  [[nodiscard]] std::size_t most_arguments() const noexcept { return words.size() + unwritten; }

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
  /// The same for a row that is never added to; its value is noted where all are.
  std::uint64_t close(std::uint32_t row, const T& value) noexcept {
    const std::uint64_t id = close(row) & ~sole_bit;
    if (!lists_all) return id;
    new (factors.begin() + index_of(id)) T(value);
    return id & ~unlisted_bit;
  }
  /// So many rows without arguments, for which there is room. The first inputs of a recording often find the
  /// words of those of an earlier one.
  void write_empty(std::size_t count) noexcept {
    if (words.size() != 0 || count > zeros)
      for (std::size_t k = 0; k < count; ++k) words.cursor[k] = 0;
    words.cursor += count;
    newest += count;
  }
  /// Rows of one argument and of two.
  [[gnu::always_inline]] std::uint64_t write_row(std::uint32_t argument, std::uint32_t row) noexcept {
    write_two(words.cursor, argument, row);
    words.cursor += 2;
    return ++newest | result_bits;
  }
  [[gnu::always_inline]] std::uint64_t write_row(std::uint32_t first, std::uint32_t second,
                                                 std::uint32_t row) noexcept {
    write_three(first, second, row);
    return ++newest | result_bits;
  }
  /// Adds to an earlier value a row of one argument.
  [[gnu::always_inline]] void write_increment(std::uint64_t id, std::uint64_t argument,
                                              std::uint32_t tag) noexcept {
    write_three(argument_of(argument, tag), argument_of(id, word::stored),
                row_word::increment | 2 * row_word::argument);
  }

  /// Notes a value that is a factor of a product. Throws tape_error where memory is exhausted.
  void list(std::uint64_t id, const T& value) {
    const std::uint32_t i = index_of(id);
    if (i >= factors.capacity()) grow_factors(i);
    new (factors.begin() + i) T(value);
  }

  /// From here on whoever asks is_full() may note a value without asking again.
  void list_all() noexcept {
    lists_all = true;
    limit = nullptr;
  }

  [[nodiscard]] mark here() const noexcept { return {words.size(), partials.size(), value_count()}; }
  void go_back(const mark& m) noexcept {
    if (words.size() != 0) zeros = leading_inputs;
    if (leading_inputs > m.values) leading_inputs = m.values;
    if (m.words == 0) unwritten = 0;
    factors.note_written(listed());
    words.resize_down(m.words);
    partials.resize_down(m.partials);
    if (limit != nullptr) limit = end_of_room();  // what comes now may have more partials than what was there
  }

  /// Room for a row of so many words.
  void make_room(std::size_t count) {
    const std::size_t wanted = count + 1 + most_words;
    if (value_count() + wanted > most_values)
      raise<tape_error>("dad: a recording holds at most %zu values", most_values);
    limit = nullptr;  // in case that memory is exhausted after the words have moved
    zeros = 0;        // only what was written moves
    words.reserve_room(wanted);
    partials.reserve_room(wanted + most_words);
    if (lists_all && factors.capacity() < value_count() + wanted) grow_factors(value_count() + wanted);
  }
  /// The limit: where words, partials or values may end first. A word has at most one partial; the newest row
  /// may get some for the words it has. Rows of ranges have more: who writes them sets the limit anew.
  [[nodiscard]] const std::uint32_t* end_of_room() const noexcept {
    std::size_t room = words.room();
    if (room > partials.room() - most_words) room = partials.room() - most_words;
    const std::size_t values = lists_all ? factors.capacity() - 1 : most_values;
    if (room > values - value_count()) room = values - value_count();
    return words.cursor + (room > most_words ? room - most_words : 0);
  }

  [[nodiscard]] std::size_t bytes() const noexcept {
    return words.bytes() + partials.bytes() + factors.bytes(listed());
  }

  void sweep(const mark& first, const mark& last, T* adjoints) const {
    const mark from = behind_leading_inputs(first);
    if (last.values <= from.values) return;
    detail::sweep<T>(streams(), from, last, adjoints);
  }

  template <std::size_t N>
  void sweep_lanes(const mark& first, const mark& last, T* adjoints) const {
    const mark from = behind_leading_inputs(first);
    if (last.values <= from.values) return;
    detail::sweep_lanes<N, T>(streams(), from, last, adjoints);
  }

  /// visit(index, partial) for each argument of the newest row.
  template <class Visit>
  void for_each_newest_argument(Visit&& visit) const {
    const std::uint32_t* const end = words.cursor - 1;
    for_each_argument(*end, end - row_word::arguments(*end), end, partials.cursor - row_word::partials(*end),
                      [&](std::uint32_t index, const T& partial, bool is_negative) {
                        visit(index, is_negative ? T(-partial) : partial);
                      });
  }

  /// visit(value, is_increment, arguments) for each row from the newest to the oldest, where arguments(each)
  /// calls each(index, partial, is_negative) for its arguments. An increment's value was made by an earlier
  /// row.
  template <class Visit>
  void for_each_backwards(Visit&& visit) const {
    const T* partial = partials.cursor;
    for_each_row_backwards(
        [&](std::uint32_t value, std::uint32_t row, const std::uint32_t* first, const std::uint32_t* last) {
          if (row_word::is_elementwise(row)) {
            const elementwise_row results(row, first);
            partial -= results.partial_count();
            for (std::uint32_t i = results.size(); i-- > 0;)
              visit(value + i, false, [&](auto&& each) {
                results.for_each(i, partial, [&](std::uint32_t index, const T& p) { each(index, p, false); });
              });
            return;
          }
          partial -= row_word::partials(row);
          prefetch(partial, -1024);
          visit(value, row_word::is_increment(row),
                [&](auto&& each) { for_each_argument(row, first, last, partial, each); });
        });
  }
  /// visit(index) for each argument of a row, some more than once.
  template <class Visit>
  static void for_each_index(std::uint32_t row, const std::uint32_t* first, const std::uint32_t* last,
                             Visit&& visit) {
    if (row_word::has_ranges(row)) return range_arguments(row, first).for_each(row, visit);
    if (row_word::is_elementwise(row)) return elementwise_row(row, first).for_each_index(visit);
    for (; first != last; ++first) visit(word::index(*first));
  }
  /// visit(value, row, first, last) for each, with the words of its arguments; once for all results of an
  /// elementwise row, with the first of them.
  template <class Visit>
  void for_each_row_backwards(Visit&& visit) const {
    std::uint32_t newest_value = static_cast<std::uint32_t>(value_count());
    for (const std::uint32_t* w = words.cursor; w != words.begin();) {
      prefetch(w, -1024);
      const std::uint32_t row = *--w;
      const bool is_increment = row_word::is_increment(row);
      const std::uint32_t* const last = w - is_increment;
      w -= row_word::arguments(row);
      visit(is_increment ? word::index(*last) : newest_value--, row, w, last);
      if (row_word::is_elementwise(row)) newest_value -= elementwise_row(row, w).size();
    }
  }

 private:
  [[nodiscard]] streams_view<T> streams() const noexcept {
    return {words.begin(), partials.begin(), factors.begin(), sweep_elementwise};
  }
  // Inputs have no arguments: those before everything else need no sweep.
  [[nodiscard]] mark behind_leading_inputs(const mark& first) const noexcept {
    return first.values < leading_inputs ? mark{leading_inputs, 0, leading_inputs} : first;
  }

  template <class Each>
  void for_each_argument(std::uint32_t row, const std::uint32_t* a, const std::uint32_t* end,
                         const T* partial, Each&& each) const {
    if (row_word::has_ranges(row))
      return range_arguments(row, a).for_each(
          row, partial, factors.begin(),
          [&](std::uint32_t index, const T& factor) { each(index, factor, false); });
    for (; a != end; ++a) {
      if (word::tag(*a) == word::factor) {
        const std::uint32_t x = word::index(a[0]), y = word::index(a[1]);
        const bool is_negative = word::tag(a[1]) == word::minus_one;
        each(x, factors.begin()[y], is_negative);
        each(y, factors.begin()[x], is_negative);
        ++a;
      } else if (word::tag(*a) == word::stored) {
        each(word::index(*a), *partial++, false);
      } else {
        each(word::index(*a), T(1), word::tag(*a) == word::minus_one);
      }
    }
  }

  [[gnu::always_inline]] void write_three(std::uint32_t first, std::uint32_t second,
                                          std::uint32_t third) noexcept {
    write_two(words.cursor, first, second);
    words.cursor[2] = third;
    words.cursor += 3;
  }

  // Factors are written by their index: among so many.
  [[nodiscard]] std::size_t listed() const noexcept {
    const std::size_t most = value_count() + 1;
    return most < factors.capacity() ? most : factors.capacity();
  }
  [[gnu::noinline, gnu::cold]] void grow_factors(std::size_t i) {
    factors.cursor = factors.begin() + listed();
    factors.reserve_room(i + 1 - listed());
  }
};

}  // namespace dad::detail
