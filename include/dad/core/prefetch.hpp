// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// Asking for memory before it is needed.

#pragma once

#include <cstddef>
#include <cstdint>

namespace dad::detail {

/// Asks for what lies so many bytes from `at`, before it where that is negative; there need not be anything.
/// For long ways through memory in one direction: what processors guess ends with a page, and several ways at
/// once confuse them.
[[gnu::always_inline]] inline void prefetch(const void* at, std::ptrdiff_t distance) noexcept {
  __builtin_prefetch(reinterpret_cast<const void*>(reinterpret_cast<std::uintptr_t>(at) +
                                                   static_cast<std::uintptr_t>(distance)));
}
[[gnu::always_inline]] inline void prefetch_to_write(const void* at, std::ptrdiff_t distance) noexcept {
  __builtin_prefetch(reinterpret_cast<const void*>(reinterpret_cast<std::uintptr_t>(at) +
                                                   static_cast<std::uintptr_t>(distance)),
                     1);
}

}  // namespace dad::detail
