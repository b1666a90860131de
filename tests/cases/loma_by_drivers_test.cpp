// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// Both tables, one call of a driver per input.

#include "cases/by_hand.hpp"

TEST_CASE("forward cases of loma, by jvp") { loma::check_forward(by_hand::drivers{}); }
TEST_CASE("reverse cases of loma, by vjp") { loma::check_reverse(by_hand::drivers{}); }
