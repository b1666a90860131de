// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// The names of runs on a tape. Each is compiled twice: as a user does, and with DAD_NEVER_FOLD in a namespace
// of its own, so that the types of both meet in one program.

#pragma once

#include "reverse/folding/runs.hpp"

#ifdef DAD_NEVER_FOLD
#define DAD_FOLDED(f) run_never_folded##f
#else
#define DAD_FOLDED(f) run_folded##f
#endif
