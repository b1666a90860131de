// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// The arithmetic operations, and their compositions that round once.

#pragma once

#include <dad/op/declarations.hpp>

namespace dad::op {

struct negate : operation<1, false> {
  static constexpr const char* name = "negate";
  static constexpr auto value(auto x) { return -x; }
  template <std::size_t>
  static constexpr auto partial(const auto&, const auto&) {
    return minus_one{};
  }
};

struct add : operation<2, false> {
  static constexpr const char* name = "add";
  static constexpr auto value(auto x, auto y) { return x + y; }
  template <std::size_t>
  static constexpr auto partial(const auto&, const auto&, const auto&) {
    return plus_one{};
  }
};

struct subtract : operation<2, false> {
  static constexpr const char* name = "subtract";
  static constexpr auto value(auto x, auto y) { return x - y; }
  template <std::size_t I>
  static constexpr auto partial(const auto&, const auto&, const auto&) {
    if constexpr (I == 0)
      return plus_one{};
    else
      return minus_one{};
  }
};

struct multiply : operation<2, false> {
  static constexpr const char* name = "multiply";
  static constexpr auto value(auto x, auto y) { return x * y; }
  template <std::size_t I>
  static constexpr auto partial(const auto& x, const auto& y, const auto&) {
    if constexpr (I == 0)
      return y;
    else
      return x;
  }
};

/// The product inside other partials, where a factor can be infinite or NaN although their operands are
/// finite.
struct scale : operation<2, true> {
  static constexpr const char* name = "scale";
  static constexpr auto value(auto x, auto y) { return x * y; }
  template <std::size_t I>
  static constexpr auto partial(const auto& x, const auto& y, const auto& z) {
    return multiply::partial<I>(x, y, z);
  }
};

struct divide : operation<2, true> {
  static constexpr const char* name = "divide";
  static constexpr auto value(auto x, auto y) { return x / y; }
  template <std::size_t I>
  static constexpr auto partial(const auto&, const auto& y, const auto& z) {
    if constexpr (I == 0)
      return 1 / y;
    else
      return -z / y;  // not -x / y^2, whose square overflows
  }
};

struct square : operation<1, true> {
  static constexpr const char* name = "square";
  static constexpr auto value(auto x) { return x * x; }
  template <std::size_t>
  static constexpr auto partial(const auto& x, const auto&) {
    return x + x;
  }
};

/// 1 - x^2 as (1 - x)(1 + x), which does not cancel near the ends; its derivative does not cancel near 0.
struct one_minus_square : operation<1, true> {
  static constexpr const char* name = "one_minus_square";
  static constexpr auto value(auto x) { return (1 - x) * (1 + x); }
  template <std::size_t>
  static constexpr auto partial(const auto& x, const auto&) {
    return -(x + x);
  }
};

struct fma : operation<3, false> {
  static constexpr const char* name = "fma";
  static constexpr auto value(auto x, auto y, auto z) { return std::fma(x, y, z); }
  template <std::size_t I>
  static constexpr auto partial(const auto& x, const auto& y, const auto&, const auto&) {
    if constexpr (I == 0)
      return y;
    else if constexpr (I == 1)
      return x;
    else
      return plus_one{};
  }
};

struct lerp : operation<3, true> {
  static constexpr const char* name = "lerp";
  static constexpr auto value(auto a, auto b, auto t) { return std::lerp(a, b, t); }
  template <std::size_t I>
  static constexpr auto partial(const auto& a, const auto& b, const auto& t, const auto&) {
    if constexpr (I == 0)
      return 1 - t;
    else if constexpr (I == 1)
      return t;
    else
      return b - a;
  }
};

}  // namespace dad::op
