// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// The names of all elementary functions, so that the partial of one operation can be written with the others.

#pragma once

#include <cmath>
#include <compare>

#include <dad/op/condition.hpp>
#include <dad/op/operation.hpp>
#include <dad/op/recurrence.hpp>

// clang-format off
// Functions of one operand that <cmath> has, and those that only dad has.
#define DAD_CMATH_UNARY(X)                                                                                  \
  X(exp) X(exp2) X(expm1) X(log) X(log2) X(log10) X(log1p) X(sqrt) X(cbrt) X(sin) X(cos) X(tan) X(asin)     \
  X(acos) X(atan) X(sinh) X(cosh) X(tanh) X(asinh) X(acosh) X(atanh) X(erf) X(erfc) X(lgamma) X(tgamma)     \
  X(floor) X(ceil) X(round) X(trunc) X(rint) X(nearbyint) X(logb)
#define DAD_OWN_UNARY(X)                                                                                    \
  X(square) X(digamma) X(sigmoid) X(softplus) X(relu) X(sign) X(norm_cdf) X(norm_pdf)
// Functions of two and of three operands.
#define DAD_CMATH_BINARY(X)                                                                                 \
  X(pow) X(atan2) X(hypot) X(fmin) X(fmax) X(fdim) X(fmod) X(remainder) X(copysign) X(nextafter)
#define DAD_OWN_BINARY(X) X(log_sum_exp)
#define DAD_CMATH_TERNARY(X) X(fma)
// Parts of other functions' partials; they are in detail, where no user's function of the same name meets them.
#define DAD_INTERNAL_UNARY(X) X(one_minus_square) X(gaussian) X(logistic_density)
#define DAD_INTERNAL_BINARY(X) X(scale) X(direction)
// clang-format on

namespace dad {

#define DAD_DECLARE_CMATH(f) \
  using std::f;              \
  template <scalar S>        \
  constexpr S f(const S& x);
#define DAD_DECLARE_OWN(f) \
  template <number A>      \
  constexpr promoted_t<A> f(const A& x);
#define DAD_DECLARE_OWN_BINARY(f) \
  template <number A, number B>   \
  constexpr promote_t<promoted_t<A>, promoted_t<B>> f(const A& x, const B& y);
#define DAD_DECLARE_BINARY(f)   \
  using std::f;                 \
  template <number A, number B> \
  requires(scalar<A> || scalar<B>) constexpr promote_t<A, B> f(const A& x, const B& y);
#define DAD_DECLARE_TERNARY(f)                                                                         \
  using std::f;                                                                                        \
  template <number A, number B, number C>                                                              \
  requires(scalar<A> || scalar<B> || scalar<C>) constexpr promote_t<A, B, C> f(const A& x, const B& y, \
                                                                               const C& z);

DAD_CMATH_UNARY(DAD_DECLARE_CMATH)
DAD_OWN_UNARY(DAD_DECLARE_OWN)
DAD_CMATH_BINARY(DAD_DECLARE_BINARY)
DAD_CMATH_TERNARY(DAD_DECLARE_TERNARY)
DAD_OWN_BINARY(DAD_DECLARE_OWN_BINARY)
namespace detail {
DAD_INTERNAL_UNARY(DAD_DECLARE_OWN)
DAD_INTERNAL_BINARY(DAD_DECLARE_OWN_BINARY)
}  // namespace detail

#undef DAD_DECLARE_CMATH
#undef DAD_DECLARE_OWN
#undef DAD_DECLARE_OWN_BINARY
#undef DAD_DECLARE_BINARY
#undef DAD_DECLARE_TERNARY

using std::ldexp;
template <scalar S>
constexpr S ldexp(const S& x, int exponent);

/// The derivative of digamma of the given order >= 0; polygamma(0, x) is digamma(x).
template <number A>
constexpr promoted_t<A> polygamma(int order, const A& x);

using std::abs;
template <scalar S>
constexpr S abs(const S& x);

namespace op {
struct less;
struct less_equal;
struct equal;
struct is_nan;
}  // namespace op

using std::isnan;
template <scalar S>
constexpr auto isnan(const S& x) {
  return detail::condition_of<op::is_nan>(x);
}

#define DAD_DECLARE_OPERATOR(sign) \
  template <number A, number B>    \
  requires(scalar<A> || scalar<B>) constexpr promote_t<A, B> operator sign(const A& x, const B& y);
DAD_DECLARE_OPERATOR(+)
DAD_DECLARE_OPERATOR(-)
DAD_DECLARE_OPERATOR(*)
DAD_DECLARE_OPERATOR(/)
#undef DAD_DECLARE_OPERATOR

template <scalar S>
constexpr S operator-(const S& x);
template <scalar S>
constexpr S operator+(const S& x) {
  return x;
}

// Comparisons look at values alone; they give bool, or the condition of a scalar that stands for a number.
#define DAD_DEFINE_COMPARISON(sign, ...)                                                  \
  template <number A, number B>                                                           \
  requires(scalar<A> || scalar<B>) constexpr auto operator sign(const A& x, const B& y) { \
    return __VA_ARGS__;                                                                   \
  }
DAD_DEFINE_COMPARISON(==, detail::condition_of<op::equal>(x, y))
DAD_DEFINE_COMPARISON(!=, detail::negated(detail::condition_of<op::equal>(x, y)))
DAD_DEFINE_COMPARISON(<, detail::condition_of<op::less>(x, y))
DAD_DEFINE_COMPARISON(<=, detail::condition_of<op::less_equal>(x, y))
DAD_DEFINE_COMPARISON(>, detail::condition_of<op::less>(y, x))
DAD_DEFINE_COMPARISON(>=, detail::condition_of<op::less_equal>(y, x))
#undef DAD_DEFINE_COMPARISON
template <number A, number B>
requires(scalar<A> || scalar<B>) constexpr std::partial_ordering operator<=>(const A& x, const B& y) {
  if (x < y) return std::partial_ordering::less;
  if (x == y) return std::partial_ordering::equivalent;
  return x > y ? std::partial_ordering::greater : std::partial_ordering::unordered;
}

}  // namespace dad
