// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// A C array cannot be returned, so it has no gradient.

// expected: dad: an input is not a C array; use std::array, or std::span

#include <dad/dad.hpp>
#include <span>

auto slope() {
  const double point[] = {1.0, 2.0};
  const auto f = [](const auto& x) { return x[0] * x[1]; };
#ifdef MUST_NOT_COMPILE
  return dad::gradient(f, point);
#else
  return dad::gradient(f, std::span(point));
#endif
}
