// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// Inputs that are nothing but contiguous plain numbers, and can be read where they are.

#pragma once

#include <array>
#include <cstddef>
#include <span>
#include <type_traits>
#include <vector>

#include <dad/structure/shape.hpp>

namespace dad::detail {

template <class X>
struct flat_element {
  using type = X;
};
template <class X>
requires(is_vector<X> || is_array<X> || is_span<X>) struct flat_element<X> {
  using type = std::remove_cv_t<typename X::value_type>;
};

/// The plain number of a flat input.
template <class X>
using flat_element_t = typename flat_element<std::remove_cvref_t<X>>::type;

/// A plain number, or an array, vector or span of them.
template <class X>
concept flat_input = std::floating_point<flat_element_t<X>> || integer<flat_element_t<X>>;

/// The numbers of x, in x's own memory.
template <flat_input X>
constexpr std::span<const flat_element_t<X>> flat(const X& x) {
  if constexpr (std::is_arithmetic_v<X>)
    return {&x, 1};
  else
    return {x.data(), x.size()};
}

}  // namespace dad::detail
