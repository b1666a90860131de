// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// The arithmetic operations, and their compositions that round once.

#pragma once

#include <dad/op/declarations.hpp>

namespace dad::op {

struct negate : straight_operation<1, false> {
  static constexpr const char* name = "negate";
  static constexpr auto value(auto x) { return -x; }
  template <std::size_t>
  static constexpr auto partial(const auto&, const auto&) {
    return minus_one{};
  }
};

struct add : straight_operation<2, false> {
  static constexpr const char* name = "add";
  static constexpr auto value(auto x, auto y) { return x + y; }
  template <std::size_t>
  static constexpr auto partial(const auto&, const auto&, const auto&) {
    return plus_one{};
  }
};

struct subtract : straight_operation<2, false> {
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
  template <class Y>
  static constexpr void taylor(Y& z, const auto& x, const auto& y) {
    detail::multiply_rows(z, x, y);
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
  template <class Y>
  static constexpr void taylor(Y& z, const auto& x, const auto& y) {
    multiply::taylor(z, x, y);
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
  template <class Y>
  static constexpr void taylor(Y& z, const auto& x, const auto& y) {
    detail::divide(z, x, y);
  }
};

struct square : operation<1, true> {
  static constexpr const char* name = "square";
  static constexpr auto value(auto x) { return x * x; }
  template <std::size_t>
  static constexpr auto partial(const auto& x, const auto&) {
    return x + x;
  }
  template <class Y>
  static constexpr void taylor(Y& y, const auto& x) {
    multiply::taylor(y, x, x);
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
  template <class Y>
  static constexpr void taylor(Y& y, const auto& x) {
    y = detail::one_minus_square_of<Y>(y[0], x);
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
  template <class Y>
  static constexpr void taylor(Y& r, const auto& x, const auto& y, const auto& z) {
    for (std::size_t k = 1; k < r.size(); ++k)
      r[k] = detail::convolution(x, y, k) + detail::coefficient(z, k);
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
  template <class Y>
  static constexpr void taylor(Y& y, const auto& a, const auto& b, const auto& t) {
    for (std::size_t k = 1; k < y.size(); ++k)
      y[k] = (1 - t[0]) * detail::coefficient(a, k) + t[0] * detail::coefficient(b, k) +
             (detail::convolution(b, t, k, 0, k - 1) - detail::convolution(a, t, k, 0, k - 1));
  }
};

}  // namespace dad::op
