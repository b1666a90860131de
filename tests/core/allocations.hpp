// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// Counts what a program allocates. Replaces the global operator new, so one file of a program includes it.
// Not under the address sanitizer, which has an operator new of its own: nothing is counted there.

#pragma once

#include <cstddef>
#include <cstdlib>
#include <new>

#if defined(__SANITIZE_ADDRESS__)
#define DAD_TEST_COUNTS_ALLOCATIONS 0
#elif defined(__has_feature)
#define DAD_TEST_COUNTS_ALLOCATIONS !__has_feature(address_sanitizer)
#else
#define DAD_TEST_COUNTS_ALLOCATIONS 1
#endif

namespace test {
inline constexpr bool counts_allocations = DAD_TEST_COUNTS_ALLOCATIONS;
inline thread_local std::size_t allocation_count = 0;

/// The allocations of this thread while work() runs.
template <class Work>
std::size_t allocations(Work&& work) {
  const std::size_t before = allocation_count;
  work();
  return allocation_count - before;
}

#if DAD_TEST_COUNTS_ALLOCATIONS
// Out of line, so that the compiler cannot pair its malloc with an operator delete, and warn.
[[gnu::noinline]] inline void* allocate(std::size_t size) {
  ++allocation_count;
  if (void* const p = std::malloc(size == 0 ? 1 : size)) return p;
  throw std::bad_alloc();
}
[[gnu::noinline]] inline void release(void* p) noexcept { std::free(p); }
#endif
}  // namespace test

#if DAD_TEST_COUNTS_ALLOCATIONS
void* operator new(std::size_t size) { return test::allocate(size); }
void* operator new[](std::size_t size) { return test::allocate(size); }
void operator delete(void* p) noexcept { test::release(p); }
void operator delete[](void* p) noexcept { test::release(p); }
void operator delete(void* p, std::size_t) noexcept { test::release(p); }
void operator delete[](void* p, std::size_t) noexcept { test::release(p); }
#endif
