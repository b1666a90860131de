// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// Forward derivatives inside others.

#include "driver/nested.hpp"

namespace {

using nested::outer_function;

TEST_CASE("derivative inside") {
  outer_function<nested::by_derivative, true>::check_forward();
  outer_function<nested::by_derivative, false>::check_forward();
  outer_function<nested::by_derivative, true>::check_reverse();
  outer_function<nested::by_derivative, false>::check_reverse();
}
TEST_CASE("jvp inside") {
  outer_function<nested::by_jvp, true>::check_forward();
  outer_function<nested::by_jvp, false>::check_forward();
  outer_function<nested::by_jvp, true>::check_reverse();
  outer_function<nested::by_jvp, false>::check_reverse();
}

}  // namespace
