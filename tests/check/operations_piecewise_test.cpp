// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// No false alarms: operations at all points of their tables.

#include "every_operation.hpp"

TEST_CASE("operations with edges are right between them, and the edges are found") {
  const auto all = every_operation::check_room<room::piecewise>();
  INFO(all.found_edges << " of " << all.edges << " edges found, " << all.undecided << " of " << all.entries
                       << " entries undecided");
  CHECK(all.points > 100);
  CHECK(2 * all.undecided < all.entries);
  CHECK(all.found_edges > 100);
}
