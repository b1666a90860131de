// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// A mark for each lane, which the first condition that holds there sets.

#pragma once

#include <cstddef>
#include <cstdint>

#include <dad/lanes/pack.hpp>

namespace dad::detail {

inline constexpr std::uint32_t no_mark = ~std::uint32_t{0};

/// Marks those of lane_count lanes that have no mark and in which c holds. Gives their number.
inline std::size_t mark_lanes(std::uint32_t* marks, const pack::condition& c, std::uint32_t mark) {
#if DAD_LANE_COUNT > 1
  typedef std::uint32_t native_marks __attribute__((vector_size(4 * DAD_LANE_COUNT)));
  native_marks old;
  __builtin_memcpy(&old, marks, sizeof old);
  const auto is_free = pack::condition::of(__builtin_convertvector(old == no_mark, native_mask));
  const pack::condition is_marked = both(c, is_free);
  const auto where = __builtin_convertvector(is_marked.native(), native_marks);
  const native_marks now = where != 0 ? native_marks{} + mark : old;
  __builtin_memcpy(marks, &now, sizeof now);
  return static_cast<std::size_t>(__builtin_popcount(bits(is_marked)));
#else
  if (!any(c) || *marks != no_mark) return 0;
  *marks = mark;
  return 1;
#endif
}

}  // namespace dad::detail
