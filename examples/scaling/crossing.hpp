// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// From which size on one way is faster than another.

#pragma once

#include <cmath>
#include <cstdio>
#include <limits>
#include <string>
#include <vector>

#include "../support/svg.hpp"

namespace scaling {

/// Times over sizes, both lists of (size, seconds) with sizes in order; sizes that one of them lacks do not
/// count. Where the line of `a` passes below that of `b` for the last time, by straight lines between sizes
/// in logarithms of both; 0 where it is below from the first size on, infinity where it is not below at the
/// last.
inline double crossing(const std::vector<support::point>& a, const std::vector<support::point>& b) {
  double before = 0, before_by = 0;  // the size before, and by which logarithm `a` was above at it
  double found = std::numeric_limits<double>::infinity();
  bool is_below = false, is_first = true;
  for (const auto& [size, a_seconds] : a) {
    for (const auto& [b_size, b_seconds] : b) {
      if (size != b_size) continue;
      const double by = std::log(a_seconds / b_seconds);
      if (by >= 0) {
        is_below = false;
      } else if (!is_below) {
        is_below = true;
        found = is_first ? 0 : before * std::pow(size / before, before_by / (before_by - by));
      }
      is_first = false, before = size, before_by = by;
    }
  }
  return is_below ? found : std::numeric_limits<double>::infinity();
}

/// "from 1.2e+03 inputs on", to two digits.
inline std::string crossing_in_words(const std::vector<support::point>& a,
                                     const std::vector<support::point>& b, const std::string& unit) {
  const double at = crossing(a, b);
  if (at == 0) return "at every size";
  if (std::isinf(at)) return "not at these sizes";
  char text[64];
  std::snprintf(text, sizeof text, "from %.2g ", at);
  return text + unit + " on";
}

}  // namespace scaling
