// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// erf and erfc over all lanes, within 1 ULP and without a branch.

#pragma once

#include <dad/lanes/exponential.hpp>

#if defined(DAD_LANES_FMA)

namespace dad::detail {

/// erfc(x) = 2^n (value + rest) for x in [0, 28].
struct erfc_parts {
  pack n;
  pack value;
  pack rest;
};

/// exp(x^2) erfc(x) (x + 2) is a polynomial in t = (2 - x) / (2 + x): the form of M. M. Shepherd and J. G.
/// Laframboise, Chebyshev approximation of (1 + 2x) exp(x^2) erfc x in 0 <= x < inf, Math. Comp. 36 (1981).
/// What is lost in rounding is carried along, so that one rounding is left.
inline erfc_parts parts_of_erfc(const pack& x) {
  // tests/lanes/coefficients.py
  constexpr double c0 = 0x1.058671b52c776p+0;
  constexpr double c0_rest = -0x1.1165bd807d644p-56;
  constexpr double c1 = 0x1.5fd386754eff9p-1;
  constexpr double c1_rest = 0x1.675e943efaed9p-58;
  constexpr double c2 = 0x1.1e2deea6b1164p-2;
  constexpr double c2_rest = -0x1.09486e2e2320fp-56;
  constexpr double c[] = {
      0x1.2a88e6107d3adp-5,   -0x1.606e4155258d7p-6,  -0x1.a89eaff84a4a2p-8,  0x1.9517bb6d147dfp-9,
      0x1.b6fbf985b7f13p-11,  -0x1.5ba437943e505p-11, -0x1.205403ba9167ap-15, 0x1.2efa12969c62dp-13,
      -0x1.1e76bf68685bap-15, -0x1.6bfd985a3fed2p-16, 0x1.0e7b6c79ce9a8p-16,  -0x1.2edc21db5c0d7p-20,
      -0x1.e96fe7fd4d8cep-19, 0x1.0db7154241720p-19,  0x1.357c0fb5ddffdp-29,  -0x1.3ac77f5a22761p-21,
      0x1.590d1fc5347e4p-22,  0x1.1ce52e1e73912p-26,  -0x1.de2de20be2609p-24, 0x1.6389446b32f0bp-25,
      0x1.d9ada80a91bf8p-27,  -0x1.894cd280b0b10p-27, 0x1.c1890362d623ep-32,  0x1.85e978ebdbbd2p-31};
  const pack s = x + 2.0;
  const pack s_rest = x - (s - 2.0);
  const pack q = 1.0 / s;
  const pack error = fma_of(-q, s_rest, fma_of(-q, s, 1.0));  // of q, relative
  const pack t = fma_of(4.0, q, -1.0);
  const pack t_rest = fma_of(4.0, q, -1.0 - t) + 4.0 * q * error;
  const pack p3 = polynomial(c, t);
  const pack p2 = fma_of(p3, t, c2);
  const pack p2_rest = fma_of(p3, t, c2 - p2) + c2_rest;
  const pack p1 = fma_of(p2, t, c1);
  const pack p1_rest = fma_of(p2, t, c1 - p1) + fma_of(p2_rest, t, c1_rest);
  const pack p = fma_of(p1, t, c0);
  const pack slope = fma_of(p2, t, p1);
  const pack p_rest = fma_of(p1, t, c0 - p) + fma_of(p1_rest, t, fma_of(slope, t_rest, c0_rest));

  const pack square = x * x;
  const exp_parts e = parts_of_exp(-square, fma_of(-x, x, square));
  const pack power = e.r + 1.0;
  const pack power_rest = (e.r - (power - 1.0)) + e.rest;

  const pack factor = q * p;
  const pack factor_rest = fma_of(q, p, -factor) + fma_of(q, p_rest, factor * error);
  const pack value = factor * power;
  return {e.n, value, fma_of(factor, power, -value) + fma_of(factor, power_rest, factor_rest * power)};
}

inline pack erfc_of(const pack& x) {
  constexpr double end = 28;     // from where on it is 0, and 2 at -end
  constexpr double guard = 200;  // 2^(n + guard) is no denormal number
  const pack size = abs_of(x);
  const erfc_parts e = parts_of_erfc(select(size > end, pack(end), size));
  const pack y = (e.value + e.rest) * power_of_two(e.n + guard) * 0x1p-200;
  return select(x < 0.0, 2.0 - y, y);
}

inline pack erf_of(const pack& x) {
  // tests/lanes/coefficients.py: (erf(x) / x - 2 / sqrt(pi)) / x^2
  constexpr double c[] = {-0x1.812746b0379e7p-2,  0x1.ce2f21a042bcfp-4,   -0x1.b82ce31286cbcp-6,
                          0x1.565bcd0d2ff6ep-8,   -0x1.c02db335c071dp-11, 0x1.f9a2dd9e25187p-14,
                          -0x1.f4c2b861c2c9cp-17, 0x1.b7f36af42c55ep-20,  -0x1.3d8e8315e4ddep-23};
  constexpr double slope = 0x1.20dd750429b6dp+0;  // 2 / sqrt(pi)
  constexpr double slope_rest = 0x1.1ae3a914fed80p-56;
  constexpr double end = 6;  // from where on it is 1
  const pack size = abs_of(x);
  const pack square = size * size;
  const pack near = fma_of(size, slope, size * fma_of(square, polynomial(c, square), slope_rest));
  const erfc_parts e = parts_of_erfc(select(size > end, pack(end), size));
  const pack scale = power_of_two(e.n);
  const pack value = scale * e.value;
  const pack rest = 1.0 - value;
  const pack far = rest + fma_of(-scale, e.rest, (1.0 - rest) - value);
  return copysign_of(select(size < 0.5, near, far), x);
}

inline pack value_over_lanes(op::erf, const pack& x) { return erf_of(x); }
inline pack value_over_lanes(op::erfc, const pack& x) { return erfc_of(x); }

}  // namespace dad::detail

#endif
