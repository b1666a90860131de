// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// Rows whose arguments are whole ranges of values, as they are written and read.

#pragma once

#include <cstdint>

#include <dad/reverse/statement.hpp>

namespace dad::detail {

/// Values at equal distances.
struct value_range {
  std::uint32_t first, step;

  /// From the word of the first and the distance.
  static constexpr value_range of(const std::uint32_t* words) {
    return {argument_word::index(words[0]), words[1]};
  }
  /// Unsigned numbers wrap: a step may be negative.
  [[nodiscard]] constexpr std::uint32_t operator[](std::uint32_t k) const { return first + k * step; }
};

/// The arguments of a row of ranges: values at equal distances, each with a stored partial, or two such
/// ranges, whose values are the partials of each other, pair by pair. Its words are the first argument and
/// the distance; of a product that of both ranges, and how many they are.
struct range_arguments {
  value_range range, other;  // the same where partials are stored
  std::uint32_t count;

  constexpr range_arguments(std::uint32_t row, const std::uint32_t* words)
      : range(value_range::of(words)),
        other(value_range::of(row_word::is_product(row) ? words + 2 : words)),
        count(row_word::is_product(row) ? words[4] : row_word::partials(row)) {}

  /// visit(index) for each.
  template <class Visit>
  constexpr void for_each(std::uint32_t row, Visit&& visit) const {
    for (std::uint32_t k = 0; k < count; ++k) visit(range[k]);
    if (row_word::is_product(row))
      for (std::uint32_t k = 0; k < count; ++k) visit(other[k]);
  }
  /// each(index, partial) for each.
  template <class T, class Each>
  constexpr void for_each(std::uint32_t row, const T* partials, const T* values, Each&& each) const {
    if (!row_word::is_product(row)) {
      for (std::uint32_t k = 0; k < count; ++k) each(range[k], partials[k]);
    } else {
      for (std::uint32_t k = 0; k < count; ++k) each(range[k], values[other[k]]);
      for (std::uint32_t k = 0; k < count; ++k) each(other[k], values[range[k]]);
    }
  }
};

}  // namespace dad::detail
