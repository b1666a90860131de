// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// Carries the precompiled headers of the tests.

#include <dad/dad.hpp>
#include "catch.hpp"
