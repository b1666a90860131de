// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// Duals of one derivative have one width; two that differ cannot be told apart by level.

// expected: dad: (a scalar was captured from an outer derivative of the same level|these two scalars)

#include <dad/dad.hpp>

#ifdef MUST_NOT_COMPILE
auto product(const dad::dual<double, 1>& x, const dad::dual<double, 2>& y) { return x * y; }
#else
auto product(const dad::dual<double, 2>& x, const dad::dual<double, 2>& y) { return x * y; }
#endif
