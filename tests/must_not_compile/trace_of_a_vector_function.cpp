// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// The trace of a Hessian is of a scalar function; the message names what residuals have.

// expected: dad: a Hessian is of an f that returns a scalar; of residuals, there is gauss_newton_product

#include <dad/dad.hpp>
#include <vector>

auto curvature(const std::vector<double>& point) {
  const auto f = [](const auto& x) { return std::vector{x[0], x[0] * x[1]}; };
#ifdef MUST_NOT_COMPILE
  return dad::hessian_trace(f, point);
#else
  return dad::gauss_newton_product(f, point, point);
#endif
}
