// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// Comparisons, classes of numbers and choices. As operations they have the value 1 or 0; they are what a
// condition records.

#pragma once

#include <limits>

#include <dad/op/declarations.hpp>

namespace dad::op {

#define DAD_DEFINE_COMPARISON(name_, sign)                                         \
  struct name_ : operation<2, false> {                                             \
    static constexpr const char* name = #name_;                                    \
    static constexpr auto holds(const auto& x, const auto& y) { return x sign y; } \
    template <class T>                                                             \
    static constexpr T value(const T& x, const T& y) {                             \
      return dad::select(x sign y, T(1), T(0));                                    \
    }                                                                              \
    template <std::size_t>                                                         \
    static constexpr auto partial(const auto&, const auto&, const auto&) {         \
      return zero{};                                                               \
    }                                                                              \
  };
DAD_DEFINE_COMPARISON(less, <)
DAD_DEFINE_COMPARISON(less_equal, <=)
DAD_DEFINE_COMPARISON(equal, ==)
#undef DAD_DEFINE_COMPARISON

#define DAD_DEFINE_PREDICATE(name_, ...)                               \
  struct name_ : operation<1, false> {                                 \
    static constexpr const char* name = #name_;                        \
    template <class T>                                                 \
    static constexpr auto holds(const T& x) {                          \
      using limits [[maybe_unused]] = std::numeric_limits<plain_t<T>>; \
      return __VA_ARGS__;                                              \
    }                                                                  \
    template <class T>                                                 \
    static constexpr T value(const T& x) {                             \
      return dad::select(holds(x), T(1), T(0));                        \
    }                                                                  \
    template <std::size_t>                                             \
    static constexpr auto partial(const auto&, const auto&) {          \
      return zero{};                                                   \
    }                                                                  \
  };
DAD_DEFINE_PREDICATE(is_nan, x != x)
DAD_DEFINE_PREDICATE(is_infinite, detail::either(x > limits::max(), x < limits::lowest()))
DAD_DEFINE_PREDICATE(is_finite, detail::both(x <= limits::max(), x >= limits::lowest()))
DAD_DEFINE_PREDICATE(is_normal, detail::both(is_finite::holds(x),
                                             detail::either(x >= limits::min(), x <= -limits::min())))
DAD_DEFINE_PREDICATE(has_sign_bit, dad::copysign(T(1), x) < 0)
#undef DAD_DEFINE_PREDICATE

/// y where the condition, a number, is not 0; z elsewhere.
struct choose : straight_operation<3, false> {
  static constexpr const char* name = "choose";
  template <class T>
  static constexpr T value(const T& c, const T& x, const T& y) {
    return dad::select(c != 0, x, y);
  }
  template <std::size_t I>
  static constexpr auto partial(const auto& c, const auto&, const auto&, const auto&) {
    if constexpr (I == 0)
      return zero{};
    else
      return dad::select(c != 0, I == 1 ? 1 : 0, I == 1 ? 0 : 1);
  }
};

}  // namespace dad::op
