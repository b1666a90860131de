// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// The words in which a recording is written down.

#pragma once

#include <cstddef>
#include <cstdint>

namespace dad::detail {

/// An argument of a statement is one word: the index of an earlier value, and in its lowest bits what its
/// partial is. A factor and the argument after it are multiplied: the value of each is the partial of the
/// other, and the second one's tag is the product's sign. So a product of two values stores no partial.
struct argument_word {
  static constexpr std::uint32_t tag_bits = 2;
  static constexpr std::uint32_t tag_mask = 3;
  static constexpr std::uint32_t stored = 0;
  static constexpr std::uint32_t plus_one = 1;
  static constexpr std::uint32_t minus_one = 2;
  static constexpr std::uint32_t factor = 3;

  static constexpr std::uint32_t tag(std::uint32_t word) { return word & tag_mask; }
  static constexpr std::uint32_t index(std::uint32_t word) { return word >> tag_bits; }
  /// The same argument with a stored partial.
  static constexpr std::uint32_t as_stored(std::uint32_t word) { return word & ~tag_mask; }
};

/// A statement is its arguments and then this word, so that a sweep reads it from its end: the numbers of
/// arguments and of stored partials, and two marks. It makes the next value, or it is an increment of an
/// earlier one, which its last argument names: nothing knows that value but the variable that is added to, so
/// the value before and the value after have one adjoint. An input has no arguments.
///
/// The arguments of a row of ranges are read by range_arguments. A row of pairs is ordinary, and all of its
/// arguments are factors whose products are added. An elementwise row stands for many, see elementwise_row.
struct row_word {
  static constexpr std::uint32_t most_arguments = 126;  // and one more in an increment
  static constexpr std::uint32_t argument = 0x0001;
  static constexpr std::uint32_t increment = 0x0080;
  static constexpr std::uint32_t partial = 0x0100;
  static constexpr std::uint32_t product = 0x8000;  // some argument is a factor
  static constexpr std::uint32_t ranges = 0x10000;
  static constexpr std::uint32_t pairs = 0x20000;
  static constexpr std::uint32_t elementwise = 0x40000;
  static constexpr std::uint32_t stored_argument = argument + partial;
  static constexpr std::uint32_t one_product = product | 2 * argument;
  static constexpr std::uint32_t one_added_product = product | increment | 3 * argument;
  static constexpr std::uint32_t one_added_value = increment | 2 * argument;
  static constexpr std::uint32_t strided_arguments = ranges | 2 * argument;  // and partials
  static constexpr std::uint32_t strided_product = ranges | product | 5 * argument;

  static constexpr std::uint32_t arguments(std::uint32_t word) { return word & 127u; }
  static constexpr std::uint32_t partials(std::uint32_t word) { return word >> 8 & 127u; }
  /// An increment that has room for the arguments of a small expression.
  static constexpr bool can_grow_increment(std::uint32_t word) {
    return (word & increment) != 0 && arguments(word) <= most_arguments / 2;
  }
  static constexpr bool is_increment(std::uint32_t word) { return (word & increment) != 0; }
  static constexpr bool is_product(std::uint32_t word) { return (word & product) != 0; }
  /// Of a function of whole ranges: it has ranges, or only pairs.
  static constexpr bool is_of_ranges(std::uint32_t word) { return word > 0xffff; }
  static constexpr bool has_ranges(std::uint32_t word) { return (word & ranges) != 0; }
  static constexpr bool has_only_pairs(std::uint32_t word) { return (word & pairs) != 0; }
  static constexpr bool is_elementwise(std::uint32_t word) { return (word & elementwise) != 0; }
  /// The number of arguments, and more than any number of them for an increment.
  static constexpr std::uint32_t low_byte(std::uint32_t word) { return word & 255u; }
};

/// A place in a recording: how much of each stream comes before it.
struct mark {
  std::size_t words = 0;
  std::size_t partials = 0;
  std::size_t values = 0;
};

}  // namespace dad::detail
