// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// A Hessian is of a scalar function; the message names what to use.

// expected: dad: a Hessian is of an f that returns a scalar; use sparse_jacobian

#include <dad/dad.hpp>
#include <vector>

auto curvature(const std::vector<double>& point) {
  const auto f = [](const auto& x) { return std::vector{x[0], x[0] * x[1]}; };
#ifdef MUST_NOT_COMPILE
  return dad::sparse_hessian(f, point);
#else
  return dad::sparse_jacobian(f, point);
#endif
}
