// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// The reverse sweep over the rows of a recording.

#pragma once

#include <cstddef>
#include <cstdint>

#include <dad/core/prefetch.hpp>
#include <dad/reverse/elementwise_words.hpp>
#include <dad/reverse/propagation.hpp>
#include <dad/reverse/statement.hpp>

namespace dad::detail {

/// The streams of a recording, as a sweep reads them.
template <class T>
struct streams_view {
  const std::uint32_t* words;
  const T* partials;
  const T* values;  // value i, counted from 1, is at i, if it is a factor of a product
  // Where there are elementwise rows: what sweeps one, given where its partials end, and gives where they
  // begin. A pointer, so that only programs that write such rows compile it.
  const T* (*sweep_elementwise)(std::uint32_t row, const std::uint32_t* words, const T* partial, T* adjoints);
};

/// A run of rows y_j += a_j x, which loops over matrices leave: a factor that stays the same has its adjoint
/// in a register, where memory would make each row wait for the one before. Takes at least one row.
template <class T>
const std::uint32_t* sweep_multiples(const std::uint32_t* word, const std::uint32_t* first, const T* values,
                                     T* adjoints) {
  constexpr std::uint32_t row = row_word::one_added_product;
  constexpr auto index = argument_word::index;
  std::uint32_t kept = index(word[-3]);
  T sum = adjoints[kept], factor = values[kept];
  do {
    const std::uint32_t a = index(word[-4]), b = index(word[-3]), target = index(word[-2]);
    if (b != kept || a == kept || target == kept) [[unlikely]] {
      adjoints[kept] = sum;
      const T seed = signed_adjoint(word[-3], T(adjoints[target]));
      if (!is_zero(seed)) {
        const T x = values[a], y = values[b];
        add_nonzero_product(adjoints[a], y, seed);
        add_nonzero_product(adjoints[b], x, seed);
      }
      kept = b;
      sum = adjoints[kept];
      factor = values[kept];
    } else {
      const T seed = signed_adjoint(word[-3], T(adjoints[target]));
      if (!is_zero(seed)) [[likely]] {
        add_nonzero_product(adjoints[a], factor, seed);
        add_nonzero_product(sum, values[a], seed);
      }
    }
    word -= 4;
  } while (word != first && word[-1] == row);
  adjoints[kept] = sum;
  return word;
}

/// An increment whose row ends at `word` and its partials at `partial`; gives the row's first word.
template <class T>
const std::uint32_t* sweep_increment(std::uint32_t row, const std::uint32_t* word, const T* partial,
                                     const T* values, T* adjoints) {
  const T adjoint = adjoints[argument_word::index(word[-1])];
  word -= row_word::arguments(row);
  if (!is_zero(adjoint))
    propagate_row(row, row_word::arguments(row) - 1, word, partial - row_word::partials(row), values,
                  adjoints, adjoint);
  return word;
}

/// Propagates adjoints from the rows before `last` down to those after `first`; the adjoint of value i,
/// counted from 1, is at adjoints[i]. What a callback between two rows does comes between two sweeps. The
/// rows of most operations are written out.
template <class T>
void sweep(const streams_view<T>& streams, const mark& first, const mark& last, T* adjoints) {
  constexpr std::uint32_t arguments = row_word::argument;
  const T* const values = streams.values;
  const std::uint32_t* word = streams.words + last.words;
  const std::uint32_t* const end = streams.words + first.words;
  const T* partial = streams.partials + last.partials;
  const T* value_adjoint = adjoints + last.values;
  const auto target = [adjoints](std::uint32_t a) -> T& { return adjoints[argument_word::index(a)]; };
  const auto multiply = [&](std::uint32_t a, std::uint32_t b, const T& adjoint) {
    const T seed = signed_adjoint(b, adjoint);
    const T x = values[argument_word::index(a)], y = values[argument_word::index(b)];
    add_nonzero_product(target(a), y, seed);
    add_nonzero_product(target(b), x, seed);
  };
  while (word != end) {
    prefetch(word, -1024);
    prefetch(partial, -1024);
    const std::uint32_t row = *--word;
    if (row_word::is_increment(row)) {
      if (row == row_word::one_added_product) {
        if (word - 3 != end && word[-4] == row) {
          word = sweep_multiples(word + 1, end, values, adjoints);
        } else {
          word -= 3;
          const T adjoint = target(word[2]);
          if (!is_zero(adjoint)) multiply(word[0], word[1], adjoint);
        }
      } else if (row == row_word::one_added_value) {
        word -= 2;
        const T adjoint = target(word[1]);
        if (!is_zero(adjoint)) target(word[0]) += signed_adjoint(word[0], adjoint);
      } else if (row_word::is_elementwise(row)) {
        word -= row_word::arguments(row);
        partial = streams.sweep_elementwise(row, word, partial, adjoints);
        value_adjoint -= elementwise_row(row, word).size();
      } else {
        word = sweep_increment(row, word, partial, values, adjoints);
        partial -= row_word::partials(row);
      }
      continue;
    }
    passed<T> adjoint = *value_adjoint--;
    if (is_zero(adjoint)) [[unlikely]] {
      word -= row_word::arguments(row);
      partial -= row_word::partials(row);
      continue;
    }
    switch (row) {
      case 0:  // an input
        break;
      case row_word::one_product:
        word -= 2;
        multiply(word[0], word[1], adjoint);
        break;
      case row_word::product | 3 * arguments:
        word -= 3;
        if (argument_word::tag(word[0]) == argument_word::factor) {
          multiply(word[0], word[1], adjoint);
          target(word[2]) += signed_adjoint(word[2], adjoint);
        } else {
          target(word[0]) += signed_adjoint(word[0], adjoint);
          multiply(word[1], word[2], adjoint);
        }
        break;
      case row_word::product | 4 * arguments:
        word -= 4;
        if (argument_word::tag(word[0]) == argument_word::factor &&
            argument_word::tag(word[2]) == argument_word::factor) {
          multiply(word[0], word[1], adjoint);
          multiply(word[2], word[3], adjoint);
        } else {
          propagate(word, word + 4, partial, values, adjoints, adjoint);
        }
        break;
      case row_word::stored_argument:
        word -= 1;
        partial -= 1;
        add_nonzero_product(target(word[0]), partial[0], adjoint);
        break;
      case 2 * row_word::stored_argument:
        word -= 2;
        partial -= 2;
        add_nonzero_product(target(word[0]), partial[0], adjoint);
        add_nonzero_product(target(word[1]), partial[1], adjoint);
        break;
      case 3 * row_word::stored_argument:
        word -= 3;
        partial -= 3;
        add_nonzero_product(target(word[0]), partial[0], adjoint);
        add_nonzero_product(target(word[1]), partial[1], adjoint);
        add_nonzero_product(target(word[2]), partial[2], adjoint);
        break;
      case 4 * row_word::stored_argument:
      case 5 * row_word::stored_argument:
        for (std::uint32_t k = row_word::arguments(row); k > 2; --k)
          add_nonzero_product(target(*--word), *--partial, adjoint);
        word -= 2;
        partial -= 2;
        add_nonzero_product(target(word[0]), partial[0], adjoint);
        add_nonzero_product(target(word[1]), partial[1], adjoint);
        break;
      case 2 * arguments:
        word -= 2;
        target(word[0]) += signed_adjoint(word[0], adjoint);
        target(word[1]) += signed_adjoint(word[1], adjoint);
        break;
      case arguments:
        word -= 1;
        target(word[0]) += signed_adjoint(word[0], adjoint);
        break;
      default: {
        word -= row_word::arguments(row);
        partial -= row_word::partials(row);
        propagate_row(row, row_word::arguments(row), word, partial, values, adjoints, adjoint);
      }
    }
  }
}

}  // namespace dad::detail
