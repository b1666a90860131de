// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// Numbers in words that people read.

#pragma once

#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <string>

namespace dad::detail {

/// As short as tells it from every other; all NaN are "nan".
inline std::string number_text(double value) {
  if (std::isnan(value)) return "nan";
  char text[32];
  for (int digits = 6; digits <= 17; ++digits) {
    std::snprintf(text, sizeof(text), "%.*g", digits, value);
    if (digits == 17 || std::strtod(text, nullptr) == value) break;
  }
  return text;
}

}  // namespace dad::detail
