// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// The value of an operation over the lanes of a pack where no vector code is at hand: one lane after the
// other.

#pragma once

#include <dad/lanes/pack.hpp>

namespace dad::detail {

/// The operation's own value in every lane.
template <class Op, class... P>
pack lane_by_lane(const Op& op, const P&... x) {
  pack y;
  for (std::size_t l = 0; l < lane_count; ++l) y.set(l, op.value(x[l]...));
  return y;
}

// Out of line: it is rare, and would take registers from what is common. g++ would make a copy of it for its
// callers, and then could not put these in line.
#if defined(__clang__)
#define DAD_RARE [[gnu::noinline, gnu::cold]]
#else
#define DAD_RARE [[gnu::noinline, gnu::noclone, gnu::cold]]
#endif
template <class Op, class... P>
DAD_RARE pack repair(const Op& op, pack y, unsigned wrong_lanes, P... x) {
  for (std::size_t l = 0; l < lane_count; ++l)
    if ((wrong_lanes >> l & 1U) != 0) y.set(l, op.value(x[l]...));
  return y;
}

#undef DAD_RARE

/// y with the operation's own value in the lanes whose bits are set.
template <class Op, class... P>
[[gnu::always_inline]] inline pack repaired(const Op& op, const pack& y, unsigned wrong_lanes,
                                            const P&... x) {
  if (wrong_lanes == 0) [[likely]]
    return y;
  return repair(op, y, wrong_lanes, x...);
}

}  // namespace dad::detail
