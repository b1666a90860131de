// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// A function that forgot its return statement.

// expected: dad: f returns nothing .void.

#include <dad/dad.hpp>

double slope(double point) {
#ifdef MUST_NOT_COMPILE
  return dad::gradient([](const auto& x) { static_cast<void>(x * x); }, point);
#else
  return dad::gradient([](const auto& x) { return x * x; }, point);
#endif
}
