// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// Coefficients 0 to 30 of all operations of three operands, against exact ones.

#include "taylor/against_oracle.hpp"

TEST_CASE("operations of three operands to order 30", "[taylor]") {
  CHECK(test::hold_operations<3>(dad::op::all{}) > 0);
}
