// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// Both tables with duals and a tape, by hand.

#include "cases/by_hand.hpp"

TEST_CASE("forward cases of loma, by hand") { loma::check_forward(by_hand::numbers{}); }
TEST_CASE("reverse cases of loma, by hand") { loma::check_reverse(by_hand::numbers{}); }
