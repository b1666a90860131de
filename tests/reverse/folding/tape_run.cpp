// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

#include "reverse/folding/tape_machine.hpp"
#include "reverse/folding/tape_runs.hpp"

namespace test {

outcome DAD_FOLDED()(const random_program& p, bool is_traced) { return run<dad::var<>>(p, is_traced); }

}  // namespace test
