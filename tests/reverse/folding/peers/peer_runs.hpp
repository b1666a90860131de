// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// Random programs by other libraries. They are common ones: see random_program.

#pragma once

#include "reverse/folding/program.hpp"

namespace test {

outcome run_adolc(const random_program& p);
outcome run_sacado(const random_program& p);

}  // namespace test
