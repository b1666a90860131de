// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// Memory of large results.

#pragma once

#include <cstddef>
#include <cstdint>
#include <new>

#if defined(__linux__)
#include <sys/mman.h>
#endif

namespace dad::detail {

/// Memory as from std::allocator. What is large is asked for in large pages, where the system gives them to
/// who asks: small ones are a fault each when they are first written, which is a tenth of the time of a
/// Hessian of 2000 variables.
template <class T>
struct large_memory {
  using value_type = T;

  constexpr large_memory() = default;
  template <class U>
  constexpr large_memory(const large_memory<U>&) noexcept {}

  [[nodiscard]] T* allocate(std::size_t count) {
    static_assert(alignof(T) <= __STDCPP_DEFAULT_NEW_ALIGNMENT__);
    void* const memory = ::operator new(count * sizeof(T));
    if (count * sizeof(T) >= least) ask_for_large_pages(memory, count * sizeof(T));
    return static_cast<T*>(memory);
  }
  void deallocate(T* memory, std::size_t) noexcept { ::operator delete(memory); }
  /// Numbers without a value are not written: who makes them without one writes all of them.
  template <class U>
  void construct(U* at) {
    ::new (static_cast<void*>(at)) U;
  }
  template <class U, class... Values>
  void construct(U* at, Values&&... values) {
    ::new (static_cast<void*>(at)) U(static_cast<Values&&>(values)...);
  }

  friend constexpr bool operator==(large_memory, large_memory) noexcept { return true; }

 private:
  static constexpr std::size_t large_page = std::size_t{2} << 20;
  static constexpr std::size_t least = 2 * large_page;

  // Those that lie within it as a whole. Without them it is what it was.
  [[gnu::noinline, gnu::cold]] static void ask_for_large_pages(void* memory, std::size_t bytes) noexcept {
#if defined(MADV_HUGEPAGE)
    const auto at = reinterpret_cast<std::uintptr_t>(memory);
    const std::uintptr_t first = (at + large_page - 1) / large_page * large_page;
    const std::uintptr_t end = (at + bytes) / large_page * large_page;
    if (first < end) (void)madvise(reinterpret_cast<void*>(first), end - first, MADV_HUGEPAGE);
#else
    (void)memory, (void)bytes;
#endif
  }
};

}  // namespace dad::detail
