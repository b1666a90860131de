// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// Sums over rows of numbers that have the same bits whoever asks for them: in a fixed order, and out of line,
// as a compiler contracts products and sums anew wherever it copies a function to.

#pragma once

#include <cmath>
#include <cstddef>
#include <cstring>

#include <dad/core/vector_width.hpp>

namespace dad::detail {

/// a' b. The order of the sum is written down, in 16 parts so that it is computed in lanes.
template <class...>
[[gnu::noinline]] double dot_of_rows(const double* a, const double* b, std::size_t n) {
  double parts[16] = {};
  std::size_t k = 0;
  for (; k + 16 <= n; k += 16)
    for (std::size_t i = 0; i < 16; ++i) parts[i] += a[k + i] * b[k + i];
  double sum = 0;
  for (; k < n; ++k) sum += a[k] * b[k];
  for (const double part : parts) sum += part;
  return sum;
}

/// to += factor * from.
template <class...>
[[gnu::noinline]] void add_multiple_of_row(double* to, double factor, const double* from, std::size_t n) {
  for (std::size_t k = 0; k < n; ++k) to[k] += factor * from[k];
}

/// The Euclidean norm, also where the squares leave the range of double.
template <class...>
[[gnu::noinline]] double length_of_row(const double* v, std::size_t n) {
  const double squares = dot_of_rows(v, v, n);
  if (squares > 0x1p-900 && squares < 0x1p1000) return std::sqrt(squares);
  double length = 0;
  for (std::size_t k = 0; k < n; ++k) length = std::hypot(length, v[k]);
  return length;
}

/// sums[j] += v' q_j for the four rows q_j = q + j * stride: v is read once. In a compiler's vectors, as
/// loops over four arrays are not always seen as such.
template <class...>
[[gnu::noinline]] void add_dots_with_four_rows(double* sums, const double* v, const double* q,
                                               std::size_t stride, std::size_t n) {
  typedef double numbers __attribute__((vector_size(8 * vector_width)));
  numbers parts[4][8 / vector_width] = {};
  std::size_t k = 0;
  for (; k + 8 <= n; k += 8)
    for (std::size_t p = 0; p < 8 / vector_width; ++p) {
      numbers x, y;
      const std::size_t at = k + p * vector_width;
      std::memcpy(&x, v + at, sizeof x);
      for (std::size_t j = 0; j < 4; ++j) {
        std::memcpy(&y, q + at + j * stride, sizeof y);
        parts[j][p] += x * y;
      }
    }
  for (std::size_t j = 0; j < 4; ++j) {
    double sum = 0;
    for (std::size_t i = k; i < n; ++i) sum += v[i] * q[i + j * stride];
    for (std::size_t i = 0; i < 8; ++i) sum += parts[j][i / vector_width][i % vector_width];
    sums[j] += sum;
  }
}

/// v -= sum_j factors[j] * q_j for the four rows q_j = q + j * stride: v is read and written once.
template <class...>
[[gnu::noinline]] void subtract_four_rows(double* v, const double* factors, const double* q,
                                          std::size_t stride, std::size_t n) {
  const double a = factors[0], b = factors[1], c = factors[2], d = factors[3];
  for (std::size_t k = 0; k < n; ++k)
    v[k] -= a * q[k] + b * q[k + stride] + c * q[k + 2 * stride] + d * q[k + 3 * stride];
}

}  // namespace dad::detail
