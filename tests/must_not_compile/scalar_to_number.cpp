// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// A scalar never turns into a plain number by itself: its derivative would be lost without a word.

// expected: cannot convert .*(dual|var)|no viable conversion from .*(dual|var)

#include <dad/dad.hpp>

double forward(const dad::dual<>& x) {
#ifdef MUST_NOT_COMPILE
  return x;
#else
  return dad::value(x);
#endif
}

double reverse(const dad::var<>& x) {
#ifdef MUST_NOT_COMPILE
  return x;
#else
  return dad::value(x);
#endif
}
