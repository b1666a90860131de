// ranks: 1 2 3 7
// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// Both tables of loma over ranks: all functions in one program, all of them again and again in the same
// process.

#include "mpi/loma_batches.hpp"

TEST_CASE("the cases of loma over ranks, three times in one process") {
  for (int repeat = 0; repeat < 3; ++repeat) {
    check_loma_forward();
    check_loma_reverse();
  }
}
