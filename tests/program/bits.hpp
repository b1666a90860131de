// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// Numbers compared by their bits.

#pragma once

#include <cstddef>
#include <cstring>
#include <vector>

namespace test {

/// The same bits; any NaN is like any other.
inline bool same_bits(double a, double b) { return std::memcmp(&a, &b, sizeof a) == 0 || (a != a && b != b); }

inline bool same_bits(const std::vector<double>& a, const std::vector<double>& b) {
  if (a.size() != b.size()) return false;
  for (std::size_t i = 0; i < a.size(); ++i)
    if (!same_bits(a[i], b[i])) return false;
  return true;
}

}  // namespace test
