// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// The operations that have one right result, over all lanes: signs, extremes, rounding, roots, and products
// and sums that round once. Every bit is that of the operation's value in double; of two zeros of different
// signs, fmin and fmax may take either, as the standard lets them.

#pragma once

#include <dad/lanes/lane_by_lane.hpp>
#include <dad/lanes/pack.hpp>
#include <dad/op/list.hpp>

namespace dad::detail {

inline pack abs_of(const pack& x) {
  constexpr long long magnitude = 0x7fffffffffffffff;
  return pack::of(__builtin_bit_cast(native_pack, __builtin_bit_cast(native_bits, x.native()) & magnitude));
}

inline pack copysign_of(const pack& x, const pack& y) {
  constexpr long long magnitude = 0x7fffffffffffffff;
  const auto u = __builtin_bit_cast(native_bits, x.native());
  const auto v = __builtin_bit_cast(native_bits, y.native());
  return pack::of(__builtin_bit_cast(native_pack, (u & magnitude) | (v & ~magnitude)));
}

// One instruction where the target has it; otherwise every double of at least 2^52 is an integer, and adding
// 2^52 to a smaller one rounds it.
#if DAD_LANE_COUNT == 8 && __has_builtin(__builtin_ia32_rndscalepd_mask)
#define DAD_ROUND(x, mode) \
  pack::of(__builtin_ia32_rndscalepd_mask((x).native(), mode, (x).native(), every_lane, 4))
#elif DAD_LANE_COUNT == 4 && __has_builtin(__builtin_ia32_roundpd256)
#define DAD_ROUND(x, mode) pack::of(__builtin_ia32_roundpd256((x).native(), mode))
#elif DAD_LANE_COUNT == 2 && defined(__SSE4_1__) && __has_builtin(__builtin_ia32_roundpd)
#define DAD_ROUND(x, mode) pack::of(__builtin_ia32_roundpd((x).native(), mode))
#endif
#if defined(DAD_ROUND)
inline pack floor_of(const pack& x) { return DAD_ROUND(x, 1); }
inline pack ceil_of(const pack& x) { return DAD_ROUND(x, 2); }
inline pack trunc_of(const pack& x) { return DAD_ROUND(x, 3); }
inline pack rint_of(const pack& x) { return DAD_ROUND(x, 4); }
#undef DAD_ROUND
#else
inline pack rint_of(const pack& x) {
  const pack size = abs_of(x);
  return select(size < 0x1p52, copysign_of((size + 0x1p52) - 0x1p52, x), x);
}
inline pack floor_of(const pack& x) {
  const pack near = rint_of(x);
  return select(near > x, near - 1.0, near);
}
inline pack ceil_of(const pack& x) {
  const pack near = rint_of(x);
  return select(near < x, copysign_of(near + 1.0, x), near);
}
inline pack trunc_of(const pack& x) { return copysign_of(floor_of(abs_of(x)), x); }
#endif

/// Away from zero where it is a tie, whatever the rounding mode.
inline pack round_of(const pack& x) {
  const pack whole = trunc_of(x);
  return select(abs_of(x - whole) >= 0.5, whole + copysign_of(1.0, x), whole);
}

inline pack sqrt_of(const pack& x) {
#if DAD_LANE_COUNT == 8 && __has_builtin(__builtin_ia32_sqrtpd512_mask)
  return pack::of(__builtin_ia32_sqrtpd512_mask(x.native(), x.native(), every_lane, 4));
#elif DAD_LANE_COUNT == 8 && __has_builtin(__builtin_ia32_sqrtpd512)
  return pack::of(__builtin_ia32_sqrtpd512(x.native(), 4));
#elif DAD_LANE_COUNT == 4 && __has_builtin(__builtin_ia32_sqrtpd256)
  return pack::of(__builtin_ia32_sqrtpd256(x.native()));
#elif DAD_LANE_COUNT == 2 && __has_builtin(__builtin_ia32_sqrtpd)
  return pack::of(__builtin_ia32_sqrtpd(x.native()));
#else
  pack y;
  for (std::size_t l = 0; l < lane_count; ++l) y.set(l, std::sqrt(x[l]));
  return y;
#endif
}

inline pack fma_of(const pack& x, const pack& y, const pack& z) {
#if DAD_LANE_COUNT == 8 && __has_builtin(__builtin_ia32_vfmaddpd512_mask)
  return pack::of(__builtin_ia32_vfmaddpd512_mask(x.native(), y.native(), z.native(), every_lane, 4));
#elif DAD_LANE_COUNT == 4 && defined(__FMA__) && __has_builtin(__builtin_ia32_vfmaddpd256)
  return pack::of(__builtin_ia32_vfmaddpd256(x.native(), y.native(), z.native()));
#elif DAD_LANE_COUNT == 2 && defined(__FMA__) && __has_builtin(__builtin_ia32_vfmaddpd)
  return pack::of(__builtin_ia32_vfmaddpd(x.native(), y.native(), z.native()));
#else
  pack r;
  for (std::size_t l = 0; l < lane_count; ++l) r.set(l, std::fma(x[l], y[l], z[l]));
  return r;
#endif
}

inline pack value_over_lanes(op::fma, const pack& x, const pack& y, const pack& z) { return fma_of(x, y, z); }
inline pack value_over_lanes(op::sqrt, const pack& x) { return sqrt_of(x); }
inline pack value_over_lanes(op::abs, const pack& x) { return abs_of(x); }
inline pack value_over_lanes(op::copysign, const pack& x, const pack& y) { return copysign_of(x, y); }
inline pack value_over_lanes(op::floor, const pack& x) { return floor_of(x); }
inline pack value_over_lanes(op::ceil, const pack& x) { return ceil_of(x); }
inline pack value_over_lanes(op::trunc, const pack& x) { return trunc_of(x); }
inline pack value_over_lanes(op::rint, const pack& x) { return rint_of(x); }
inline pack value_over_lanes(op::nearbyint, const pack& x) { return rint_of(x); }
inline pack value_over_lanes(op::round, const pack& x) { return round_of(x); }

inline pack value_over_lanes(op::sign, const pack& x) {
  return select(x > 0.0, pack(1.0), select(x < 0.0, pack(-1.0), select(x == 0.0, pack(0.0), x)));
}
inline pack value_over_lanes(op::relu, const pack& x) { return select(x < 0.0, pack(0.0), x); }
inline pack value_over_lanes(op::min, const pack& x, const pack& y) { return select(y < x, y, x); }
inline pack value_over_lanes(op::max, const pack& x, const pack& y) { return select(x < y, y, x); }
inline pack value_over_lanes(op::fmin, const pack& x, const pack& y) {
  return select(either(x < y, y != y), x, y);
}
inline pack value_over_lanes(op::fmax, const pack& x, const pack& y) {
  return select(either(x > y, y != y), x, y);
}
inline pack value_over_lanes(op::clamp, const pack& x, const pack& low, const pack& high) {
  return select(x < low, low, select(high < x, high, x));
}
inline pack value_over_lanes(op::fdim, const pack& x, const pack& y) {
  return select(x <= y, pack(0.0), x - y);
}

inline pack value_over_lanes(const op::ldexp& op, const pack& x) {
  const bool is_double =
      op.exponent >= -1074 && op.exponent <= 1023;  // 2^exponent, and one product rounds once
  return is_double ? x * std::ldexp(1.0, op.exponent) : lane_by_lane(op, x);
}

}  // namespace dad::detail
