// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

#include "reverse/folding/forward_machine.hpp"
#include "reverse/folding/runs.hpp"

namespace test {

outcome run_forward_second(const random_program& p) { return run<dad::dual<dad::dual<>, most_inputs>>(p); }

}  // namespace test
