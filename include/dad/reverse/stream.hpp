// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// The flat memory of a recording: it grows, and is kept when the recording is cleared.

#pragma once

#include <cstddef>
#include <cstring>
#include <new>
#include <type_traits>

#if defined(__linux__)
#include <sys/mman.h>
#endif

#include <dad/core/error.hpp>

namespace dad::detail {

/// Bytes for entries without destructors, aligned for any of them. Where the system can, large memory is
/// mapped of its own: it moves without being copied when it grows, so that no recording is there twice, pages
/// that were never written take no memory, and all of it goes back at once.
struct stream_memory {
  static constexpr std::size_t least_mapped = std::size_t{1} << 18;

  /// What memory of so many bytes takes, of which the first `written` were ever written.
  [[nodiscard]] static constexpr std::size_t taken(std::size_t bytes, std::size_t written) noexcept {
#if defined(__linux__)
    if (bytes >= least_mapped) return (written + page - 1) / page * page;
#endif
    (void)written;
    return bytes;
  }

  /// Memory for `bytes`, beginning with the first `used` of the old ones, which is given back. Null where
  /// there is none; the old memory stays then.
  [[gnu::noinline, gnu::cold]] static void* grow(void* old, std::size_t old_bytes, std::size_t used,
                                                 std::size_t bytes) noexcept {
#if defined(__linux__)
    if (old_bytes >= least_mapped) {
      void* const moved = mremap(old, old_bytes, bytes, MREMAP_MAYMOVE);
      return moved == MAP_FAILED ? nullptr : moved;
    }
#endif
    void* const memory = take(bytes);
    if (memory != nullptr && used > 0) std::memcpy(memory, old, used);
    if (memory != nullptr) give_back(old, old_bytes);
    return memory;
  }

  [[gnu::noinline, gnu::cold]] static void give_back(void* memory, std::size_t bytes) noexcept {
#if defined(__linux__)
    if (bytes >= least_mapped) {
      (void)munmap(memory, bytes);
      return;
    }
#endif
    (void)bytes;
    ::operator delete(memory);
  }

 private:
  static constexpr std::size_t page = 4096;  // the least that systems have

  static void* take(std::size_t bytes) noexcept {
#if defined(__linux__)
    if (bytes >= least_mapped) {
      void* const memory = mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
      return memory == MAP_FAILED ? nullptr : memory;
    }
#endif
    return ::operator new(bytes, std::nothrow);
  }
};

[[noreturn, gnu::noinline, gnu::cold]] inline void throw_exhausted(std::size_t used, std::size_t wanted,
                                                                   std::size_t entry_bytes) {
  raise<tape_error>(
      "dad: memory is exhausted: a recording of %zu entries could not grow to %zu entries of %zu bytes; "
      "checkpoint, preaccumulation, and rewind after each term of a sum make it shorter",
      used, wanted, entry_bytes);
}

/// Uninitialised room for entries, filled through a cursor that its owner moves. Entries need no destruction,
/// and move as bytes.
template <class T>
class stream {
  static_assert(std::is_trivially_destructible_v<T> && alignof(T) <= __STDCPP_DEFAULT_NEW_ALIGNMENT__);

 public:
  constexpr stream() = default;
  stream(const stream&) = delete;
  stream& operator=(const stream&) = delete;
  ~stream() {
    if (begin_ != nullptr) stream_memory::give_back(begin_, capacity() * sizeof(T));
  }
  /// The bytes of memory that it takes, where so many entries are written now.
  [[nodiscard]] std::size_t bytes(std::size_t written) const noexcept {
    return stream_memory::taken(capacity() * sizeof(T), (most_ < written ? written : most_) * sizeof(T));
  }
  [[nodiscard]] std::size_t bytes() const noexcept { return bytes(size()); }

  [[nodiscard]] std::size_t size() const noexcept { return static_cast<std::size_t>(cursor - begin_); }
  [[nodiscard]] std::size_t capacity() const noexcept { return static_cast<std::size_t>(end_ - begin_); }
  [[nodiscard]] std::size_t room() const noexcept { return static_cast<std::size_t>(end_ - cursor); }
  [[nodiscard]] const T* begin() const noexcept { return begin_; }
  [[nodiscard]] T* begin() noexcept { return begin_; }

  /// Drops every entry from the given one on.
  void resize_down(std::size_t size) noexcept {
    note_written(this->size());
    cursor = begin_ + size;
  }
  /// As many entries were written as that, whatever the cursor says.
  void note_written(std::size_t size) noexcept {
    if (most_ < size) most_ = size;
  }

  /// Makes room for count more entries: twice the memory, or a quarter more where that is much, or less where
  /// that cannot be had. Throws tape_error where memory is exhausted; the recording stays as it was.
  void reserve_room(std::size_t count) {
    if (room() >= count) return;
    const std::size_t before = capacity();
    std::size_t wanted = before < 512 ? 1024 : before * sizeof(T) < much ? 2 * before : before + before / 4;
    const std::size_t least = size() + count;
    if (wanted < least) wanted = least;
    for (std::size_t more = wanted - least; !grow(least + more); more /= 2)
      if (more == 0) throw_exhausted(size(), wanted, sizeof(T));
  }

  /// Memory for exactly so many entries, if there is less. Throws as above.
  void reserve(std::size_t wanted) {
    if (wanted > capacity() && !grow(wanted)) throw_exhausted(size(), wanted, sizeof(T));
  }

  /// As many entries as wanted: those that are there up to then, and zeros.
  [[gnu::noinline]] void resize(std::size_t wanted) {
    if (wanted > capacity()) wanted * sizeof(T) < much ? reserve_room(wanted - size()) : reserve(wanted);
    resize_down(size() < wanted ? size() : wanted);
    T* const end = begin_ + wanted;
    if constexpr (std::is_floating_point_v<T>) {
      if (cursor < end) std::memset(cursor, 0, static_cast<std::size_t>(end - cursor) * sizeof(T));
      cursor = end;
    } else {
      while (cursor < end) new (cursor++) T(0);
    }
  }

  /// The next entry to write.
  T* cursor = nullptr;

 private:
  static constexpr std::size_t much = std::size_t{64} << 20;

  bool grow(std::size_t wanted) noexcept {
    const std::size_t before = capacity() * sizeof(T), used = size();
    void* const grown = stream_memory::grow(begin_, before, used * sizeof(T), wanted * sizeof(T));
    if (grown == nullptr) return false;
    if (before < stream_memory::least_mapped) most_ = used;  // of the new memory
    begin_ = static_cast<T*>(grown);
    cursor = begin_ + used;
    end_ = begin_ + wanted;
    return true;
  }

  T* begin_ = nullptr;
  T* end_ = nullptr;
  std::size_t most_ = 0;  // entries that were ever written, without those from here to the cursor
};

}  // namespace dad::detail
