// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// An array of plain entries that grows. All types of entries share the code that finds memory, so that a list
// costs a compiler next to nothing: std::vector compiles its growth anew for every type.

#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <initializer_list>
#include <new>
#include <type_traits>

#include <dad/core/engine.hpp>
#include <dad/core/list_view.hpp>

namespace dad::detail {

/// The memory of a list, whose entries are bytes here.
class list_memory {
 public:
  [[nodiscard]] std::size_t size() const noexcept { return size_; }
  [[nodiscard]] bool empty() const noexcept { return size_ == 0; }
  [[nodiscard]] std::size_t capacity() const noexcept { return capacity_; }
  void clear() noexcept { size_ = 0; }

  list_memory(const list_memory&) = delete;
  list_memory& operator=(const list_memory&) = delete;

 protected:
  struct entry {
    std::size_t size;
    std::size_t alignment;
  };

  list_memory() = default;
  ~list_memory() = default;

  // Moves what there is to memory for at least `count` entries. Throws std::bad_alloc.
  void grow(std::size_t count, entry e);
  // The entries become copies of `count` others, which may be some of their own.
  void copy(const void* from, std::size_t count, entry e);
  void release(entry e) noexcept;
  void swap(list_memory& other) noexcept;
  [[nodiscard]] static bool same_bytes(const list_memory& a, const list_memory& b, entry e) noexcept;

  void* data_ = nullptr;
  std::size_t size_ = 0;
  std::size_t capacity_ = 0;
};

/// Entries in a row, as in std::vector.
template <class T>
class list : public list_memory {
  static constexpr entry entry_of() {
    static_assert(std::is_trivially_copyable_v<T> && std::is_trivially_destructible_v<T>,
                  "dad: a list copies its entries as bytes");
    return {sizeof(T), alignof(T)};
  }

 public:
  using value_type = T;

  list() = default;
  explicit list(std::size_t count, T value = T()) { resize(count, value); }
  explicit list(list_view<const T> entries) { copy(entries.data(), entries.size(), entry_of()); }
  list(std::initializer_list<T> entries) { copy(entries.begin(), entries.size(), entry_of()); }
  list(const list& other) : list_memory() { copy(other.data_, other.size_, entry_of()); }
  list(list&& other) noexcept { swap(other); }
  list& operator=(const list& other) {
    copy(other.data_, other.size_, entry_of());
    return *this;
  }
  list& operator=(list&& other) noexcept {
    swap(other);
    return *this;
  }
  ~list() { release(entry_of()); }

  [[nodiscard]] T* data() noexcept { return static_cast<T*>(data_); }
  [[nodiscard]] const T* data() const noexcept { return static_cast<const T*>(data_); }
  [[nodiscard]] T* begin() noexcept { return data(); }
  [[nodiscard]] T* end() noexcept { return data() + size_; }
  [[nodiscard]] const T* begin() const noexcept { return data(); }
  [[nodiscard]] const T* end() const noexcept { return data() + size_; }
  [[nodiscard]] T& operator[](std::size_t i) noexcept { return data()[i]; }
  [[nodiscard]] const T& operator[](std::size_t i) const noexcept { return data()[i]; }
  [[nodiscard]] T& front() noexcept { return *data(); }
  [[nodiscard]] const T& front() const noexcept { return *data(); }
  [[nodiscard]] T& back() noexcept { return data()[size_ - 1]; }
  [[nodiscard]] const T& back() const noexcept { return data()[size_ - 1]; }

  void push_back(T value) {
    if (size_ == capacity_) grow(size_ + 1, entry_of());
    data()[size_++] = value;
  }
  void pop_back() noexcept { --size_; }
  void reserve(std::size_t count) {
    if (count > capacity_) grow(count, entry_of());
  }
  [[gnu::noinline]] void resize(std::size_t count, T value = T()) {
    reserve(count);
    T* const entries = data();
    for (std::size_t i = size_; i < count; ++i) entries[i] = value;
    size_ = count;
  }
  void assign(std::size_t count, T value) {
    clear();
    resize(count, value);
  }
  void assign(list_view<const T> entries) { copy(entries.data(), entries.size(), entry_of()); }
  /// Entries that are not the list's own.
  void append(list_view<const T> entries) {
    reserve(size_ + entries.size());
    if (!entries.empty()) std::memcpy(data() + size_, entries.data(), entries.size() * sizeof(T));
    size_ += entries.size();
  }
  /// So many more at the end, which are still to be written; gives the first.
  [[nodiscard]] T* extend(std::size_t count) {
    reserve(size_ + count);
    size_ += count;
    return data() + size_ - count;
  }

  friend bool operator==(const list& a, const list& b) {
    bool is_same = a.size() == b.size();
    for (std::size_t i = 0; is_same && i < a.size(); ++i) is_same = a[i] == b[i];
    return is_same;
  }
  /// The same bits; T has no padding.
  [[nodiscard]] static bool same_bits(const list& a, const list& b) noexcept {
    return same_bytes(a, b, entry_of());
  }
};

#if DAD_DEFINES_ENGINE
[[gnu::cold, gnu::noinline]] DAD_ENGINE void list_memory::grow(std::size_t count, entry e) {
  if (count < 2 * capacity_) count = 2 * capacity_;
  if (count > static_cast<std::size_t>(PTRDIFF_MAX) / e.size) throw std::bad_alloc();
  void* const grown = e.alignment > __STDCPP_DEFAULT_NEW_ALIGNMENT__
                          ? ::operator new(count* e.size, std::align_val_t(e.alignment))
                          : ::operator new(count* e.size);
  if (size_ != 0) std::memcpy(grown, data_, size_ * e.size);
  release(e);
  data_ = grown;
  capacity_ = count;
}

[[gnu::noinline]] DAD_ENGINE void list_memory::copy(const void* from, std::size_t count, entry e) {
  if (count > capacity_) {
    size_ = 0;
    grow(count, e);
  }
  if (count != 0) std::memmove(data_, from, count * e.size);
  size_ = count;
}

[[gnu::noinline]] DAD_ENGINE void list_memory::release(entry e) noexcept {
  if (e.alignment > __STDCPP_DEFAULT_NEW_ALIGNMENT__)
    ::operator delete(data_, std::align_val_t(e.alignment));
  else
    ::operator delete(data_);
}

[[gnu::noinline]] DAD_ENGINE void list_memory::swap(list_memory& other) noexcept {
  void* const data = data_;
  const std::size_t size = size_;
  const std::size_t capacity = capacity_;
  data_ = other.data_;
  size_ = other.size_;
  capacity_ = other.capacity_;
  other.data_ = data;
  other.size_ = size;
  other.capacity_ = capacity;
}

[[gnu::noinline]] DAD_ENGINE bool list_memory::same_bytes(const list_memory& a, const list_memory& b,
                                                          entry e) noexcept {
  return a.size_ == b.size_ && (a.size_ == 0 || std::memcmp(a.data_, b.data_, a.size_ * e.size) == 0);
}
#endif

}  // namespace dad::detail
