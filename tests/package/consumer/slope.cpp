// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// The consumer's second translation unit.

#include <dad/dad.hpp>

double slope(double at) {
  return dad::derivative([](const auto& x) { return sin(x * x); }, at);
}
