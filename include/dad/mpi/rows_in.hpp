// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// Rows of numbers on their way: how long they are, and where each ends.

#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include <dad/batch/storage.hpp>
#include <dad/core/engine.hpp>
#include <dad/mpi/parcel.hpp>

namespace dad::mpi::detail {

/// The length of all rows, from the ends of each; or ragged.
DAD_ENGINE std::uint64_t row_length_of(const std::vector<std::size_t>& offsets);

#if DAD_DEFINES_ENGINE
DAD_ENGINE std::uint64_t row_length_of(const std::vector<std::size_t>& offsets) {
  if (offsets.size() < 2) return 0;
  for (std::size_t i = 0; i < offsets.size(); ++i)
    if (offsets[i] != i * offsets[1]) return ragged;
  return offsets[1];
}
#endif

/// Rows that have arrived: of one length, or with an end for each, counted from the first row.
struct rows_in {
  std::span<const double> numbers;
  std::uint64_t row_length = 0;
  std::span<const std::size_t> ends;

  [[nodiscard]] std::span<const double> operator[](std::size_t i) const {
    if (row_length != ragged) return numbers.subspan(i * row_length, row_length);
    const std::size_t begin = i == 0 ? 0 : ends[i - 1];
    return numbers.subspan(begin, ends[i] - begin);
  }
};

}  // namespace dad::mpi::detail
