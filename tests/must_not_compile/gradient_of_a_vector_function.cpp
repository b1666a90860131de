// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// A gradient is of a scalar function; the message names what to use.

// expected: dad: a gradient is of an f that returns a scalar; use jacobian or vjp

#include <dad/dad.hpp>
#include <vector>

auto slope(const std::vector<double>& point) {
  const auto f = [](const auto& x) { return std::vector{x[0], x[0] * x[1]}; };
#ifdef MUST_NOT_COMPILE
  return dad::gradient(f, point);
#else
  return dad::jacobian(f, point);
#endif
}
