// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// Integers have no derivative, so they are no number to differentiate in.

// expected: dad: the T of (var<T>|dual<T, N>) is a floating-point number or a scalar

#include <dad/dad.hpp>

#ifdef MUST_NOT_COMPILE
using number = int;
#else
using number = double;
#endif

dad::var<number> reverse;
dad::dual<number> forward;
