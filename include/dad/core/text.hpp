// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// Numbers and words put together for people to read.

#pragma once

#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <initializer_list>
#include <string>
#include <string_view>

namespace dad::detail {

/// One text of several. (Of a literal and a temporary, operator+ has g++ 12 warn for no reason.)
[[gnu::cold, gnu::noinline]] inline std::string joined(std::initializer_list<std::string_view> parts) {
  std::string text;
  for (const std::string_view part : parts) text += part;
  return text;
}

/// As short as tells it from every other; all NaN are "nan".
[[gnu::cold, gnu::noinline]] inline std::string number_text(double value) {
  if (std::isnan(value)) return "nan";
  char text[32];
  for (int digits = 6; digits <= 17; ++digits) {
    std::snprintf(text, sizeof(text), "%.*g", digits, value);
    if (digits == 17 || std::strtod(text, nullptr) == value) break;
  }
  return text;
}

}  // namespace dad::detail
