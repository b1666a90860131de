// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// The reverse table in this process.

#include "cases/local.hpp"
#include "cases/loma.hpp"

TEST_CASE("reverse cases of loma, as batches in this process") { loma::check_reverse(local_batches{}); }
