// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// The singular value decomposition for any scalar type, and as a function with a derivative of its own.

#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <tuple>
#include <utility>

#include <dad/dad.hpp>

#include "least_squares.hpp"

namespace decompositions {

template <class T, std::size_t M, std::size_t N>
matrix<T, N, M> transposed(const matrix<T, M, N>& a) {
  matrix<T, N, M> t;
  for (std::size_t i = 0; i < M; ++i)
    for (std::size_t j = 0; j < N; ++j) t[j][i] = a[i][j];
  return t;
}
template <class T, std::size_t M, std::size_t K, std::size_t N>
matrix<T, M, N> product(const matrix<T, M, K>& a, const matrix<T, K, N>& b) {
  const matrix<T, N, K> columns = transposed(b);
  matrix<T, M, N> c;
  for (std::size_t i = 0; i < M; ++i)
    for (std::size_t j = 0; j < N; ++j) c[i][j] = inner(a[i], columns[j]);
  return c;
}

/// U, the singular values in descending order, and V, with A = U diag(s) V'. A has at least as many rows as
/// columns, full rank, and singular values that differ. Method: Hestenes' one-sided rotations (Golub and Van
/// Loan, Matrix Computations, section 8.6), always ten sweeps: convergence is quadratic, and derivatives,
/// which go through every rotation, converge one sweep later. The tangent of an angle is written so that it
/// has a derivative where columns are orthogonal already.
inline const auto svd = []<class T, std::size_t M, std::size_t N>(const matrix<T, M, N>& a) {
  using std::sqrt;
  matrix<T, N, M> u = transposed(a);  // rows are the columns of A
  matrix<T, N, N> v{};
  for (std::size_t k = 0; k < N; ++k) v[k][k] = T(1);
  for (int sweep = 0; sweep < 10; ++sweep)
    for (std::size_t p = 0; p < N; ++p)
      for (std::size_t q = p + 1; q < N; ++q) {
        const T delta = inner(u[q], u[q]) - inner(u[p], u[p]), gamma = 2 * inner(u[p], u[q]);
        const T root = sqrt(delta * delta + gamma * gamma);
        const T t = delta < 0 ? T(gamma / (delta - root)) : T(gamma / (delta + root));
        const T c = 1 / sqrt(1 + t * t), s = c * t;
        const auto rotate = [&](auto& rows) {
          for (std::size_t i = 0; i < rows[p].size(); ++i) {
            const T before = rows[p][i];
            rows[p][i] = c * before - s * rows[q][i];
            rows[q][i] = s * before + c * rows[q][i];
          }
        };
        rotate(u), rotate(v);
      }
  std::array<T, N> singular;
  for (std::size_t k = 0; k < N; ++k) {
    singular[k] = sqrt(inner(u[k], u[k]));
    for (T& x : u[k]) x /= singular[k];
  }
  for (std::size_t k = 0; k < N; ++k)
    for (std::size_t other = k + 1; other < N; ++other)
      if (singular[k] < singular[other])
        std::swap(singular[k], singular[other]), std::swap(u[k], u[other]), std::swap(v[k], v[other]);
  return std::tuple(transposed(u), singular, transposed(v));
};

/// The closed form (Townsend, Differentiating the singular value decomposition, 2016). With F_ij = 1 / (s_j^2
/// - s_i^2) off the diagonal, S = diag(s), and seeds P of U, d of s, Q of V, the adjoint of A is
///   U ((F * (U'P - P'U)) S + S (F * (V'Q - Q'V)) + diag(d)) V' + (1 - U U') P S^-1 V'.
inline const auto svd_adjoint = [](const auto& a, const auto& result, const auto& seed) {
  const auto& [u, s, v] = result;
  const auto& [p, d, q] = seed;
  const auto up = product(transposed(u), p), vq = product(transposed(v), q);
  auto middle = vq;
  for (std::size_t i = 0; i < s.size(); ++i)
    for (std::size_t j = 0; j < s.size(); ++j) {
      middle[i][j] = d[i];
      if (i != j)
        middle[i][j] =
            ((up[i][j] - up[j][i]) * s[j] + s[i] * (vq[i][j] - vq[j][i])) / (s[j] * s[j] - s[i] * s[i]);
    }
  auto outside = p;
  const auto inside = product(u, up);
  for (std::size_t i = 0; i < a.size(); ++i)
    for (std::size_t j = 0; j < s.size(); ++j) outside[i][j] = (p[i][j] - inside[i][j]) / s[j];
  auto left = product(u, middle);
  for (std::size_t i = 0; i < a.size(); ++i)
    for (std::size_t j = 0; j < s.size(); ++j) left[i][j] += outside[i][j];
  return product(left, transposed(v));
};

/// The same decomposition; its derivatives are the closed form.
inline const auto svd_by_rule = dad::rule(svd, dad::derived, svd_adjoint);

}  // namespace decompositions
