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

#ifndef DAD_NEVER_FOLD
outcome run_observed(const random_program& p) {
  is_watching = true;
  outcome result = run<dad::var<>>(p);
  is_watching = false;
  return result;
}
#endif

}  // namespace test
