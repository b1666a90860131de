// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// Compiled twice: as a user does, and with DAD_NEVER_FOLD in a namespace of its own.

#include "reverse/folding/runs.hpp"
#include "reverse/folding/tape_machine.hpp"

namespace test {

#ifdef DAD_NEVER_FOLD
outcome run_never_folded(const random_program& p, bool is_traced) {
#else
outcome run_folded(const random_program& p, bool is_traced) {
#endif
  return run<dad::var<>>(p, is_traced);
}

}  // namespace test
