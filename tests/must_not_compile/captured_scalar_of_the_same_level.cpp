// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// An inner derivative at a plain point that captures the outer scalar would mix the two up; at an outer
// point it is right.

// expected: dad: a scalar was captured from an outer derivative of the same level

#include <dad/dad.hpp>

double outer() {
  return dad::derivative(
      [](const auto& x) {
#ifdef MUST_NOT_COMPILE
        return x * dad::derivative([&x](const auto& y) { return x + y; }, 1.0);
#else
        using T = std::remove_cvref_t<decltype(x)>;
        return x * dad::derivative([&x](const auto& y) { return x + y; }, T(1.0));
#endif
      },
      2.0);
}
