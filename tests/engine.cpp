// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// What all test programs share of dad, see dad/core/engine.hpp.

#define DAD_ENGINE_SOURCE

#include <dad/dad.hpp>
