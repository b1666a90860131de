// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// The machinery that the consumer's other sources leave out, where they do.

#define DAD_ENGINE_SOURCE

#include <dad/dad.hpp>
