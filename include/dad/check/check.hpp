// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// All checks of derivatives that <dad/dad.hpp> gives.

#pragma once

#include <dad/check/batch.hpp>
#include <dad/check/gradient.hpp>
#include <dad/check/rule.hpp>
#include <dad/check/zero_order.hpp>
