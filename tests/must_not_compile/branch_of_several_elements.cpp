// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// An elementwise function gets several elements at once.

// expected: dad: several elements at once take no branch

#include <dad/dad.hpp>
#include <vector>

auto ramps(const std::vector<double>& x) {
  return dad::elementwise(
      [](const auto& v) {
#ifdef MUST_NOT_COMPILE
        if (v < 0.0) return v * 0.0;
        return v;
#else
        return select(v < 0.0, v * 0.0, v);
#endif
      },
      x);
}
