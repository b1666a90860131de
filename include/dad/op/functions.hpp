// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// The functions and operators a user calls, each handing its operation to the number type it was called with.
// Shapes: scalars in, a scalar out, of the number type that holds all operands (promote_t); plain numbers mix
// freely.

#pragma once

#include <vector>  // declares std::min and std::max, at a fraction of the cost of <algorithm>

#include <dad/op/arithmetic.hpp>
#include <dad/op/comparison.hpp>
#include <dad/op/exponential.hpp>
#include <dad/op/hyperbolic.hpp>
#include <dad/op/piecewise.hpp>
#include <dad/op/probability.hpp>
#include <dad/op/trigonometric.hpp>

namespace dad {

#define DAD_DEFINE_CMATH(f)      \
  template <scalar S>            \
  constexpr S f(const S& x) {    \
    return S::apply(op::f{}, x); \
  }
#define DAD_DEFINE_OWN(f)                               \
  template <number A>                                   \
  constexpr promoted_t<A> f(const A& x) {               \
    return detail::evaluate(op::f{}, promoted_t<A>(x)); \
  }
#define DAD_DEFINE_OWN_BINARY(f)                                                \
  template <number A, number B>                                                 \
  constexpr promote_t<promoted_t<A>, promoted_t<B>> f(const A& x, const B& y) { \
    using R = promote_t<promoted_t<A>, promoted_t<B>>;                          \
    if constexpr (scalar<R>)                                                    \
      return detail::apply(op::f{}, x, y);                                      \
    else                                                                        \
      return op::f::value(R(x), R(y));                                          \
  }
#define DAD_DEFINE_BINARY(f)                                                             \
  template <number A, number B>                                                          \
  requires(scalar<A> || scalar<B>) constexpr promote_t<A, B> f(const A& x, const B& y) { \
    return detail::apply(op::f{}, x, y);                                                 \
  }
#define DAD_DEFINE_TERNARY(f)                                                                          \
  template <number A, number B, number C>                                                              \
  requires(scalar<A> || scalar<B> || scalar<C>) constexpr promote_t<A, B, C> f(const A& x, const B& y, \
                                                                               const C& z) {           \
    return detail::apply(op::f{}, x, y, z);                                                            \
  }

DAD_CMATH_UNARY(DAD_DEFINE_CMATH)
DAD_OWN_UNARY(DAD_DEFINE_OWN)
DAD_CMATH_BINARY(DAD_DEFINE_BINARY)
DAD_CMATH_TERNARY(DAD_DEFINE_TERNARY)
DAD_OWN_BINARY(DAD_DEFINE_OWN_BINARY)
namespace detail {
DAD_INTERNAL_UNARY(DAD_DEFINE_OWN)
DAD_INTERNAL_BINARY(DAD_DEFINE_OWN_BINARY)
}  // namespace detail

#undef DAD_DEFINE_CMATH
#undef DAD_DEFINE_OWN
#undef DAD_DEFINE_OWN_BINARY
#undef DAD_DEFINE_BINARY
#undef DAD_DEFINE_TERNARY

#define DAD_DEFINE_OPERATOR(sign, operation)                                                         \
  template <number A, number B>                                                                      \
  requires(scalar<A> || scalar<B>) constexpr promote_t<A, B> operator sign(const A& x, const B& y) { \
    return detail::apply(op::operation{}, x, y);                                                     \
  }                                                                                                  \
  template <scalar S, number A>                                                                      \
  requires(detail::embeds<A, S>) constexpr S& operator sign##=(S& x, const A& y) {                   \
    return x = detail::apply(op::operation{}, x, y);                                                 \
  }
DAD_DEFINE_OPERATOR(+, add)
DAD_DEFINE_OPERATOR(-, subtract)
DAD_DEFINE_OPERATOR(*, multiply)
DAD_DEFINE_OPERATOR(/, divide)
#undef DAD_DEFINE_OPERATOR

template <scalar S>
constexpr S operator-(const S& x) {
  return S::apply(op::negate{}, x);
}

template <scalar S>
constexpr S& operator++(S& x) {
  return x += 1;
}
template <scalar S>
constexpr S& operator--(S& x) {
  return x -= 1;
}
template <scalar S>
constexpr S operator++(S& x, int) {
  S before = x;
  x += 1;
  return before;
}
template <scalar S>
constexpr S operator--(S& x, int) {
  S before = x;
  x -= 1;
  return before;
}

using std::abs;
using std::fabs;
template <scalar S>
constexpr S abs(const S& x) {
  return S::apply(op::abs{}, x);
}
template <scalar S>
constexpr S fabs(const S& x) {
  return S::apply(op::abs{}, x);
}

template <number A, number B, number C>
requires(scalar<A> || scalar<B> || scalar<C>) constexpr promote_t<A, B, C> hypot(const A& x, const B& y,
                                                                                 const C& z) {
  return detail::apply(op::hypot3{}, x, y, z);
}

using std::lerp;
/// a + t (b - a)
template <number A, number B, number C>
requires(scalar<A> || scalar<B> || scalar<C>) constexpr promote_t<A, B, C> lerp(const A& a, const B& b,
                                                                                const C& t) {
  return detail::apply(op::lerp{}, a, b, t);
}

template <number A>
constexpr promoted_t<A> polygamma(int order, const A& x) {
  return detail::evaluate(op::polygamma{{}, order}, promoted_t<A>(x));
}

template <scalar S>
constexpr S ldexp(const S& x, int exponent) {
  return S::apply(op::ldexp{{}, exponent}, x);
}

using std::scalbn;
template <scalar S>
constexpr S scalbn(const S& x, int exponent) {
  return ldexp(x, exponent);
}

using std::isfinite;
using std::isinf;
using std::isnormal;
using std::signbit;
#define DAD_DEFINE_PREDICATE(f, operation)         \
  template <scalar S>                              \
  constexpr auto f(const S& x) {                   \
    return detail::condition_of<op::operation>(x); \
  }
DAD_DEFINE_PREDICATE(isfinite, is_finite)
DAD_DEFINE_PREDICATE(isinf, is_infinite)
DAD_DEFINE_PREDICATE(isnormal, is_normal)
DAD_DEFINE_PREDICATE(signbit, has_sign_bit)
#undef DAD_DEFINE_PREDICATE

using std::fpclassify;
template <scalar S>
constexpr int fpclassify(const S& x) {
  const auto plain = detail::bottom(x);
  if (isnan(plain)) return FP_NAN;
  if (isinf(plain)) return FP_INFINITE;
  if (isnormal(plain)) return FP_NORMAL;
  return plain == 0 ? FP_ZERO : FP_SUBNORMAL;
}

using std::frexp;
/// The mantissa of x in [0.5, 1), whose exponent goes to *exponent.
template <scalar S>
constexpr S frexp(const S& x, int* exponent) {
  const auto plain = detail::bottom(x);
  *exponent = plain != 0 && isfinite(plain) ? static_cast<int>(logb(plain)) + 1 : 0;
  return ldexp(x, -*exponent);
}

using std::modf;
/// The fractional part of x, whose integral part goes to *integral.
template <scalar S>
constexpr S modf(const S& x, S* integral) {
  *integral = trunc(x);
  if (isinf(x)) return S(copysign(plain_t<S>(0), detail::bottom(x)));
  return signbit(x) ? S(-(*integral - x)) : S(x - *integral);  // a zero keeps the sign of x
}

// More constrained than std's templates of the same shape, these win wherever both are found (using std::max;
// ...).
using std::max;
using std::min;
#define DAD_DEFINE_EXTREME(f)                                                                         \
  template <scalar S>                                                                                 \
  constexpr S f(const S& x, const S& y) {                                                             \
    return S::apply(op::f{}, x, y);                                                                   \
  }                                                                                                   \
  template <number A, number B>                                                                       \
  requires((scalar<A> || scalar<B>)&&!std::is_same_v<A, B>) constexpr promote_t<A, B> f(const A& x,   \
                                                                                        const B& y) { \
    return detail::apply(op::f{}, x, y);                                                              \
  }
DAD_DEFINE_EXTREME(min)
DAD_DEFINE_EXTREME(max)
#undef DAD_DEFINE_EXTREME

template <detail::condition C, number A, number B>
constexpr promote_t<typename C::scalar_type, A, B> select(const C& condition, const A& a, const B& b) {
  using S = typename C::scalar_type;
  using R = promote_t<S, A, B>;
  if constexpr (std::is_same_v<R, S>)
    return S::choose(condition, R(a), R(b));
  else if constexpr (detail::knows_where_it_is<S>)
    return R::choose(condition, R(a), R(b));
  else
    return R::apply(op::choose{}, detail::as_operand<R>(S(condition)), R(a), R(b));
}

template <scalar S>
constexpr S clamp(const S& x, const S& low, const S& high) {
  return S::apply(op::clamp{}, x, low, high);
}
template <number A, number B, number C>
constexpr promote_t<A, B, C> clamp(const A& x, const B& low, const C& high) {
  return detail::evaluate(op::clamp{}, promote_t<A, B, C>(x), promote_t<A, B, C>(low),
                          promote_t<A, B, C>(high));
}

}  // namespace dad
