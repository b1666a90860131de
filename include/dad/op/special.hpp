// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// digamma and polygamma of plain numbers, which <cmath> lacks: the derivatives of lgamma and tgamma, of every
// order.

#pragma once

#include <array>
#include <cmath>
#include <concepts>
#include <cstddef>
#include <limits>
#include <numbers>
#include <type_traits>

namespace dad::detail {

/// mantissa * 2^exponent: for products whose factors leave the range of T while the whole does not.
template <std::floating_point T>
struct scaled {
  T mantissa;
  int exponent;
};

/// (n-1)! / x^n for n >= 1 and x > 0, within 1 ULP.
///
/// The product of 1/x and of k/x for k < n, the roundings carried along: a polygamma of odd order has a
/// minimum between two poles, and there no error that grows with n can be forgiven.
template <std::floating_point T>
scaled<T> factorial_over_power(int n, T x) {
  constexpr T large = T(0x1p400);
  constexpr T small = T(0x1p-400);
  T product = T(1) / x;
  if (std::isinf(product) || n == 1) return {product, 0};
  T lost = std::fma(-product, x, T(1));  // relative to the product
  int exponent = 0;
  for (int k = 1; k < n; ++k) {
    const T factor = static_cast<T>(k) / x;
    const T next = product * factor;
    if (std::isinf(next) || next == T(0)) return {next, 0};
    lost +=
        std::fma(-factor, x, static_cast<T>(k)) / static_cast<T>(k) + std::fma(product, factor, -next) / next;
    product = next;
    if (product > large) {
      product *= small;
      exponent += 400;
    } else if (product < small) {
      product *= large;
      exponent -= 400;
    }
  }
  return {product + product * lost, exponent};
}

template <std::floating_point T>
T integer_power(T base, int exponent) {
  T power = 1;
  for (; exponent > 0; exponent /= 2, base *= base)
    if (exponent % 2 == 1) power *= base;
  return power;
}

/// 2^exponent n! zeta(n+1, x), that is |polygamma(n, x)| for exponent 0, for n >= 1 and x > 0.
///
/// The sum over 1/(x+k)^(n+1), its first terms as they stand and the rest by Euler and Maclaurin's formula,
/// relative to (n-1)!/x^n so that nothing overflows before the result does. Abramowitz & Stegun 6.4.10
/// and 6.4.11; DLMF 5.15.8.
/// x_rest is what x lost in rounding; it counts as in the first term.
template <std::floating_point T>
T polygamma_magnitude(int n, T x, T x_rest = 0, int exponent = 0) {
  // B_2j / (2j)!; from y = n + 10 on, the first term left out is below 1e-17 of the whole for every n.
  constexpr std::array<T, 10> bernoulli = {
      T(1) / T(12),
      T(-1) / T(720),
      T(1) / T(30240),
      T(-1) / T(1209600),
      T(1) / T(47900160),
      T(-691) / T(1307674368000),
      T(1) / T(74724249600),
      T(-3617) / T(10670622842880000),
      T(43867) / T(5109094217170944000),
      T(-174611) / T(802857662698291200000.0),
  };
  const T order = static_cast<T>(n);
  T sum = 0;
  T y = x;
  bool is_complete = false;
  for (int k = 0; y < order + T(10) && !is_complete;) {
    const T term = integer_power(x / y, n + 1);
    sum += term;
    is_complete = term * (T(1) + y / order) < std::numeric_limits<T>::epsilon() / T(16);
    y = x + static_cast<T>(++k);
  }
  T relative = order / x * sum;
  if (!is_complete) {
    T tail = T(1) + order / y / T(2);
    T rising = 1;  // n (n+1) ... (n+2j-1) / y^2j
    for (std::size_t j = 0; j < bernoulli.size(); ++j) {
      const T i = order + static_cast<T>(2 * j);
      rising *= (i / y) * ((i + T(1)) / y);
      tail += bernoulli[j] * rising;
    }
    relative += integer_power(x / y, n) * tail;
  }
  relative *= T(1) - (order + T(1)) * (x_rest / x);
  const scaled<T> first = factorial_over_power(n, x);
  return std::ldexp(first.mantissa * relative, first.exponent + exponent);
}

/// The derivative of log |gamma(x)|, on the whole line.
///
/// At the poles: -inf at +0 and +inf at -0, NaN at negative integers, where the two sides differ (as tgamma);
/// NaN at -inf. Recurrence up to x >= 10, its sum with the roundings carried along because it cancels near
/// the root at 1.46, then the asymptotic series (Abramowitz & Stegun 6.3.6 and 6.3.18; DLMF 5.11.2);
/// reflection for x < -1/2 (Abramowitz & Stegun 6.3.7; DLMF 5.5.4). float is computed in double.
template <std::floating_point T>
T digamma(T x) {
  if constexpr (std::is_same_v<T, float>) {
    return static_cast<float>(digamma(static_cast<double>(x)));
  } else {
    using limits = std::numeric_limits<T>;
    if (x < T(-0.5)) {
      const T r = x - std::round(x);  // exact
      if (r == T(0) || std::isinf(x)) return limits::quiet_NaN();
      return digamma(T(1) - x) - std::numbers::pi_v<T> / std::tan(std::numbers::pi_v<T> * r);
    }
    if (x == limits::infinity()) return x;
    T sum = 0;
    T rest = 0;
    T y = x;
    for (int k = 0; y < T(10);) {
      const T term = T(1) / y;
      if (std::isinf(term)) return -term;
      const T next = sum + term;  // next + (what it lost) == sum + term, exactly (Knuth's two-sum)
      const T part = next - sum;
      rest += (sum - (next - part)) + (term - part);
      sum = next;
      y = x + static_cast<T>(++k);
    }
    // B_2j / 2j; at y = 10 the first term left out is 3e-20.
    constexpr std::array<T, 10> bernoulli = {
        T(1) / T(12),       T(-1) / T(120), T(1) / T(252),      T(-1) / T(240),      T(1) / T(132),
        T(-691) / T(32760), T(1) / T(12),   T(-3617) / T(8160), T(43867) / T(14364), T(-174611) / T(6600),
    };
    const T inverse = T(1) / y;
    const T square = inverse * inverse;
    T series = 0;
    for (std::size_t j = bernoulli.size(); j-- > 0;) series = (series + bernoulli[j]) * square;
    return (std::log(y) - sum) - (rest + (inverse / T(2) + series));
  }
}

/// The n-th derivative of digamma, n >= 0 (NaN for n < 0), on the whole line; orders to 150 and beyond.
///
/// Overflows to inf where the true value does. At the poles: for odd n +inf, the limit from both sides; for
/// even n -inf at +0, +inf at -0 and NaN at negative integers. For x < 0 the sum over all integers, which
/// depends on x's distance r to the nearest one alone, less the terms beyond x: the reflection of Abramowitz
/// & Stegun 6.4.7 (DLMF 5.15.6) without the polynomials in cot.
template <std::floating_point T>
T polygamma(int n, T x) {
  if constexpr (std::is_same_v<T, float>) {
    return static_cast<float>(polygamma(n, static_cast<double>(x)));
  } else {
    using limits = std::numeric_limits<T>;
    if (n == 0) return digamma(x);
    if (n < 0 || std::isnan(x) || x == -limits::infinity()) return limits::quiet_NaN();
    const bool is_odd = n % 2 == 1;
    const T sign = is_odd ? T(1) : T(-1);
    if (x == limits::infinity()) return std::copysign(T(0), sign);
    if (x > T(0)) return sign * polygamma_magnitude(n, x);

    const T r = x - std::round(x);  // exact
    if (x == T(0) || r == T(0)) {
      if (is_odd) return limits::infinity();
      return x == T(0) ? -std::copysign(limits::infinity(), x) : limits::quiet_NaN();
    }
    const int scale = -64;  // the sums of the two sides may overflow where their difference does not
    const scaled<T> first = factorial_over_power(n + 1, std::fabs(r));
    const T pole = std::copysign(std::ldexp(first.mantissa, first.exponent + scale), is_odd ? T(1) : r);
    const T above = T(1) + r;
    T result = sign * (pole + polygamma_magnitude(n, above, r - (above - T(1)), scale));
    if (x <= T(-0.5)) {
      const T below = T(1) - r;
      result += polygamma_magnitude(n, below, (T(1) - below) - r, scale) -
                polygamma_magnitude(n, T(1) - x, T(0), scale);
    }
    return std::ldexp(result, -scale);
  }
}

}  // namespace dad::detail
