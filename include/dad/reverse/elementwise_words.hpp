// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// Rows that stand for many results of one function, as they are written and read.

#pragma once

#include <cstddef>
#include <cstdint>

#include <dad/reverse/range_words.hpp>
#include <dad/reverse/statement.hpp>

namespace dad::detail {

/// Many results y[i] = f(a[i], b[i], ...) with one row. Its words are, for each operand, the first value and
/// the distance (0 where it is one value for all i), and whether its partials are stored for every i or one
/// for all; the number of results; and, as in an increment, the first of them. Partials are stored operand by
/// operand, in whatever order they were written.
class elementwise_row {
 public:
  static constexpr std::uint32_t partial_for_each = argument_word::stored;
  static constexpr std::uint32_t one_partial = argument_word::plus_one;

  /// From the word that ends the row, and the words before it.
  constexpr elementwise_row(std::uint32_t row, const std::uint32_t* first)
      : words_(first), operands_(operand_count(row)) {}

  static constexpr std::uint32_t word_for(std::uint32_t operands) {
    return row_word::elementwise | row_word::increment | (2 * operands + 2) * row_word::argument;
  }
  static constexpr std::uint32_t most_operands = (row_word::most_arguments - 2) / 2;

  [[nodiscard]] constexpr std::uint32_t operands() const { return operands_; }
  [[nodiscard]] constexpr std::uint32_t size() const { return words_[2 * operands_]; }
  [[nodiscard]] constexpr std::uint32_t first_result() const {
    return argument_word::index(words_[2 * operands_ + 1]);
  }

  [[nodiscard]] constexpr value_range range(std::uint32_t k) const { return value_range::of(words_ + 2 * k); }
  [[nodiscard]] constexpr bool has_one_partial(std::uint32_t k) const {
    return argument_word::tag(words_[2 * k]) == one_partial;
  }
  [[nodiscard]] constexpr std::size_t partials_of(std::uint32_t k) const {
    return has_one_partial(k) ? 1 : size();
  }
  [[nodiscard]] constexpr std::size_t partial_count() const {
    std::size_t count = 0;
    for (std::uint32_t k = 0; k < operands_; ++k) count += partials_of(k);
    return count;
  }

  /// each(index, partial) for the arguments of result i.
  template <class T, class Each>
  constexpr void for_each(std::uint32_t i, const T* partials, Each&& each) const {
    for (std::uint32_t k = 0; k < operands_; partials += partials_of(k), ++k)
      each(range(k)[i], partials[has_one_partial(k) ? 0 : i]);
  }
  /// visit(index) for the arguments of all results.
  template <class Visit>
  constexpr void for_each_index(Visit&& visit) const {
    for (std::uint32_t k = 0; k < operands_; ++k)
      for (std::uint32_t i = 0; i < size(); ++i) visit(range(k)[i]);
  }

 private:
  static constexpr std::uint32_t operand_count(std::uint32_t row) {
    return (row_word::arguments(row) - 2) / 2;
  }

  const std::uint32_t* words_;
  std::uint32_t operands_;
};

}  // namespace dad::detail
