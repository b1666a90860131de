// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// The order of a derivative is a count.

// expected: dad: derivative<K> needs K >= 0

#include <dad/dad.hpp>

#ifdef MUST_NOT_COMPILE
constexpr int order = -1;
#else
constexpr int order = 2;
#endif

double bend() {
  return dad::derivative<order>([](const auto& x) { return x * x; }, 2.0);
}
