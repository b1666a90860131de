// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// How the adjoint of one row goes to its arguments.

#pragma once

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

/// Propagates the adjoint of one row to its arguments, by the tags.
template <class T>
void propagate(const std::uint32_t* argument, const std::uint32_t* last, const T* partial, const T* values,
               T* adjoints, passed<T> adjoint) {
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
void add_products(const std::uint32_t* word, std::uint32_t count, const T* partial, T* adjoints,
                  passed<T> adjoint) {
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
                                        const T* partials, const T* values, T* adjoints, passed<T> adjoint) {
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
                   const T* values, T* adjoints, passed<T> adjoint) {
  if (row_word::is_of_ranges(row))
    return propagate_ranges(row, count, word, partial, values, adjoints, adjoint);
  if (count == row_word::partials(row))
    add_products(word, count, partial, adjoints, adjoint);
  else
    propagate(word, word + count, partial, values, adjoints, adjoint);
}

}  // namespace dad::detail
