// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// Entries in a row that are someone else's. std::span says the same at dad's interface, but a compiler takes
// 15 ms for each type that becomes one, as it checks some hundred concepts of iterators and ranges; this
// takes none.

#pragma once

#include <cstddef>
#include <type_traits>

namespace dad::detail {

/// A view of `size` entries, of any range that has data() and size(). Names are those of std::span.
template <class T>
class list_view {
 public:
  using element_type = T;
  using value_type = std::remove_cv_t<T>;

  constexpr list_view() noexcept = default;
  constexpr list_view(T* data, std::size_t size) noexcept : data_(data), size_(size) {}
  template <std::size_t N>
  constexpr list_view(T (&array)[N]) noexcept : data_(array), size_(N) {}
  template <class Range>
  requires requires(Range& range, T*& data) {
    data = range.data();
    range.size();
  }
  constexpr list_view(Range&& range) noexcept : data_(range.data()), size_(range.size()) {}

  [[nodiscard]] constexpr T* data() const noexcept { return data_; }
  [[nodiscard]] constexpr std::size_t size() const noexcept { return size_; }
  [[nodiscard]] constexpr bool empty() const noexcept { return size_ == 0; }
  [[nodiscard]] constexpr T* begin() const noexcept { return data_; }
  [[nodiscard]] constexpr T* end() const noexcept { return data_ + size_; }
  [[nodiscard]] constexpr T& operator[](std::size_t i) const noexcept { return data_[i]; }
  [[nodiscard]] constexpr T& front() const noexcept { return data_[0]; }
  [[nodiscard]] constexpr T& back() const noexcept { return data_[size_ - 1]; }

  /// Those from `first` on, all or `count` of them.
  [[nodiscard]] constexpr list_view subspan(std::size_t first) const noexcept {
    return {data_ + first, size_ - first};
  }
  [[nodiscard]] constexpr list_view subspan(std::size_t first, std::size_t count) const noexcept {
    return {data_ + first, count};
  }

 private:
  T* data_ = nullptr;
  std::size_t size_ = 0;
};

}  // namespace dad::detail
