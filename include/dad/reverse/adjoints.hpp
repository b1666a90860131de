// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// The adjoints of a recording's values.

#pragma once

#include <cstddef>
#include <new>
#include <type_traits>

#include <dad/reverse/stream.hpp>

namespace dad::detail {

/// Numbers in a row, zero at first, whose memory is kept: what a sweep needs of std::vector, at a fraction of
/// what that costs a compiler.
template <class T>
class adjoint_memory {
  static_assert(std::is_trivially_destructible_v<T> && alignof(T) <= __STDCPP_DEFAULT_NEW_ALIGNMENT__);

 public:
  adjoint_memory() = default;
  adjoint_memory(const adjoint_memory&) = delete;
  adjoint_memory& operator=(const adjoint_memory&) = delete;
  ~adjoint_memory() { ::operator delete(data_); }

  [[nodiscard]] std::size_t size() const noexcept { return size_; }
  [[nodiscard]] std::size_t capacity() const noexcept { return capacity_; }
  [[nodiscard]] T* data() noexcept { return data_; }
  [[nodiscard]] const T* data() const noexcept { return data_; }
  [[nodiscard]] T& operator[](std::size_t i) noexcept { return data_[i]; }
  [[nodiscard]] const T& operator[](std::size_t i) const noexcept { return data_[i]; }

  void clear() noexcept { size_ = 0; }
  /// So many; those that were not there are zero. Throws tape_error where memory is exhausted.
  [[gnu::noinline]] void resize(std::size_t count) {
    if (count > capacity_) grow(count);
    for (std::size_t i = size_; i < count; ++i) new (data_ + i) T(0);
    size_ = count;
  }
  /// So many, all of them zero.
  void assign(std::size_t count) {
    clear();
    resize(count);
  }

 private:
  [[gnu::noinline, gnu::cold]] void grow(std::size_t count) {
    // As much as is asked for at first, and twice as much as before where it is a little more each time.
    const std::size_t wanted = size_ != 0 && count < 2 * capacity_ ? 2 * capacity_ : count;
    T* const grown = static_cast<T*>(stream_memory(size_, wanted, sizeof(T)));
    for (std::size_t i = 0; i < size_; ++i) new (grown + i) T(data_[i]);
    ::operator delete(data_);
    data_ = grown;
    capacity_ = wanted;
  }

  T* data_ = nullptr;
  std::size_t size_ = 0;
  std::size_t capacity_ = 0;
};

}  // namespace dad::detail
