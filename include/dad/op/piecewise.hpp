// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// Operations made of straight pieces: signs, extremes, rounding, and moves of the binary exponent.

#pragma once

#include <dad/op/declarations.hpp>

namespace dad::op {

/// -1, 0 or 1; NaN stays NaN.
struct sign : straight_operation<1, false> {
  static constexpr const char* name = "sign";
  template <class T>
  static constexpr T value(T x) {
    return x > 0 ? T(1) : x < 0 ? T(-1) : x == 0 ? T(0) : x;
  }
  template <std::size_t>
  static constexpr auto partial(const auto&, const auto&) {
    return zero{};
  }
};

struct abs : straight_operation<1, false> {
  static constexpr const char* name = "abs";
  static constexpr auto value(auto x) { return std::fabs(x); }
  template <std::size_t>
  static constexpr auto partial(const auto& x, const auto&) {
    return dad::sign(x);
  }
};

struct relu : straight_operation<1, false> {
  static constexpr const char* name = "relu";
  template <class T>
  static constexpr T value(T x) {
    return x < 0 ? T(0) : x;
  }
  template <std::size_t>
  static constexpr auto partial(const auto& x, const auto&) {
    return dad::select(x > 0, 1, 0);
  }
};

struct copysign : straight_operation<2, false> {
  static constexpr const char* name = "copysign";
  static constexpr auto value(auto x, auto y) { return std::copysign(x, y); }
  template <std::size_t I>
  static constexpr auto partial(const auto& x, const auto& y, const auto&) {
    if constexpr (I == 0)
      return dad::sign(x) * dad::copysign(1, y);
    else
      return zero{};
  }
};

// min and max are std's: on a tie or a NaN the first argument is taken, and the derivative flows to it.
struct min : straight_operation<2, false> {
  static constexpr const char* name = "min";
  static constexpr auto value(auto x, auto y) { return y < x ? y : x; }
  template <std::size_t I>
  static constexpr auto partial(const auto& x, const auto& y, const auto&) {
    return dad::select(detail::agrees(y < x, I == 1), 1, 0);
  }
};

struct max : straight_operation<2, false> {
  static constexpr const char* name = "max";
  static constexpr auto value(auto x, auto y) { return x < y ? y : x; }
  template <std::size_t I>
  static constexpr auto partial(const auto& x, const auto& y, const auto&) {
    return dad::select(detail::agrees(x < y, I == 1), 1, 0);
  }
};

// fmin and fmax take the other argument where one is NaN.
struct fmin : straight_operation<2, false> {
  static constexpr const char* name = "fmin";
  static constexpr auto value(auto x, auto y) { return std::fmin(x, y); }
  template <std::size_t I>
  static constexpr auto partial(const auto& x, const auto& y, const auto&) {
    return dad::select(detail::agrees(detail::either(y < x, dad::isnan(x)), I == 1), 1, 0);
  }
};

struct fmax : straight_operation<2, false> {
  static constexpr const char* name = "fmax";
  static constexpr auto value(auto x, auto y) { return std::fmax(x, y); }
  template <std::size_t I>
  static constexpr auto partial(const auto& x, const auto& y, const auto&) {
    return dad::select(detail::agrees(detail::either(x < y, dad::isnan(x)), I == 1), 1, 0);
  }
};

/// std::clamp: a tie flows to the clamped argument.
struct clamp : straight_operation<3, false> {
  static constexpr const char* name = "clamp";
  static constexpr auto value(auto x, auto low, auto high) { return x < low ? low : high < x ? high : x; }
  template <std::size_t I>
  static constexpr auto partial(const auto& x, const auto& low, const auto& high, const auto&) {
    const auto is_low = x < low;
    const auto is_high = detail::both(detail::negated(is_low), high < x);
    if constexpr (I == 0)
      return dad::select(detail::either(is_low, is_high), 0, 1);
    else if constexpr (I == 1)
      return dad::select(is_low, 1, 0);
    else
      return dad::select(is_high, 1, 0);
  }
};

struct fdim : straight_operation<2, false> {
  static constexpr const char* name = "fdim";
  static constexpr auto value(auto x, auto y) { return std::fdim(x, y); }
  template <std::size_t I>
  static constexpr auto partial(const auto& x, const auto& y, const auto&) {
    return dad::select(x > y, I == 0 ? 1 : -1, 0);
  }
};

// x - n y with n an integer, which is flat: n is read off the result, where no rounding of x / y can miss it.
struct fmod : straight_operation<2, true> {
  static constexpr const char* name = "fmod";
  static constexpr auto value(auto x, auto y) { return std::fmod(x, y); }
  template <std::size_t I>
  static constexpr auto partial(const auto& x, const auto& y, const auto& z) {
    if constexpr (I == 0)
      return plus_one{};
    else
      return dad::round((detail::bottom(z) - detail::bottom(x)) / detail::bottom(y));
  }
};

struct remainder : straight_operation<2, true> {
  static constexpr const char* name = "remainder";
  static constexpr auto value(auto x, auto y) { return std::remainder(x, y); }
  template <std::size_t I>
  static constexpr auto partial(const auto& x, const auto& y, const auto& z) {
    return fmod::partial<I>(x, y, z);
  }
};

struct nextafter : straight_operation<2, false> {
  static constexpr const char* name = "nextafter";
  static constexpr auto value(auto x, auto y) { return std::nextafter(x, y); }
  template <std::size_t I>
  static constexpr auto partial(const auto&, const auto&, const auto&) {
    if constexpr (I == 0)
      return plus_one{};
    else
      return zero{};
  }
};

/// x 2^exponent
struct ldexp : straight_operation<1, true> {
  static constexpr const char* name = "ldexp";
  int exponent = 0;

  constexpr auto value(auto x) const { return std::ldexp(x, exponent); }
  template <std::size_t>
  constexpr auto partial(const auto& x, const auto&) const {
    return std::ldexp(plain_t<std::decay_t<decltype(x)>>(1), exponent);
  }
};

#define DAD_DEFINE_FLAT(f)                                    \
  struct f : straight_operation<1, false> {                   \
    static constexpr const char* name = #f;                   \
    static constexpr auto value(auto x) { return std::f(x); } \
    template <std::size_t>                                    \
    static constexpr auto partial(const auto&, const auto&) { \
      return zero{};                                          \
    }                                                         \
  };
DAD_DEFINE_FLAT(floor)
DAD_DEFINE_FLAT(ceil)
DAD_DEFINE_FLAT(round)
DAD_DEFINE_FLAT(trunc)
DAD_DEFINE_FLAT(rint)
DAD_DEFINE_FLAT(nearbyint)
DAD_DEFINE_FLAT(logb)
#undef DAD_DEFINE_FLAT

}  // namespace dad::op
