// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// Jacobians inside other derivatives.

#include "driver/nested.hpp"

namespace {

using nested::outer_function;

TEST_CASE("forward jacobian inside") {
  outer_function<nested::by_forward_jacobian, true>::check_forward();
  outer_function<nested::by_forward_jacobian, false>::check_forward();
  outer_function<nested::by_forward_jacobian, true>::check_reverse();
  outer_function<nested::by_forward_jacobian, false>::check_reverse();
}
TEST_CASE("reverse jacobian inside") {
  outer_function<nested::by_reverse_jacobian, false>::check_forward();
  outer_function<nested::by_reverse_jacobian, false>::check_reverse();
}

}  // namespace
