// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// exp over all lanes in parts that are not rounded together yet, and tanh from them: what erfc and tanh need
// to stay within 1 ULP. Only where products and sums that round once are an instruction (DAD_LANES_FMA).

#pragma once

#include <dad/lanes/bits.hpp>

#if DAD_LANE_COUNT > 1 && defined(__FMA__)
#define DAD_LANES_FMA

namespace dad::detail {

/// sum_i c[i] x^i, even and odd powers side by side.
template <std::size_t N>
inline pack polynomial(const double (&c)[N], const pack& x) {
  const pack square = x * x;
  pack p[2] = {pack(c[(N - 1) / 2 * 2]), pack(c[N / 2 * 2 - 1])};
#pragma GCC unroll 16
  for (std::size_t i = (N - 1) / 2 * 2; i > 0; i -= 2) p[0] = fma_of(p[0], square, c[i - 2]);
#pragma GCC unroll 16
  for (std::size_t i = N / 2 * 2 - 1; i > 1; i -= 2) p[1] = fma_of(p[1], square, c[i - 2]);
  return fma_of(p[1], x, p[0]);
}

/// 2^n for integers n in [-1022, 1023].
inline pack power_of_two(const pack& n) {
  constexpr int mantissa_bits = 52;
  // Where 2^52 is added, the last bits of a double are an integer.
  const auto bits = __builtin_bit_cast(native_bits, (n + (0x1.8p52 + 1023)).native());
  return pack::of(__builtin_bit_cast(native_pack, bits << mantissa_bits));
}

/// exp(x) = 2^n (1 + r + rest) with |r| < 0.347 and |rest| < 0.08, within 2^-60.
struct exp_parts {
  pack n;
  pack r;
  pack rest;
};

/// The parts of exp(x + y), y being what x lost in rounding; |x| < 800.
inline exp_parts parts_of_exp(const pack& x, const pack& y) {
  // tests/lanes/coefficients.py: (exp(r) - 1 - r) / r^2, and ln 2 as a sum whose first part times n is exact.
  constexpr double c[] = {0x1.0000000000000p-1,  0x1.5555555555557p-3,  0x1.5555555555556p-5,
                          0x1.11111111100dcp-7,  0x1.6c16c16c162d4p-10, 0x1.a01a01abe7fe1p-13,
                          0x1.a01a01a6d889cp-16, 0x1.71de0231960ebp-19, 0x1.27e4db646b17ep-22,
                          0x1.af4de97ca4194p-26, 0x1.1f730349868cep-29};
  constexpr double log2_e = 0x1.71547652b82fep+0;
  constexpr double ln2 = 0x1.62e42fefa3800p-1;
  constexpr double ln2_rest = 0x1.ef35793c76730p-45;
  exp_parts e;
  e.n = rint_of(x * log2_e);
  const pack r = fma_of(e.n, -ln2, x);
  const pack r_rest = fma_of(e.n, -ln2_rest, y);
  e.r = r + r_rest;
  const pack lost = (r - e.r) + r_rest;
  e.rest = fma_of(e.r * e.r, polynomial(c, e.r), fma_of(lost, e.r, lost));
  return e;
}

/// tanh(x) = d / (d + 2) with d = exp(2 x) - 1, both as a number and what it lost in rounding.
inline pack tanh_of(const pack& x) {
  constexpr double end = 20;  // from where on it is 1
  const pack size = abs_of(x);
  const pack y = select(size > end, pack(end), size);
  const exp_parts e = parts_of_exp(y + y, pack(0.0));
  const pack scale = power_of_two(e.n);
  const pack whole = scale - 1.0;
  const pack first = fma_of(scale, e.r, whole);
  const pack others = fma_of(scale, e.rest, fma_of(scale, e.r, whole - first));
  const pack d = first + others;
  const pack d_rest = (first - d) + others;
  const pack s = d + 2.0;
  const pack part = s - d;
  const pack s_rest = (d - (s - part)) + (2.0 - part) + d_rest;
  const pack inverse = 1.0 / s;
  const pack quotient = d * inverse;
  const pack error = fma_of(-quotient, s, d) + fma_of(-quotient, s_rest, d_rest);
  return copysign_of(fma_of(error, inverse, quotient), x);
}

inline pack value_over_lanes(op::tanh, const pack& x) { return tanh_of(x); }

}  // namespace dad::detail

#endif
