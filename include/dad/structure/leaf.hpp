// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// What the first walk over a struct notes for the second: its leaves, and marks between them.

#pragma once

#include <cstddef>
#include <string_view>
#include <type_traits>

#include <dad/structure/shape.hpp>

namespace dad::detail {

/// Its address tells types apart.
template <class T>
inline char type_tag = 0;

/// Enums count as the integer that they are: one inside option<T> is another type for every T.
template <class Underlying>
struct enumeration {};
template <class T>
constexpr const void* tag_of() {
  if constexpr (std::is_enum_v<T>)
    return &type_tag<enumeration<std::underlying_type_t<T>>>;
  else
    return &type_tag<T>;
}

/// A leaf is copied or replaced as a whole: a number, data, or a container of either. Everything else is
/// walked into.
template <class X>
constexpr bool is_leaf() {
  if constexpr (std::is_array_v<X> || shape_of<X> == shape::structure)
    return false;
  else if constexpr (is_container<X> && !is_span<X>)
    return is_leaf<element_t<X>>() && !std::is_enum_v<element_t<X>>;
  else
    return !is_tuple<X>;
}

/// What can become of a leaf of one type; null where it can only be data.
struct leaf_kind {
  const void* type;
  std::string_view (*name)();
  const void* probed_type = nullptr;
  void (*probe)(const void* from, void* to) = nullptr;
  const void* rebound_type = nullptr;
  void (*replace)(const void* from, void* to, void* fn) = nullptr;
};

struct leaf {
  const leaf_kind* kind;
  const void* address;
  std::size_t count = 0;  // what a mark says: the size of a container, the version of a struct
  bool is_real = false;
};

/// Marks between the leaves: a container whose elements follow one by one, a struct whose members follow.
constexpr std::string_view container_name() { return "a container"; }
constexpr std::string_view struct_name() { return "a struct"; }
inline constexpr leaf_kind container_mark = {nullptr, &container_name};
inline constexpr leaf_kind struct_mark = {nullptr, &struct_name};

}  // namespace dad::detail
