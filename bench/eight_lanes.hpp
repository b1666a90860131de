// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// Eight inputs at once, as one would do it by hand: a number type of eight doubles in an AVX-512 register
// with SLEEF's functions, and rows of inputs turned into columns and back. Where the machine or the library
// lacks that, BENCH_HAS_EIGHT_LANES is not defined.

#pragma once

#if defined(BENCH_WITH_SLEEF) && defined(__AVX512F__)
#define BENCH_HAS_EIGHT_LANES

#include <immintrin.h>
#include <sleef.h>

#include <array>
#include <cstddef>
#include <span>

namespace bench {

struct eight {
  using native = double __attribute__((vector_size(64)));
  native lanes;

  eight() = default;
  eight(native v) : lanes(v) {}
  eight(double x) : lanes(_mm512_set1_pd(x)) {}

  friend eight operator+(eight a, eight b) { return a.lanes + b.lanes; }
  friend eight operator-(eight a, eight b) { return a.lanes - b.lanes; }
  friend eight operator*(eight a, eight b) { return a.lanes * b.lanes; }
  friend eight operator/(eight a, eight b) { return a.lanes / b.lanes; }
  friend eight operator-(eight a) { return -a.lanes; }
  eight& operator+=(eight b) { return *this = *this + b; }
  eight& operator-=(eight b) { return *this = *this - b; }

  // With a mask of all lanes: for the plain intrinsic g++ 12 warns of its own header.
  friend eight sqrt(eight a) { return native(_mm512_maskz_sqrt_pd(0xff, a.lanes)); }
  friend eight exp(eight a) { return native(Sleef_expd8_u10avx512f(a.lanes)); }
  friend eight log(eight a) { return native(Sleef_logd8_u10avx512f(a.lanes)); }
  friend eight tanh(eight a) { return native(Sleef_tanhd8_u10avx512f(a.lanes)); }
  friend eight erfc(eight a) { return native(Sleef_erfcd8_u15avx512f(a.lanes)); }
};

/// Rows of eight numbers become columns.
inline void transpose(std::array<eight, 8>& rows) {
  std::array<eight, 8> pairs, fours;
  for (std::size_t i = 0; i < 8; i += 2) {
    pairs[i] = __builtin_shufflevector(rows[i].lanes, rows[i + 1].lanes, 0, 8, 2, 10, 4, 12, 6, 14);
    pairs[i + 1] = __builtin_shufflevector(rows[i].lanes, rows[i + 1].lanes, 1, 9, 3, 11, 5, 13, 7, 15);
  }
  // Even and odd quarters of two registers.
  const auto even = [](eight a, eight b) -> eight {
    return __builtin_shufflevector(a.lanes, b.lanes, 0, 1, 4, 5, 8, 9, 12, 13);
  };
  const auto odd = [](eight a, eight b) -> eight {
    return __builtin_shufflevector(a.lanes, b.lanes, 2, 3, 6, 7, 10, 11, 14, 15);
  };
  for (std::size_t i = 0; i < 8; i += 4)
    for (std::size_t k = 0; k < 2; ++k) {
      fours[i + k] = even(pairs[i + k], pairs[i + k + 2]);
      fours[i + k + 2] = odd(pairs[i + k], pairs[i + k + 2]);
    }
  for (std::size_t k = 0; k < 4; ++k) {
    rows[k] = even(fours[k], fours[k + 4]);
    rows[k + 4] = odd(fours[k], fours[k + 4]);
  }
}

/// The first `count` of eight places.
constexpr __mmask8 first_of_eight(std::size_t count) { return static_cast<__mmask8>(0xffu >> (8 - count)); }

/// Up to eight columns of eight rows, from this one on.
template <std::size_t Width, std::size_t N>
void load_tile(const std::array<double, N>* rows, std::size_t first, std::array<eight, N>& columns) {
  std::array<eight, 8> tile;
  for (std::size_t i = 0; i < 8; ++i)
    tile[i] = eight::native(_mm512_maskz_loadu_pd(first_of_eight(Width), rows[i].data() + first));
  transpose(tile);
  for (std::size_t i = 0; i < Width; ++i) columns[first + i] = tile[i];
}
template <std::size_t Width, std::size_t N>
void store_tile(const std::array<eight, N>& columns, std::size_t first, std::array<double, N>* rows) {
  std::array<eight, 8> tile;
  for (std::size_t i = 0; i < 8; ++i) tile[i] = columns[first + (i < Width ? i : 0)];
  transpose(tile);
  for (std::size_t i = 0; i < 8; ++i)
    _mm512_mask_storeu_pd(rows[i].data() + first, first_of_eight(Width), tile[i].lanes);
}

template <std::size_t N>
void load_columns(const std::array<double, N>* rows, std::array<eight, N>& columns) {
  for (std::size_t k = 0; k + 8 <= N; k += 8) load_tile<8>(rows, k, columns);
  if constexpr (N % 8 > 0) load_tile<N % 8>(rows, N - N % 8, columns);
}
template <std::size_t N>
void store_columns(const std::array<eight, N>& columns, std::array<double, N>* rows) {
  for (std::size_t k = 0; k + 8 <= N; k += 8) store_tile<8>(columns, k, rows);
  if constexpr (N % 8 > 0) store_tile<N % 8>(columns, N - N % 8, rows);
}

/// The values and gradients by hand of f at all inputs, whose number is a multiple of eight.
template <class F, std::size_t N>
void by_hand_in_eight_lanes(const F& f, std::span<const std::array<double, N>> inputs, double* values,
                            std::array<double, N>* gradients) {
  for (std::size_t i = 0; i < inputs.size(); i += 8) {
    std::array<eight, N> x, gradient;
    load_columns(&inputs[i], x);
    _mm512_storeu_pd(values + i, f.by_hand(x, gradient).lanes);
    store_columns(gradient, gradients + i);
  }
}

}  // namespace bench

#endif
