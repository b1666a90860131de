// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// Random programs recorded by assignments.

#include <dad/fused.hpp>

#include "reverse/folding/runs.hpp"
#include "reverse/folding/tape_machine.hpp"

namespace test {

template <class T>
class machine<dad::fused_var<T>> : public tape_machine<dad::fused_var<T>> {
 public:
  using tape_machine<dad::fused_var<T>>::tape_machine;
};

outcome run_fused(const random_program& p, bool is_traced) { return run<dad::fused_var<>>(p, is_traced); }

}  // namespace test
