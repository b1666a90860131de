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
#include <dad/reverse/statement.hpp>
#include <dad/reverse/stream.hpp>
#include <dad/reverse/sweep.hpp>

namespace dad::detail {

/// In a variable's id, recording << 32 | index: nothing but this variable knows the index, neither another
/// variable nor a row. Only then may the row still change that made the value.
inline constexpr std::uint64_t sole_bit = std::uint64_t{1} << 31;

#if defined(DAD_NEVER_FOLD)
/// Defined for a whole program, DAD_NEVER_FOLD gives every operation a row of its own: what folding must
/// agree with, in tests.
inline constexpr std::uint64_t result_bits = 0;
#else
inline constexpr std::uint64_t result_bits = sole_bit;
#endif

/// Rows, and the partials and values they need. Its owner asks for room before anything is written.
template <class T>
class rows {
  using word = argument_word;

 public:
  /// Operations that have asked is_full() may write this many arguments.
  static constexpr std::size_t most_operands = 16;
  static constexpr std::size_t most_values = (std::size_t{1} << (32 - word::tag_bits)) - 1;

  // What an operation reads and writes: recording << 32 | the number of values, and below which argument there
  // is room in all streams.
  std::uint64_t newest = 0;
  const std::uint32_t* limit = nullptr;
  stream<std::uint32_t> arguments;
  stream<statement> statements;
  stream<T> partials;
  stream<T> values;  // value i, counted from 1, is at i; its cursor is not used

  [[gnu::always_inline]] bool is_full() const noexcept { return arguments.cursor >= limit; }

  [[nodiscard]] static constexpr std::uint32_t index(std::uint64_t id) noexcept {
    return static_cast<std::uint32_t>(id) & static_cast<std::uint32_t>(sole_bit - 1);
  }
  [[nodiscard]] std::size_t value_count() const noexcept { return static_cast<std::uint32_t>(newest); }

  /// An id's word as an argument; the bit above the index falls off.
  [[nodiscard]] static constexpr std::uint32_t argument_of(std::uint64_t id, std::uint32_t tag) noexcept {
    return static_cast<std::uint32_t>(id) << word::tag_bits | tag;
  }
  [[gnu::always_inline]] void write_argument(std::uint64_t id, std::uint32_t tag) noexcept {
    *arguments.cursor++ = argument_of(id, tag);
  }
  [[gnu::always_inline]] void write_partial(const T& partial) noexcept { new (partials.cursor++) T(partial); }

  /// Ends a row, which makes a value; gives its id.
  [[gnu::always_inline]] std::uint64_t close(std::uint32_t shape, const T& value) noexcept {
    *statements.cursor++ = {static_cast<std::uint16_t>(shape)};
    const std::uint64_t id = ++newest;
    new (values.begin() + static_cast<std::uint32_t>(id)) T(value);
    return id | result_bits;
  }

  [[gnu::always_inline]] statement& last() noexcept { return statements.cursor[-1]; }

  /// The newest row made this value, nothing else knows it, and it has room for the arguments of a further
  /// operation.
  [[gnu::always_inline]] bool can_fold(std::uint64_t id) noexcept {
    return id == (newest | sole_bit) && last().low_byte() <= statement::most_arguments - most_operands;
  }
  /// The same, and scaling its partials costs less than another row would.
  [[gnu::always_inline]] bool can_scale(std::uint64_t id) noexcept {
    return id == (newest | sole_bit) && last().low_byte() <= most_scaled;
  }

  /// Gives a value that nothing but one variable knows another number.
  [[gnu::always_inline]] void revalue(std::uint64_t id, const T& value) noexcept { new (values.begin() + index(id)) T(value); }

  /// Appends an argument to the newest row.
  [[gnu::always_inline]] void append(std::uint64_t id, std::uint32_t tag) noexcept {
    write_argument(id, tag);
    add_to_shape(statement::argument);
  }
  [[gnu::always_inline]] void append(std::uint64_t id, const T& partial) noexcept {
    write_argument(id, word::stored);
    write_partial(partial);
    add_to_shape(statement::argument + statement::partial);
  }

  /// Multiplies the partials of the newest row by an outer partial. Where that is exactly zero they become
  /// zero whatever they are, as a sweep that meets a zero adjoint goes no further.
  [[gnu::always_inline]] void scale(const T& outer) {
    if (last().shape == statement::argument + statement::partial)
      partials.cursor[-1] = masked_product(partials.cursor[-1], outer);
    else
      scale_row(outer);
  }

  /// Changes the sign of the partials of the newest row.
  [[gnu::always_inline]] void negate() {
    if (last().shape == statement::argument + statement::partial)
      partials.cursor[-1] = -partials.cursor[-1];
    else
      negate_row();
  }

  /// The row before the newest one made the value before the newest, and the arguments of both fit in one.
  [[gnu::always_inline]] bool can_join() noexcept {
    return statements.cursor[-2].low_byte() + last().low_byte() <= statement::most_arguments;
  }
  /// Makes one row of the last two, whose arguments are next to each other already.
  [[gnu::always_inline]] void join() noexcept {
    const std::uint32_t high = last().shape;
    --statements.cursor;
    --newest;
    add_to_shape(high & ~statement::product);
    last().shape = static_cast<std::uint16_t>(last().shape | (high & statement::product));
  }

  /// Makes of the newest row an increment of an earlier value.
  [[gnu::always_inline]] void make_increment(std::uint64_t id) noexcept {
    write_argument(id, word::stored);
    statement& s = last();
    s.shape = static_cast<std::uint16_t>((s.shape + statement::argument) | statement::increment);
    --newest;
  }

  /// Ends a row of one argument as an increment of an earlier value.
  [[gnu::always_inline]] void write_increment(std::uint64_t id) noexcept {
    write_argument(id, word::stored);
    *statements.cursor++ = {static_cast<std::uint16_t>(2 * statement::argument | statement::increment)};
  }

  [[nodiscard]] mark here() const noexcept {
    return {statements.size(), value_count(), arguments.size(), partials.size()};
  }
  void go_back(const mark& m) noexcept {
    statements.resize_down(m.statements);
    arguments.resize_down(m.arguments);
    partials.resize_down(m.partials);
  }

  /// Room for a row of so many arguments. The streams of statements, values and partials always have at least
  /// as much room as that of arguments, so that the recording of an operation asks one question.
  void make_room(std::size_t count) {
    const std::size_t wanted = count + 1 + most_operands;
    if ((arguments.room() < wanted || statements.room() <= arguments.room()) &&
        value_count() + 2 * arguments.capacity() > most_values)
      throw tape_error("dad: a recording holds at most " + std::to_string(most_values) + " values");
    arguments.reserve_room(wanted);
    partials.reserve_room(arguments.room());
    // As many values as statements, and none at 0.
    if (values.begin() != nullptr) values.cursor = values.begin() + value_count() + 1;
    values.reserve_room(statements.capacity_for(arguments.room() + 1) + 1 - value_count());
    if (values.size() == 0) new (values.cursor++) T(0);
    statements.reserve_room(arguments.room() + 1);
  }
  [[nodiscard]] const std::uint32_t* end_of_room() const noexcept {
    return arguments.cursor + (arguments.room() > most_operands ? arguments.room() - most_operands : 0);
  }

  [[nodiscard]] std::size_t bytes() const noexcept {
    return statements.capacity() * sizeof(statement) + arguments.capacity() * sizeof(std::uint32_t) +
           (partials.capacity() + values.capacity()) * sizeof(T);
  }

  void sweep(const mark& first, const mark& last, T* adjoints) const {
    detail::sweep<T>({statements.begin(), arguments.begin(), partials.begin(), values.begin()}, first, last,
                     adjoints);
  }

 private:
  static constexpr std::uint32_t most_scaled = 8;

  [[gnu::always_inline]] void add_to_shape(std::uint32_t shape) noexcept {
    last().shape = static_cast<std::uint16_t>(last().shape + shape);
  }

  // Every argument gets a stored partial. From the last one on, because partials move up.
  [[gnu::noinline]] void scale_row(const T& outer) {
    const std::uint32_t count = last().arguments();
    std::uint32_t* const a = arguments.cursor - count;
    T* const begin = partials.cursor - last().partials();
    if (count == last().partials()) {
      for (std::uint32_t k = 0; k < count; ++k) begin[k] = masked_product(begin[k], outer);
      return;
    }
    const T* stored = partials.cursor;
    for (std::uint32_t k = count; k-- > 0;) {
      if (word::tag(a[k]) == word::stored) {
        new (begin + k) T(masked_product(*--stored, outer));
      } else {
        const T s = signed_adjoint(a[k], outer);
        if (k > 0 && word::tag(a[k - 1]) == word::factor) {
          const T x = values.begin()[word::index(a[k - 1])], y = values.begin()[word::index(a[k])];
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
    last().shape = static_cast<std::uint16_t>(count * (statement::argument + statement::partial));
  }

  [[gnu::noinline]] void negate_row() {
    for (T* p = partials.cursor - last().partials(); p != partials.cursor; ++p) *p = -*p;
    std::uint32_t* a = arguments.cursor - last().arguments();
    for (; a != arguments.cursor; ++a) {
      if (word::tag(*a) == word::factor) ++a;  // the sign of a product is its second factor's tag
      if (word::tag(*a) != word::stored) *a ^= word::tag_mask;
    }
  }
};

}  // namespace dad::detail
