// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// The reverse sweep over the rows of a recording.

#pragma once

#include <cstddef>
#include <cstdint>
#include <type_traits>

#include <dad/op/operation.hpp>
#include <dad/reverse/range_words.hpp>
#include <dad/reverse/statement.hpp>

namespace dad::detail {

template <class T>
void add_product(T& target, const T& partial, const T& adjoint) {
  if constexpr (scalar<T>)
    target += masked_product(partial, adjoint);
  else
    target += partial * adjoint;
}

/// The same for an adjoint that is known not to be zero: a real one needs no question then, for which the
/// next row would wait.
template <class T>
void add_nonzero_product(T& target, const T& partial, const T& adjoint) {
  if constexpr (std::is_floating_point_v<T>)
    target += partial * adjoint;
  else
    add_product(target, partial, adjoint);
}

/// The adjoint, or its negative where the argument's tag says so.
template <class T>
T signed_adjoint(std::uint32_t argument, const T& adjoint) {
  if constexpr (std::is_same_v<T, double>) {
    // The tag's upper bit is the sign: no branch. Rows wait for each other's adjoints, so the adjoint stays
    // in its register.
    typedef std::uint64_t bits __attribute__((vector_size(16)));
    typedef double numbers __attribute__((vector_size(16)));
    const bits sign{std::uint64_t{argument & argument_word::minus_one} << 62, 0};
    return reinterpret_cast<numbers>(reinterpret_cast<bits>(numbers{adjoint, 0.0}) ^ sign)[0];
  } else if (argument_word::tag(argument) == argument_word::plus_one)
    return adjoint;
  else
    return -adjoint;
}

/// The streams of a recording, as a sweep reads them.
template <class T>
struct streams_view {
  const std::uint32_t* words;
  const T* partials;
  const T* values;  // value i, counted from 1, is at i, if it is a factor of a product
};

/// Propagates the adjoint of one row to its arguments, by the tags.
template <class T>
void propagate(const std::uint32_t* argument, const std::uint32_t* last, const T* partial, const T* values,
               T* adjoints, T adjoint) {
  for (; argument != last; ++argument) {
    const std::uint32_t a = *argument, index = argument_word::index(a);
    if (argument_word::tag(a) == argument_word::stored) {
      add_nonzero_product(adjoints[index], *partial++, adjoint);
    } else if (argument_word::tag(a) == argument_word::factor) {
      const std::uint32_t b = *++argument, other = argument_word::index(b);
      const T s = signed_adjoint(b, adjoint);
      add_nonzero_product(adjoints[index], values[other], s);
      add_nonzero_product(adjoints[other], values[index], s);
    } else {
      adjoints[index] += signed_adjoint(a, adjoint);
    }
  }
}

/// The same for a row whose arguments all have partials. Where every second one is the same, as in a sum of
/// exp(x_i - x_0), memory would make each addition to its adjoint wait for the one before.
template <class T>
void add_products(const std::uint32_t* word, std::uint32_t count, const T* partial, T* adjoints, T adjoint) {
  const auto target = [adjoints](std::uint32_t a) -> T& { return adjoints[argument_word::index(a)]; };
  std::uint32_t k = 0;
  if (count >= 6 && word[1] == word[3] && word[3] == word[5]) {
    const std::uint32_t kept = word[1];
    T sum(0);
    for (; k + 1 < count && word[k + 1] == kept; k += 2) {
      add_nonzero_product(target(word[k]), partial[k], adjoint);
      add_nonzero_product(sum, partial[k + 1], adjoint);
    }
    target(kept) += sum;
  }
  for (; k < count; ++k) add_nonzero_product(target(word[k]), partial[k], adjoint);
}

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

/// The same for a row of pairs.
template <class T>
void propagate_pairs(const std::uint32_t* word, std::uint32_t count, const T* values, T* adjoints,
                     const T& adjoint) {
  for (const std::uint32_t* const last = word + count; word != last; word += 2) {
    const std::uint32_t x = argument_word::index(word[0]), y = argument_word::index(word[1]);
    const T of_x = values[x], of_y = values[y];
    add_nonzero_product(adjoints[x], of_y, adjoint);
    add_nonzero_product(adjoints[y], of_x, adjoint);
  }
}

/// The same for a row of a function of whole ranges.
template <class T>
[[gnu::noinline]] void propagate_ranges(std::uint32_t row, std::uint32_t count, const std::uint32_t* word,
                                        const T* partials, const T* values, T* adjoints, T adjoint) {
  if (row_word::has_only_pairs(row)) return propagate_pairs(word, count, values, adjoints, adjoint);
  const range_arguments a(row, word);
  const auto add = [&](value_range to, const T* from, value_range at) {
    T* const target = adjoints + to.first;
    const T* const partial = from + at.first;
    if (to.step == 1 && at.step == 1)
      for (std::uint32_t k = 0; k < a.count; ++k) add_nonzero_product(target[k], partial[k], adjoint);
    else
      for (std::uint32_t k = 0; k < a.count; ++k) add_nonzero_product(adjoints[to[k]], from[at[k]], adjoint);
  };
  if (!row_word::is_product(row)) return add(a.range, partials, {0, 1});
  add(a.range, values, a.other);
  add(a.other, values, a.range);
}

/// Propagates the adjoint of any row of so many arguments.
template <class T>
void propagate_row(std::uint32_t row, std::uint32_t count, const std::uint32_t* word, const T* partial,
                   const T* values, T* adjoints, T adjoint) {
  if (row_word::is_of_ranges(row))
    return propagate_ranges(row, count, word, partial, values, adjoints, adjoint);
  if (count == row_word::partials(row))
    add_products(word, count, partial, adjoints, adjoint);
  else
    propagate(word, word + count, partial, values, adjoints, adjoint);
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
      } else {
        word = sweep_increment(row, word, partial, values, adjoints);
        partial -= row_word::partials(row);
      }
      continue;
    }
    const T adjoint = *value_adjoint--;
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
