// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// Differences of differences are noise.

// expected: dad: a rule by finite differences has no second derivative

#include <dad/dad.hpp>

auto curvature(double x) {
  const auto square = dad::rule([](double u) { return u * u; }, dad::finite_differences{});
#ifdef MUST_NOT_COMPILE
  return dad::hessian(square, x);
#else
  return dad::derivative(square, x);
#endif
}
