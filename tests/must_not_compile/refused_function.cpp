// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// A function of <cmath> without a derivative is refused by name, with what to write instead.

// expected: dad: lround is not available for differentiable scalars: write round\(x\)

#include <dad/dad.hpp>

template <class S>
auto nearest(const S& x) {
#ifdef MUST_NOT_COMPILE
  return lround(x);
#else
  return round(x);
#endif
}

auto forward(const dad::dual<>& x) { return nearest(x); }
auto reverse(const dad::var<>& x) { return nearest(x); }
