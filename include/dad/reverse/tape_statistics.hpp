// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// What a recording holds, counted.

#pragma once

#include <cstddef>
#include <cstdint>

#include <dad/core/error.hpp>
#include <dad/reverse/recorder.hpp>

namespace dad::detail {

/// See tape::statistics.
struct tape_statistics {
  std::size_t inputs, statements, values, arguments, partials, bytes, deferred;
};

/// Of the whole recording, in which `bytes` of memory are kept.
template <class T>
tape_statistics statistics_of(const tape_recorder<T>& r, std::size_t bytes) {
  const auto deferred = r.deferred.between(0, r.rows.value_count());
  tape_statistics s{};
  s.inputs = r.input_count;
  const auto counts = r.rows.count(0, r.rows.words.size());
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
  const auto counts = r.rows.count(first.words, last.words);
  s.statements = counts.rows;
  s.values = last.values - first.values;
  s.arguments = counts.arguments;
  s.partials = last.partials - first.partials;
  s.bytes = words * sizeof(std::uint32_t) + s.partials * sizeof(T) + deferred.bytes;
  s.deferred = deferred.count;
  return s;
}

}  // namespace dad::detail
