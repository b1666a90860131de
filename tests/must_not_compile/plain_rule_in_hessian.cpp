// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// A second derivative needs a derivative of the rule's derivative.

// expected: dad: jvp and vjp of this rule take neither .* generic in its scalar

#include <dad/dad.hpp>

auto curvature(double x) {
  const auto value = [](double u) { return u * u; };
#ifdef MUST_NOT_COMPILE
  const auto square = dad::rule(value, dad::derived, [](double u, double w) { return 2 * u * w; });
#else
  const auto square = dad::rule(value, dad::derived, [](const auto& u, const auto& w) { return 2 * u * w; });
#endif
  return dad::hessian(square, x);
}
