// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// Two expansions of which nothing tells which is inside are refused.

// expected: dad: a scalar was captured from an outer derivative of the same level

#include <dad/driver/taylor.hpp>

template <class T>
auto inner(const T& outer) {
  const dad::series<double, 3> plain(1.0, 1.0);
#ifdef MUST_NOT_COMPILE
  return outer * plain;
#else
  return outer * plain.value();
#endif
}

auto both() { return inner(dad::series<double, 2>(0.5, 1.0)); }
