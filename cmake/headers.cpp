// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// Carries the precompiled headers of examples and benches.

#include <dad/dad.hpp>
