// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// Circular functions, their inverses, and lengths.

#pragma once

#include <dad/op/declarations.hpp>

namespace dad::op {

struct sin : operation<1, false> {
  static constexpr const char* name = "sin";
  static constexpr auto value(auto x) { return std::sin(x); }
  template <std::size_t>
  static constexpr auto partial(const auto& x, const auto&) {
    return dad::cos(x);
  }
};

struct cos : operation<1, false> {
  static constexpr const char* name = "cos";
  static constexpr auto value(auto x) { return std::cos(x); }
  template <std::size_t>
  static constexpr auto partial(const auto& x, const auto&) {
    return -dad::sin(x);
  }
};

struct tan : operation<1, false> {
  static constexpr const char* name = "tan";
  static constexpr auto value(auto x) { return std::tan(x); }
  template <std::size_t>
  static constexpr auto partial(const auto&, const auto& y) {
    return 1 + y * y;
  }
};

struct asin : operation<1, true> {
  static constexpr const char* name = "asin";
  static constexpr auto value(auto x) { return std::asin(x); }
  template <std::size_t>
  static constexpr auto partial(const auto& x, const auto&) {
    return 1 / dad::sqrt(detail::one_minus_square(x));
  }
};

struct acos : operation<1, true> {
  static constexpr const char* name = "acos";
  static constexpr auto value(auto x) { return std::acos(x); }
  template <std::size_t>
  static constexpr auto partial(const auto& x, const auto&) {
    return -1 / dad::sqrt(detail::one_minus_square(x));
  }
};

struct atan : operation<1, false> {
  static constexpr const char* name = "atan";
  static constexpr auto value(auto x) { return std::atan(x); }
  template <std::size_t>
  static constexpr auto partial(const auto& x, const auto&) {
    const auto inverse_length = 1 / dad::hypot(1, x);  // whose square does not overflow where 1 + x^2 does
    return inverse_length * inverse_length;
  }
};

struct atan2 : operation<2, true> {
  static constexpr const char* name = "atan2";
  static constexpr auto value(auto y, auto x) { return std::atan2(y, x); }
  template <std::size_t I>
  static constexpr auto partial(const auto& y, const auto& x, const auto&) {
    const auto length = dad::hypot(y, x);
    if constexpr (I == 0)
      return x / length / length;
    else
      return -y / length / length;
  }
};

/// x / hypot(x, y), the cosine of the angle; 0 at the origin. These are the first partials of lengths, and
/// differentiated as quotients they would cancel: y^2 / length^3 as the small difference of 1 / length and
/// x^2 / length^3.
struct direction : operation<2, true> {
  static constexpr const char* name = "direction";
  template <class T>
  static constexpr T value(T x, T y) {
    const T length = dad::hypot(x, y);
    return dad::select(length == 0, T(0), x / length);
  }
  template <std::size_t I>
  static constexpr auto partial(const auto& x, const auto& y, const auto& cosine) {
    const auto sine = detail::direction(y, x);
    const auto length = dad::hypot(x, y);
    if constexpr (I == 0)
      return dad::select(length == 0, 0, detail::scale(sine, sine / length));
    else
      return dad::select(length == 0, 0, detail::scale(-cosine, sine / length));
  }
};

/// The length of (x, y); at the origin, where every direction is a subgradient, 0.
struct hypot : operation<2, true> {
  static constexpr const char* name = "hypot";
  static constexpr auto value(auto x, auto y) { return std::hypot(x, y); }
  template <std::size_t I>
  static constexpr auto partial(const auto& x, const auto& y, const auto& length) {
    if constexpr (I == 1)
      return partial<0>(y, x, length);
    else if constexpr (arithmetic<std::decay_t<decltype(length)>>)
      return dad::select(length == 0, 0, x / length);
    else
      return detail::direction(x, y);
  }
};

struct hypot3 : operation<3, true> {
  static constexpr const char* name = "hypot3";
  static constexpr auto value(auto x, auto y, auto z) { return std::hypot(x, y, z); }
  template <std::size_t I>
  static constexpr auto partial(const auto& x, const auto& y, const auto& z, const auto& length) {
    if constexpr (I > 0)
      return partial<I - 1>(y, z, x, length);
    else if constexpr (arithmetic<std::decay_t<decltype(length)>>)
      return dad::select(length == 0, 0, x / length);
    else
      return detail::direction(x, dad::hypot(y, z));
  }
};

}  // namespace dad::op
