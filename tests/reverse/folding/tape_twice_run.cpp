// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

#include "reverse/folding/runs.hpp"
#include "reverse/folding/tape_machine.hpp"

namespace test {

outcome run_folded_twice(const random_program& p) { return run<dad::var<dad::var<>>>(p); }

}  // namespace test
