// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// The operations of op/exponential.hpp in every mode of the number types, against the oracle.

#include "op/against_oracle.hpp"

TEMPLATE_LIST_TEST_CASE("op/exponential.hpp agrees with the oracle", "[op]", number_modes) {
  hold_against_oracle<room::exponential, TestType>();
}
