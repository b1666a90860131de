// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// Coefficients 0 to 30 of all operations of one operand, against exact ones.

#include "taylor/against_oracle.hpp"

TEST_CASE("operations of one operand to order 30", "[taylor]") {
  CHECK(test::hold_operations<1>(dad::op::all{}) > 0);
}
