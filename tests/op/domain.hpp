// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// One row for every operation: how a user calls it, and where its exact values are. Tests iterate
// dad::op::all, so an operation without a row does not compile.

#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <span>
#include <vector>

#include <dad/op/list.hpp>

#include "../oracle/points.hpp"

enum class room { arithmetic, exponential, trigonometric, hyperbolic, probability, piecewise };

/// What a value is held against: the function of <cmath> or <algorithm> bit by bit, or the oracle.
enum class value_of { std, oracle };

template <class Op>
struct domain {
  static_assert(sizeof(Op) == 0,
                "this operation has no row in tests/op/domain.hpp: add one, and its exact values to "
                "tests/oracle/generate.py");
};

/// An operation with its parameter, if it has one, and the points it is tried at.
template <class Op>
struct trial {
  static constexpr auto arity = static_cast<std::size_t>(Op::arity);
  using point = oracle::point<arity>;

  Op op;
  std::span<const point> points;
};

template <room Where, value_of Value>
struct row {
  static constexpr room where = Where;
  static constexpr value_of value = Value;
};

#define DAD_TRIALS(operation, points) \
  static std::vector<trial<dad::op::operation>> trials() { return {{dad::op::operation{}, points}}; }
#define DAD_STD_ROW(place, name)                                   \
  template <>                                                      \
  struct domain<dad::op::name> : row<room::place, value_of::std> { \
    DAD_TRIALS(name, oracle::place::name)                          \
    static auto call(const dad::op::name&, const auto&... x) {     \
      using std::name;                                             \
      return name(x...);                                           \
    }                                                              \
  };
#define DAD_OWN_ROW(place, name)                                                         \
  template <>                                                                            \
  struct domain<dad::op::name> : row<room::place, value_of::oracle> {                    \
    DAD_TRIALS(name, oracle::place::name)                                                \
    static auto call(const dad::op::name&, const auto&... x) { return dad::name(x...); } \
  };
#define DAD_INTERNAL_ROW(place, name)                                                            \
  template <>                                                                                    \
  struct domain<dad::op::name> : row<room::place, value_of::oracle> {                            \
    DAD_TRIALS(name, oracle::place::name)                                                        \
    static auto call(const dad::op::name&, const auto&... x) { return dad::detail::name(x...); } \
  };
#define DAD_OPERATOR_ROW(place, name, sign)                                                   \
  template <>                                                                                 \
  struct domain<dad::op::name> : row<room::place, value_of::std> {                            \
    DAD_TRIALS(name, oracle::place::name)                                                     \
    static auto call(const dad::op::name&, const auto& x, const auto& y) { return x sign y; } \
  };

DAD_OPERATOR_ROW(arithmetic, add, +)
DAD_OPERATOR_ROW(arithmetic, subtract, -)
DAD_OPERATOR_ROW(arithmetic, multiply, *)
DAD_OPERATOR_ROW(arithmetic, divide, /)
DAD_INTERNAL_ROW(arithmetic, scale)
template <>
struct domain<dad::op::negate> : row<room::arithmetic, value_of::std> {
  DAD_TRIALS(negate, oracle::arithmetic::negate)
  static auto call(const dad::op::negate&, const auto& x) { return -x; }
};
DAD_OWN_ROW(arithmetic, square)
DAD_INTERNAL_ROW(arithmetic, one_minus_square)
DAD_STD_ROW(arithmetic, fma)
DAD_STD_ROW(arithmetic, lerp)

DAD_STD_ROW(exponential, exp)
DAD_STD_ROW(exponential, exp2)
DAD_STD_ROW(exponential, expm1)
DAD_STD_ROW(exponential, log)
DAD_STD_ROW(exponential, log2)
DAD_STD_ROW(exponential, log10)
DAD_STD_ROW(exponential, log1p)
DAD_STD_ROW(exponential, sqrt)
DAD_STD_ROW(exponential, cbrt)
DAD_STD_ROW(exponential, pow)

DAD_STD_ROW(trigonometric, sin)
DAD_STD_ROW(trigonometric, cos)
DAD_STD_ROW(trigonometric, tan)
DAD_STD_ROW(trigonometric, asin)
DAD_STD_ROW(trigonometric, acos)
DAD_STD_ROW(trigonometric, atan)
DAD_STD_ROW(trigonometric, atan2)
DAD_INTERNAL_ROW(trigonometric, direction)
DAD_STD_ROW(trigonometric, hypot)
template <>
struct domain<dad::op::hypot3> : row<room::trigonometric, value_of::std> {
  DAD_TRIALS(hypot3, oracle::trigonometric::hypot3)
  static auto call(const dad::op::hypot3&, const auto& x, const auto& y, const auto& z) {
    using std::hypot;
    return hypot(x, y, z);
  }
};

DAD_STD_ROW(hyperbolic, sinh)
DAD_STD_ROW(hyperbolic, cosh)
DAD_STD_ROW(hyperbolic, tanh)
DAD_STD_ROW(hyperbolic, asinh)
DAD_STD_ROW(hyperbolic, acosh)
DAD_STD_ROW(hyperbolic, atanh)

DAD_INTERNAL_ROW(probability, gaussian)
DAD_STD_ROW(probability, erf)
DAD_STD_ROW(probability, erfc)
DAD_OWN_ROW(probability, norm_pdf)
DAD_OWN_ROW(probability, norm_cdf)
DAD_STD_ROW(probability, lgamma)
DAD_STD_ROW(probability, tgamma)
DAD_OWN_ROW(probability, digamma)
template <>
struct domain<dad::op::polygamma> : row<room::probability, value_of::oracle> {
  static std::vector<trial<dad::op::polygamma>> trials() {
    namespace table = oracle::probability;
    return {{{{}, 1}, table::polygamma_1},
            {{{}, 2}, table::polygamma_2},
            {{{}, 7}, table::polygamma_7},
            {{{}, 40}, table::polygamma_40},
            {{{}, 150}, table::polygamma_150}};
  }
  static auto call(const dad::op::polygamma& op, const auto& x) { return dad::polygamma(op.order, x); }
};
DAD_INTERNAL_ROW(probability, logistic_density)
DAD_OWN_ROW(probability, sigmoid)
DAD_OWN_ROW(probability, softplus)
DAD_OWN_ROW(probability, log_sum_exp)

DAD_OWN_ROW(piecewise, sign)
DAD_STD_ROW(piecewise, abs)
DAD_OWN_ROW(piecewise, relu)
DAD_STD_ROW(piecewise, copysign)
DAD_STD_ROW(piecewise, min)
DAD_STD_ROW(piecewise, max)
DAD_STD_ROW(piecewise, fmin)
DAD_STD_ROW(piecewise, fmax)
DAD_STD_ROW(piecewise, clamp)
DAD_STD_ROW(piecewise, fdim)
DAD_STD_ROW(piecewise, fmod)
DAD_STD_ROW(piecewise, remainder)
DAD_STD_ROW(piecewise, nextafter)
template <>
struct domain<dad::op::ldexp> : row<room::piecewise, value_of::std> {
  static std::vector<trial<dad::op::ldexp>> trials() {
    return {{{{}, 3}, oracle::piecewise::ldexp_3}, {{{}, -1030}, oracle::piecewise::ldexp_m1030}};
  }
  static auto call(const dad::op::ldexp& op, const auto& x) {
    using std::ldexp;
    return ldexp(x, op.exponent);
  }
};
DAD_STD_ROW(piecewise, floor)
DAD_STD_ROW(piecewise, ceil)
DAD_STD_ROW(piecewise, round)
DAD_STD_ROW(piecewise, trunc)
DAD_STD_ROW(piecewise, rint)
DAD_STD_ROW(piecewise, nearbyint)
DAD_STD_ROW(piecewise, logb)

#undef DAD_OPERATOR_ROW
#undef DAD_INTERNAL_ROW
#undef DAD_OWN_ROW
#undef DAD_STD_ROW
#undef DAD_TRIALS

/// fn(Op{}) for every operation of a room, in the order of dad::op::all.
template <room Where, class... Op, class Fn>
void for_each_operation(dad::op::type_list<Op...>, Fn&& fn) {
  auto in_room = [&]<class One>(One op) {
    if constexpr (domain<One>::where == Where) fn(op);
  };
  (in_room(Op{}), ...);
}
