// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// How many numbers a compiler's vector is to have.

#pragma once

#include <cstddef>

namespace dad::detail {

/// Numbers of eight bytes in a register. Vectors of several registers g++ 12 takes apart badly: a Hessian
/// took five times as long.
#if defined(__AVX512F__)
inline constexpr std::size_t vector_width = 8;
#elif defined(__AVX__)
inline constexpr std::size_t vector_width = 4;
#else
inline constexpr std::size_t vector_width = 2;
#endif

}  // namespace dad::detail
