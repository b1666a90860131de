// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// At which sizes one way is faster than another.

#pragma once

#include <cmath>
#include <cstdio>
#include <limits>
#include <string>
#include <vector>

#include "../support/svg.hpp"

namespace scaling {

/// The sizes at which one way is faster.
struct stretch {
  double from, to;  // 0 and infinity where there is no smaller or larger size
};

/// Times over sizes, both lists of (size, seconds) with sizes in order; sizes that one of them lacks do not
/// count. Where the line of `a` is below that of `b`, by straight lines between sizes in logarithms of both.
inline std::vector<stretch> where_faster(const std::vector<support::point>& a,
                                         const std::vector<support::point>& b) {
  std::vector<stretch> found;
  double before = 0, before_by = 0;  // the size before, and by which logarithm `a` was above at it
  bool is_below = false;
  for (const auto& [size, a_seconds] : a) {
    for (const auto& [b_size, b_seconds] : b) {
      if (size != b_size) continue;
      const double by = std::log(a_seconds / b_seconds);
      if ((by < 0) != is_below) {
        is_below = !is_below;
        const double at = before == 0 ? 0 : before * std::pow(size / before, before_by / (before_by - by));
        if (is_below)
          found.push_back({at, std::numeric_limits<double>::infinity()});
        else
          found.back().to = at;
      }
      before = size, before_by = by;
    }
  }
  return found;
}

/// "from 30 to 1.2e+03 inputs", to two digits.
inline std::string in_words(const std::vector<stretch>& stretches, const std::string& unit) {
  if (stretches.empty()) return "at no size";
  std::string words;
  for (const auto& [from, to] : stretches) {
    char text[64];
    if (from > 0 && std::isfinite(to))
      std::snprintf(text, sizeof text, "from %.2g to %.2g", from, to);
    else if (from > 0)
      std::snprintf(text, sizeof text, "from %.2g", from);
    else if (std::isfinite(to))
      std::snprintf(text, sizeof text, "up to %.2g", to);
    else
      return "at every size";
    (words += words.empty() ? "" : ", ") += text;
  }
  return words + " " + unit + (std::isfinite(stretches.back().to) ? "" : " on");
}

}  // namespace scaling
