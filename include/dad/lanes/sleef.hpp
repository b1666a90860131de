// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// The vector functions of SLEEF (https://sleef.org) over packs, where the build found it (DAD_WITH_SLEEF),
// with the ends of their ranges put right. They are declared here under names of our own: sleef.h takes
// longer to compile than all of lanes/, and a program may include it beside.

#pragma once

#include <limits>

#include <dad/lanes/exponential.hpp>
#include <dad/lanes/lane_by_lane.hpp>

// The name of one of SLEEF's functions for the target: never the one that picks instructions at run time,
// whose results would depend on the machine.
#if defined(DAD_WITH_SLEEF)
#if DAD_LANE_COUNT == 8
#define DAD_SLEEF_NAME(f, accuracy) "Sleef_" #f "d8_" accuracy "avx512f"
#elif DAD_LANE_COUNT == 4 && defined(__AVX2__) && defined(__FMA__)
#define DAD_SLEEF_NAME(f, accuracy) "Sleef_" #f "d4_" accuracy "avx2"
#elif DAD_LANE_COUNT == 4
#define DAD_SLEEF_NAME(f, accuracy) "Sleef_" #f "d4_" accuracy "avx"
#elif DAD_LANE_COUNT == 2 && defined(__SSE4_1__)
#define DAD_SLEEF_NAME(f, accuracy) "Sleef_" #f "d2_" accuracy "sse4"
#elif DAD_LANE_COUNT == 2
#define DAD_SLEEF_NAME(f, accuracy) "Sleef_" #f "d2_" accuracy "sse2"
#endif
#endif

#if defined(DAD_SLEEF_NAME)

namespace dad::detail {

// Each is less than 1 ULP off, but for what is said below (tests/lanes/lanes_test.cpp).
#define DAD_DEFINE_UNARY(f, accuracy)                                                     \
  extern "C" native_pack dad_sleef_##f(native_pack) __asm__(DAD_SLEEF_NAME(f, accuracy)); \
  inline pack sleef(op::f, const pack& x) { return pack::of(dad_sleef_##f(x.native())); }
#define DAD_DEFINE_BINARY(f, accuracy)                                                                 \
  extern "C" native_pack dad_sleef_##f(native_pack, native_pack) __asm__(DAD_SLEEF_NAME(f, accuracy)); \
  inline pack sleef(op::f, const pack& x, const pack& y) {                                             \
    return pack::of(dad_sleef_##f(x.native(), y.native()));                                            \
  }
DAD_DEFINE_UNARY(exp, "u10")
DAD_DEFINE_UNARY(exp2, "u10")
DAD_DEFINE_UNARY(expm1, "u10")
DAD_DEFINE_UNARY(log, "u10")
DAD_DEFINE_UNARY(log2, "u10")
DAD_DEFINE_UNARY(log10, "u10")
DAD_DEFINE_UNARY(log1p, "u10")
DAD_DEFINE_UNARY(cbrt, "u10")
DAD_DEFINE_UNARY(sin, "u10")
DAD_DEFINE_UNARY(cos, "u10")
DAD_DEFINE_UNARY(tan, "u10")
DAD_DEFINE_UNARY(asin, "u10")
DAD_DEFINE_UNARY(acos, "u10")
DAD_DEFINE_UNARY(atan, "u10")
DAD_DEFINE_UNARY(sinh, "u10")
DAD_DEFINE_UNARY(cosh, "u10")
DAD_DEFINE_UNARY(asinh, "u10")
DAD_DEFINE_UNARY(acosh, "u10")
DAD_DEFINE_UNARY(atanh, "u10")
DAD_DEFINE_UNARY(tgamma, "u10")
DAD_DEFINE_BINARY(pow, "u10")
DAD_DEFINE_BINARY(atan2, "u10")
DAD_DEFINE_BINARY(hypot, "u05")
#if !defined(DAD_LANES_FMA)
DAD_DEFINE_UNARY(tanh, "u10")
DAD_DEFINE_UNARY(erf, "u10")
DAD_DEFINE_UNARY(erfc, "u15")
#endif
#undef DAD_DEFINE_UNARY
#undef DAD_DEFINE_BINARY

/// |x| below which an odd function of slope 1 is x: SLEEF loses the last bits of denormal numbers.
template <class Op>
inline constexpr double identity_end = 0;
template <>
inline constexpr double identity_end<op::log1p> = 0x1p-54;
template <>
inline constexpr double identity_end<op::tan> = 0x1p-27;
template <>
inline constexpr double identity_end<op::sinh> = 0x1p-27;
template <>
inline constexpr double identity_end<op::tanh> = 0x1p-27;
template <>
inline constexpr double identity_end<op::asinh> = 0x1p-27;
template <>
inline constexpr double identity_end<op::atanh> = 0x1p-27;

// The lanes, one bit each, that are left to <cmath>: where SLEEF's infinities begin too early, and in tails
// that it misses.
inline unsigned lanes_beyond(op::exp, const pack&, const pack& x) { return bits_of_greater(x, 709.78); }
inline unsigned lanes_beyond(op::log1p, const pack&, const pack& x) { return bits_of_greater(x, 1e307); }
inline unsigned lanes_beyond(op::sinh, const pack&, const pack& x) {
  return bits_of_greater(abs_of(x), 709.0);
}
inline unsigned lanes_beyond(op::cosh, const pack&, const pack& x) {
  return bits_of_greater(abs_of(x), 709.0);
}
inline unsigned lanes_beyond(op::asinh, const pack&, const pack& x) {
  return bits_of_greater(abs_of(x), 1e154);
}
inline unsigned lanes_beyond(op::acosh, const pack&, const pack& x) { return bits_of_greater(x, 1e154); }
inline unsigned lanes_beyond(op::tgamma, const pack&, const pack& x) { return bits_of_greater(-170.0, x); }
inline unsigned lanes_beyond(op::pow, const pack& y, const pack&, const pack&) {
  return bits_of_greater(abs_of(y), std::numeric_limits<double>::max());
}
#if !defined(DAD_LANES_FMA)
// Without products that round once, denormal results are more than 1 ULP off.
inline unsigned lanes_of_tiny(const pack& y) { return bits(both(abs_of(y) < 0x1p-1020, y != 0.0)); }
inline unsigned lanes_beyond(op::erf, const pack& y, const pack&) { return lanes_of_tiny(y); }
inline unsigned lanes_beyond(op::erfc, const pack& y, const pack&) { return lanes_of_tiny(y); }
inline unsigned lanes_beyond(op::atan2, const pack& y, const pack&, const pack&) { return lanes_of_tiny(y); }
inline unsigned lanes_beyond(op::hypot, const pack& y, const pack&, const pack&) { return lanes_of_tiny(y); }
#endif

template <class Op, class... P>
requires requires(const Op& op, const P&... x) { sleef(op, x...); }
inline pack value_over_lanes(const Op& op, const P&... x) {
  pack y = sleef(op, x...);
  constexpr double end = identity_end<Op>;
  if constexpr (end != 0) y = (select(abs_of(x) < end, x, y), ...);
  if constexpr (requires { lanes_beyond(op, y, x...); })
    return repaired(op, y, lanes_beyond(op, y, x...), x...);
  else
    return y;
}

}  // namespace dad::detail

#endif
