// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// A rule has something to derive the rest from.

// expected: dad: a rule needs a jvp, a vjp or differences

#include <dad/dad.hpp>

auto cube() {
  const auto value = [](double x) { return x * x * x; };
#ifdef MUST_NOT_COMPILE
  return dad::rule(value, dad::derived, dad::derived);
#else
  return dad::rule(value, dad::finite_differences{});
#endif
}
