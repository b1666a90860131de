// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// An expansion of several variables goes along a direction.

// expected: dad: a Taylor expansion of a function of several variables goes along a direction: taylor<K>\(f,
// x, v\)

#include <array>

#include <dad/driver/taylor.hpp>

auto coefficients(const std::array<double, 2>& x, const std::array<double, 2>& v) {
  const auto product = [](const auto& p) { return p[0] * p[1]; };
#ifdef MUST_NOT_COMPILE
  (void)v;
  return dad::taylor<3>(product, x);
#else
  return dad::taylor<3>(product, x, v);
#endif
}
