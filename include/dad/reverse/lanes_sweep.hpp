// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// The reverse sweep for several seeds at once: one lane of adjoints for each.

#pragma once

#include <cstddef>
#include <cstdint>

#include <dad/reverse/statement.hpp>
#include <dad/reverse/sweep.hpp>

namespace dad::detail {

/// target += partial * adjoint, lane by lane. A lane whose adjoint is exactly zero stays as it is, whatever
/// the partial, as in a sweep of its own. Written for compilers to make one vector operation of.
template <std::size_t N, class T>
[[gnu::always_inline]] inline void add_lanes(T* target, const T& partial, const T* adjoint) {
  for (std::size_t k = 0; k < N; ++k) target[k] += adjoint[k] == T(0) ? T(0) : partial * adjoint[k];
}

/// As sweep(), where N adjoints of value i, counted from 1, are from adjoints[N * i] on.
template <std::size_t N, class T>
void sweep_lanes(const streams_view<T>& streams, const mark& first, const mark& last, T* adjoints) {
  const T* const values = streams.values;
  const std::uint32_t* word = streams.words + last.words;
  const std::uint32_t* const end = streams.words + first.words;
  const T* partial = streams.partials + last.partials;
  const T* value_adjoint = adjoints + N * last.values;
  const auto target = [adjoints](std::uint32_t a) { return adjoints + N * argument_word::index(a); };
  while (word != end) {
    const std::uint32_t row = *--word;
    if (row_word::is_elementwise(row)) {
      word -= row_word::arguments(row);
      const elementwise_row results(row, word);
      partial -= results.partial_count();
      for (std::uint32_t i = 0; i < results.size(); ++i) {
        const T* const adjoint = adjoints + N * (results.first_result() + i);
        results.for_each(i, partial, [&](std::uint32_t index, const T& p) {
          add_lanes<N>(adjoints + N * index, p, adjoint);
        });
      }
      value_adjoint -= N * results.size();
      continue;
    }
    const bool is_increment = row_word::is_increment(row);
    const T* const from = is_increment ? target(word[-1]) : value_adjoint;
    if (!is_increment) value_adjoint -= N;
    T adjoint[N];
    bool is_reached = false;
    for (std::size_t k = 0; k < N; ++k) {
      adjoint[k] = from[k];
      is_reached |= adjoint[k] != T(0);
    }
    word -= row_word::arguments(row);
    partial -= row_word::partials(row);
    if (!is_reached) continue;
    if (row_word::has_ranges(row)) {
      range_arguments(row, word).for_each(row, partial, values, [&](std::uint32_t index, const T& p) {
        add_lanes<N>(adjoints + N * index, p, adjoint);
      });
      continue;
    }
    const T* p = partial;
    const std::uint32_t* const arguments_end = word + row_word::arguments(row) - is_increment;
    for (const std::uint32_t* a = word; a != arguments_end; ++a) {
      switch (argument_word::tag(*a)) {
        case argument_word::stored:
          add_lanes<N>(target(*a), *p++, adjoint);
          break;
        case argument_word::factor: {
          const std::uint32_t x = *a, y = *++a;
          const T sign = argument_word::tag(y) == argument_word::plus_one ? T(1) : T(-1);
          add_lanes<N>(target(x), sign * values[argument_word::index(y)], adjoint);
          add_lanes<N>(target(y), sign * values[argument_word::index(x)], adjoint);
          break;
        }
        case argument_word::plus_one:
          for (std::size_t k = 0; k < N; ++k) target(*a)[k] += adjoint[k];
          break;
        default:
          for (std::size_t k = 0; k < N; ++k) target(*a)[k] -= adjoint[k];
      }
    }
  }
}

}  // namespace dad::detail
