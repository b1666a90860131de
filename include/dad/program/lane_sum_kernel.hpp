// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// Sums over the lanes of a block, in an order that the number of lanes alone decides.

#pragma once

#include <cstddef>

#include <dad/lanes/transpose.hpp>
#include <dad/program/instruction.hpp>

namespace dad::detail {

/// The packs of one sum added up, lane by lane; lanes that are copies of others count as zero.
template <class...>
inline pack sum_of_packs(const lane_sum& s, const block& b) {
  const pack* x = b.memory + s.a;
  const pack* y = b.memory + s.b;
  const std::size_t full = b.lane_total / lane_count;
  const auto rest = static_cast<unsigned>(b.lane_total % lane_count);
  pack sum(0.0);
  if (s.is_product) {
    for (std::size_t k = 0; k < full; ++k) sum = sum + x[k * s.step_a] * y[k * s.step_b];
    if (rest != 0)
      sum = sum +
            select(pack::condition::first_lanes(rest), x[full * s.step_a] * y[full * s.step_b], pack(0.0));
  } else {
    for (std::size_t k = 0; k < full; ++k) sum = sum + x[k * s.step_a];
    if (rest != 0) sum = sum + select(pack::condition::first_lanes(rest), x[full * s.step_a], pack(0.0));
  }
  return sum;
}

/// from[0], from[1]: the first of its sums and their number.
template <class...>
void run_lane_sums(const instruction& i, block& b) {
  const lane_sum* s = b.lane_sums + i.from[0];
  const lane_sum* const end = s + i.from[1];
  while (s != end) {
    const auto left = static_cast<std::size_t>(end - s);
    const std::size_t count = left < lane_count ? left : lane_count;
    pack packs[lane_count];
    for (std::size_t k = 0; k < count; ++k) packs[k] = sum_of_packs(s[k], b);
    for (std::size_t k = count; k < lane_count; ++k) packs[k] = pack(0.0);
    const pack sums = sums_of(packs);
    for (std::size_t k = 0; k < count; ++k) {
      double& total = b.totals[s[k].target];
      total = s[k].is_negative ? total - sums[static_cast<int>(k)] : total + sums[static_cast<int>(k)];
    }
    s += count;
  }
}

}  // namespace dad::detail
