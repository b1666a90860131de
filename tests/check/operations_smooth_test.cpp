// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// No false alarms: operations at all points of their tables.

#include "every_operation.hpp"

TEST_CASE("smooth operations are right wherever differences can tell") {
  for (const auto& all :
       {every_operation::check_room<room::arithmetic>(), every_operation::check_room<room::exponential>(),
        every_operation::check_room<room::hyperbolic>()}) {
    INFO(all.undecided << " of " << all.entries << " entries undecided");
    CHECK(all.points > 100);
    CHECK(3 * all.undecided < all.entries);
    CHECK(all.edges == 0);
  }
}
