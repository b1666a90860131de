// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// The flat memory of a recording: it grows, and is kept when the recording is cleared.

#pragma once

#include <cstddef>
#include <new>
#include <type_traits>

#include <dad/core/error.hpp>

namespace dad::detail {

/// Memory for `wanted` entries. Throws tape_error where there is none.
[[gnu::noinline]] inline void* stream_memory(std::size_t used, std::size_t wanted, std::size_t entry_bytes) {
  try {
    return ::operator new(wanted* entry_bytes);
  } catch (const std::bad_alloc&) {
    throw tape_error("dad: memory is exhausted: a recording of " + std::to_string(used) +
                     " entries could not grow to " + std::to_string(wanted) + " entries of " +
                     std::to_string(entry_bytes) + " bytes");
  }
}

/// Uninitialised room for entries, filled through a cursor that its owner moves. Entries need no destruction.
template <class T>
class stream {
  static_assert(std::is_trivially_destructible_v<T> && alignof(T) <= __STDCPP_DEFAULT_NEW_ALIGNMENT__);

 public:
  stream() = default;
  stream(const stream&) = delete;
  stream& operator=(const stream&) = delete;
  ~stream() { ::operator delete(begin_); }

  [[nodiscard]] std::size_t size() const noexcept { return static_cast<std::size_t>(cursor - begin_); }
  [[nodiscard]] std::size_t capacity() const noexcept { return static_cast<std::size_t>(end_ - begin_); }
  [[nodiscard]] std::size_t room() const noexcept { return static_cast<std::size_t>(end_ - cursor); }
  [[nodiscard]] const T* begin() const noexcept { return begin_; }
  [[nodiscard]] T* begin() noexcept { return begin_; }

  /// Drops every entry from the given one on.
  void resize_down(std::size_t size) noexcept { cursor = begin_ + size; }

  /// What reserve_room(count) makes of the capacity.
  [[nodiscard]] std::size_t capacity_for(std::size_t count) const noexcept {
    if (room() >= count) return capacity();
    const std::size_t more = capacity() < 512 ? 1024 : 2 * capacity();
    return more < size() + count ? size() + count : more;
  }

  /// Makes room for count more entries. Throws tape_error where memory is exhausted; the recording stays as
  /// it was.
  void reserve_room(std::size_t count) {
    if (room() >= count) return;
    const std::size_t used = size(), wanted = capacity_for(count);
    T* const grown = static_cast<T*>(stream_memory(used, wanted, sizeof(T)));
    for (std::size_t i = 0; i < used; ++i) new (grown + i) T(begin_[i]);
    ::operator delete(begin_);
    begin_ = grown;
    cursor = grown + used;
    end_ = grown + wanted;
  }

  /// The next entry to write.
  T* cursor = nullptr;

 private:
  T* begin_ = nullptr;
  T* end_ = nullptr;
};

}  // namespace dad::detail
