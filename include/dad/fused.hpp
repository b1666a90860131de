// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// Recording by assignments, for hot code: dad::fused(f) and dad::fused_var.

#pragma once

#include <dad/driver/fused.hpp>
