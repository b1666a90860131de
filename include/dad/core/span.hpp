// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// Entries in a row as std::span, which is checked where they are asked for: a compiler takes 20 ms for each
// type that a header makes a span of.

#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace dad::detail {

template <class T>
constexpr std::span<T> span_over(T* data, std::size_t count) noexcept {
  return {data, count};
}
template <class T>
constexpr std::span<T> span_over(std::vector<T>& entries) noexcept {
  return {entries.data(), entries.size()};
}
template <class T>
constexpr std::span<const T> span_over(const std::vector<T>& entries) noexcept {
  return {entries.data(), entries.size()};
}

}  // namespace dad::detail
