// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// What has no number has no Taylor coefficients.

// expected: dad: f must return a scalar, a range or tuple of scalars, or a struct that serializes

#include <dad/driver/taylor.hpp>

auto coefficients() {
#ifdef MUST_NOT_COMPILE
  return dad::taylor<3>([](const auto&) { return "sine"; }, 0.5);
#else
  return dad::taylor<3>([](const auto& x) { return sin(x); }, 0.5);
#endif
}
