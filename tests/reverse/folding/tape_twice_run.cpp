// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

#include "reverse/folding/tape_machine.hpp"
#include "reverse/folding/tape_runs.hpp"

namespace test {

outcome DAD_FOLDED(_twice)(const random_program& p) { return run<dad::var<dad::var<>>>(p); }

}  // namespace test
