// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// The ways in which a random program is run, each compiled on its own.

#pragma once

#include "reverse/folding/program.hpp"

namespace test {

outcome run_forward(const random_program& p, bool is_traced = false);
outcome run_forward_second(const random_program& p);
outcome run_majorant(const random_program& p);

/// In plain numbers, with one input moved. First with none, input = most_inputs.
outcome run_plain(const random_program& p, std::size_t input, double shift);

outcome run_folded(const random_program& p, bool is_traced = false);
outcome run_folded_over_forward(const random_program& p);
outcome run_folded_twice(const random_program& p);
outcome run_forward_over_folded(const random_program& p);
outcome run_observed(const random_program& p);

outcome run_fused(const random_program& p, bool is_traced = false);

outcome run_never_folded(const random_program& p, bool is_traced = false);

}  // namespace test
