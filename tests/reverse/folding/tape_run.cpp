// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

#include "reverse/folding/tape_machine.hpp"

#ifdef DAD_NEVER_FOLD
#define DAD_FOLDED(f) run_never_folded##f
#else
#define DAD_FOLDED(f) run_folded##f
#endif

#include "reverse/folding/runs.hpp"

namespace test {

outcome DAD_FOLDED()(const random_program& p, bool is_traced) { return run<dad::var<>>(p, is_traced); }
outcome DAD_FOLDED(_over_forward)(const random_program& p) { return run<dad::var<dad::dual<>>>(p); }
outcome DAD_FOLDED(_twice)(const random_program& p) { return run<dad::var<dad::var<>>>(p); }

}  // namespace test
