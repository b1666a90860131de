// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// The reverse table of loma over ranks, compiled apart: each of its batches is a program of templates.

#include "mpi/loma_batches.hpp"

void check_loma_reverse() { loma::check_reverse(batches_over_ranks{}); }
