// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// What the sources of a program share of dad, compiled once; see dad/core/engine.hpp.

#define DAD_ENGINE_SOURCE

#include <dad/dad.hpp>
