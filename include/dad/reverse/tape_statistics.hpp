// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// What a recording holds, counted.

#pragma once

#include <cstddef>
#include <cstdint>

#include <dad/core/error.hpp>
#include <dad/reverse/elementwise_words.hpp>
#include <dad/reverse/recorder.hpp>

namespace dad::detail {

/// See tape::statistics.
struct tape_statistics {
  std::size_t inputs, statements, values, arguments, partials, bytes, deferred;
};

struct row_counts {
  std::size_t rows = 0, arguments = 0;
};

/// Of what is between two places, by going through it.
template <class T>
row_counts count_rows(const rows<T>& recorded, std::size_t first_word, std::size_t last_word) noexcept {
  row_counts n;
  const std::uint32_t* const first = recorded.words.begin() + first_word;
  for (const std::uint32_t* w = recorded.words.begin() + last_word; w != first;) {
    const std::uint32_t row = *--w;
    w -= row_word::arguments(row);
    if (row_word::is_elementwise(row)) {
      const elementwise_row results(row, w);
      n.rows += results.size();
      n.arguments += std::size_t{results.size()} * results.operands();
      continue;
    }
    ++n.rows;
    n.arguments += row_word::is_increment(row);
    rows<T>::for_each_index(row, w, w + row_word::arguments(row) - row_word::is_increment(row),
                            [&](std::uint32_t) { ++n.arguments; });
  }
  return n;
}

/// Of the whole recording, in which `bytes` of memory are kept.
template <class T>
tape_statistics statistics_of(const tape_recorder<T>& r, std::size_t bytes) {
  const auto deferred = r.deferred.between(0, r.rows.value_count());
  tape_statistics s{};
  s.inputs = r.input_count;
  const auto counts = count_rows(r.rows, 0, r.rows.words.size());
  s.statements = counts.rows;
  s.values = r.rows.value_count();
  s.arguments = counts.arguments;
  s.partials = r.rows.partials.size();
  s.bytes = bytes;
  s.deferred = deferred.count;
  return s;
}

/// Of what was recorded between two places of it. Throws tape_error unless they are in order.
template <class T>
tape_statistics statistics_between(const tape_recorder<T>& r, const tape_position& from,
                                   const tape_position& to) {
  const mark &first = from.at, &last = to.at;
  if (first.words > last.words)
    raise<tape_error>("dad: statistics got a second position that is before the first");
  const std::size_t words = last.words - first.words;
  const auto deferred = r.deferred.between(first.values, last.values);
  tape_statistics s{};
  s.inputs = to.inputs - from.inputs;
  const auto counts = count_rows(r.rows, first.words, last.words);
  s.statements = counts.rows;
  s.values = last.values - first.values;
  s.arguments = counts.arguments;
  s.partials = last.partials - first.partials;
  s.bytes = words * sizeof(std::uint32_t) + s.partials * sizeof(T) + deferred.bytes;
  s.deferred = deferred.count;
  return s;
}

}  // namespace dad::detail
