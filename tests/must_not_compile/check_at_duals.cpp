// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// Differences are of plain numbers: a check inside another derivative says so.

// expected: a check compares derivatives with differences, so its point is of plain numbers

#include <vector>

#include <dad/dad.hpp>

bool is_right() {
  const auto f = [](const auto& x) { return x[0] * x[1]; };
#ifdef MUST_NOT_COMPILE
  const std::vector<dad::dual<>> x(2, 1.0);
#else
  const std::vector<double> x(2, 1.0);
#endif
  return dad::check_gradient(f, x).passed();
}
