// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// A function of double cannot be differentiated; the message says how f is to be called.

// expected: dad: f cannot be called with this point: it is to be generic in its scalar

#include <dad/dad.hpp>

double slope(double point) {
#ifdef MUST_NOT_COMPILE
  return dad::gradient([](double x) { return x * x; }, point);
#else
  return dad::gradient([](const auto& x) { return x * x; }, point);
#endif
}
