// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// The tape that never folds, in a namespace of its own: its types and those of the one that folds meet in one
// program.

#define DAD_NEVER_FOLD
#define dad dad_never_folding
#include "reverse/folding/tape_run.cpp"
