// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// Which types travel between ranks, and how: a fixed number of numbers, a row of them, or an object that
// serializes.

#pragma once

#include <array>
#include <concepts>
#include <cstddef>
#include <ranges>
#include <span>
#include <type_traits>
#include <utility>
#include <vector>

#include <dad/batch/evaluate.hpp>
#include <dad/core/concepts.hpp>
#include <dad/core/matrix.hpp>
#include <dad/mpi/archive.hpp>
#include <dad/structure/shape.hpp>

namespace dad::mpi {
namespace detail {

template <class X>
inline constexpr bool is_array_of_numbers = false;
template <arithmetic E, std::size_t N>
inline constexpr bool is_array_of_numbers<std::array<E, N>> = true;

template <class X>
inline constexpr bool is_row_of_numbers = false;
template <arithmetic E, class Allocator>
inline constexpr bool is_row_of_numbers<std::vector<E, Allocator>> = !std::same_as<E, bool>;
template <class E>
requires arithmetic<std::remove_const_t<E>>
inline constexpr bool is_row_of_numbers<std::span<E>> = true;

/// The same number of bytes in every value: sent as they lie in memory.
template <class X>
concept fixed_size = arithmetic<X> || is_array_of_numbers<X>;
/// Contiguous numbers, as many as the value has: sent as a length and the numbers.
template <class X>
concept number_row = is_row_of_numbers<X>;

template <class X>
constexpr bool travels();
template <class... Xs>
constexpr bool all_travel(std::type_identity<std::tuple<Xs...>>) {
  return (travels<std::remove_const_t<Xs>>() && ...);
}
template <class A, class B>
constexpr bool all_travel(std::type_identity<std::pair<A, B>>) {
  return travels<std::remove_const_t<A>>() && travels<B>();
}

// Containers are asked for their elements before Boost is, which would say yes to any vector.
template <class X>
constexpr bool travels() {
  if constexpr (arithmetic<X> || std::is_enum_v<X> || number_row<X>)
    return true;
  else if constexpr (dad::detail::is_tuple<X>)
    return all_travel(std::type_identity<X>());
  else if constexpr (dad::detail::is_optional<X>)
    return travels<typename X::value_type>();
  else if constexpr (dad::detail::has_serialize_member<X> || dad::detail::serializes_through_function<X>)
    return true;
  else if constexpr (std::ranges::range<X> && !std::ranges::view<X>)
    return travels<std::ranges::range_value_t<X>>();
  else
    return dad::detail::serializes_through_boost_function<X>;
}

}  // namespace detail

/// Whether a type can be sent to other ranks: numbers, enums, strings, the standard containers, pair, tuple,
/// optional, and types with a `serialize` member (public, or private with dad::access or
/// boost::serialization::access as a friend) or a free `serialize` next to them. Specialise it as true for a
/// type that Boost serializes in another way.
template <class X>
inline constexpr bool can_travel = detail::travels<X>();

namespace detail {

using dad::detail::item_t;

using dad::detail::slice;

/// Fails to compile, with advice, for a type that cannot be sent.
template <class X>
consteval bool require_travels() {
  static_assert(
      can_travel<X>,
      "dad: this type cannot be sent to other ranks: give it a member `template <class Archive> void "
      "serialize(Archive& ar, unsigned)` that names its members");
  static_assert(number_row<X> || std::is_default_constructible_v<X>,
                "dad: a type that is sent to other ranks needs a default constructor");
  return true;
}

}  // namespace detail
}  // namespace dad::mpi
