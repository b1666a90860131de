// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// The forward table in this process.

#include "cases/local.hpp"
#include "cases/loma.hpp"

TEST_CASE("forward cases of loma, as batches in this process") { loma::check_forward(local_batches{}); }
