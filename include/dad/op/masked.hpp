// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// Products with seeds, as operations of their own: derivatives that are written as programs contain them.

#pragma once

#include <dad/op/arithmetic.hpp>
#include <dad/op/declarations.hpp>

namespace dad::op {

/// partial * seed, where an exactly zero seed gives zero even if the partial is infinite or NaN.
struct masked_product : operation<2, true> {
  static constexpr const char* name = "masked_product";
  template <class T>
  static constexpr T value(const T& partial, const T& seed) {
    return dad::select(seed == 0, T(0), partial * seed);
  }
  template <std::size_t I>
  static constexpr auto partial(const auto& p, const auto& seed, const auto& y) {
    return multiply::partial<I>(p, seed, y);
  }
};

/// A product in which a zero of either factor wins: what the tangent of a partial adds to a masked product.
struct zero_product : operation<2, true> {
  static constexpr const char* name = "zero_product";
  template <class T>
  static constexpr T value(const T& x, const T& y) {
    return dad::select(detail::either(x == 0, y == 0), T(0), x * y);
  }
  template <std::size_t I>
  static constexpr auto partial(const auto& x, const auto& y, const auto& z) {
    return multiply::partial<I>(x, y, z);
  }
};

}  // namespace dad::op
