// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

#include "reverse/folding/forward_machine.hpp"
#include "reverse/folding/runs.hpp"

namespace test {

outcome run_forward(const random_program& p, bool is_traced) {
  return run<dad::dual<double, most_inputs>>(p, is_traced);
}
outcome run_majorant(const random_program& p) { return run<majorant>(p); }

}  // namespace test
