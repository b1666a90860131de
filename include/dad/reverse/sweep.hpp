// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// The reverse sweep over the rows of a recording.

#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <type_traits>

#include <dad/op/operation.hpp>
#include <dad/reverse/statement.hpp>

namespace dad::detail {

template <class T>
void add_product(T& target, const T& partial, const T& adjoint) {
  if constexpr (scalar<T>)
    target += masked_product(partial, adjoint);
  else
    target += partial * adjoint;
}

/// The adjoint, or its negative where the argument's tag says so.
template <class T>
T signed_adjoint(std::uint32_t argument, const T& adjoint) {
  if constexpr (std::is_same_v<T, double>)  // the tag's upper bit is the sign: no branch
    return std::bit_cast<double>(std::bit_cast<std::uint64_t>(adjoint) ^
                                 std::uint64_t{argument & argument_word::minus_one} << 62);
  else if (argument_word::tag(argument) == argument_word::plus_one)
    return adjoint;
  else
    return -adjoint;
}

/// The streams of a recording, as a sweep reads them.
template <class T>
struct streams_view {
  const statement* statements;
  const std::uint32_t* arguments;
  const T* partials;
  const T* values;  // value i, counted from 1, is at i
};

/// Propagates the adjoint of one row to its arguments, by the tags.
template <class T>
void propagate(const std::uint32_t* argument, const std::uint32_t* last, const T* partial, const T* values,
               T* adjoints, const T& adjoint) {
  for (; argument != last; ++argument) {
    const std::uint32_t a = *argument, index = argument_word::index(a);
    if (argument_word::tag(a) == argument_word::stored) {
      add_product(adjoints[index], *partial++, adjoint);
    } else if (argument_word::tag(a) == argument_word::factor) {
      const std::uint32_t b = *++argument, other = argument_word::index(b);
      const T s = signed_adjoint(b, adjoint);
      add_product(adjoints[index], values[other], s);
      add_product(adjoints[other], values[index], s);
    } else {
      adjoints[index] += signed_adjoint(a, adjoint);
    }
  }
}

/// Propagates adjoints from the rows before `last` down to those after `first`; the adjoint of value i,
/// counted from 1, is at adjoints[i]. What a callback between two rows does comes between two sweeps. The
/// rows of most operations are written out.
template <class T>
void sweep(const streams_view<T>& streams, const mark& first, const mark& last, T* adjoints) {
  using s = statement;
  constexpr std::uint32_t arguments = s::argument, partials = s::partial;
  const T* const values = streams.values;
  const statement* row = streams.statements + last.statements;
  const std::uint32_t* argument = streams.arguments + last.arguments;
  const T* partial = streams.partials + last.partials;
  // Rows without arguments at the start are inputs, and need no visit.
  const std::uint32_t* const end = streams.arguments + first.arguments;
  const T* value_adjoint = adjoints + last.values;
  const auto target = [adjoints](std::uint32_t a) -> T& { return adjoints[argument_word::index(a)]; };
  while (argument != end) {
    const statement r = *--row;
    const bool is_increment = r.is_increment();
    const T adjoint = is_increment ? target(argument[-1]) : *value_adjoint;
    value_adjoint -= !is_increment;
    if (is_zero(adjoint)) [[unlikely]] {
      argument -= r.arguments();
      partial -= r.partials();
      continue;
    }
    switch (r.shape) {
      case s::product | 2 * arguments: {
        argument -= 2;
        const std::uint32_t a = argument[0], b = argument[1];
        const T seed = signed_adjoint(b, adjoint);
        const T x = values[argument_word::index(a)], y = values[argument_word::index(b)];
        add_product(target(a), y, seed);
        add_product(target(b), x, seed);
        break;
      }
      case s::product | s::increment | 3 * arguments: {
        argument -= 3;
        const std::uint32_t a = argument[0], b = argument[1];
        const T seed = signed_adjoint(b, adjoint);
        const T x = values[argument_word::index(a)], y = values[argument_word::index(b)];
        add_product(target(a), y, seed);
        add_product(target(b), x, seed);
        break;
      }
      case arguments + partials:
        argument -= 1;
        partial -= 1;
        add_product(target(argument[0]), partial[0], adjoint);
        break;
      case 2 * arguments + 2 * partials:
        argument -= 2;
        partial -= 2;
        add_product(target(argument[0]), partial[0], adjoint);
        add_product(target(argument[1]), partial[1], adjoint);
        break;
      case 2 * arguments:
        argument -= 2;
        target(argument[0]) += signed_adjoint(argument[0], adjoint);
        target(argument[1]) += signed_adjoint(argument[1], adjoint);
        break;
      case arguments:
        argument -= 1;
        target(argument[0]) += signed_adjoint(argument[0], adjoint);
        break;
      default: {
        argument -= r.arguments();
        partial -= r.partials();
        const std::uint32_t count = r.arguments() - is_increment;
        if (count == r.partials())
          for (std::uint32_t k = 0; k < count; ++k) add_product(target(argument[k]), partial[k], adjoint);
        else
          propagate(argument, argument + count, partial, values, adjoints, adjoint);
      }
    }
  }
}

}  // namespace dad::detail
