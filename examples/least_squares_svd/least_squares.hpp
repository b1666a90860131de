// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// Linear least squares for any scalar type, and as a function with a derivative of its own.

#pragma once

#include <array>
#include <cmath>
#include <cstddef>
#include <tuple>
#include <vector>

#include <dad/dad.hpp>

namespace decompositions {

/// A small matrix, row by row.
template <class T, std::size_t Rows, std::size_t Columns>
using matrix = std::array<std::array<T, Columns>, Rows>;

template <class T, std::size_t N>
T inner(const std::array<T, N>& a, const std::array<T, N>& b) {
  T sum(0);
  for (std::size_t i = 0; i < N; ++i) sum += a[i] * b[i];
  return sum;
}
template <class T, std::size_t M, std::size_t N>
std::array<T, M> times(const matrix<T, M, N>& a, const std::array<T, N>& x) {
  std::array<T, M> y;
  for (std::size_t i = 0; i < M; ++i) y[i] = inner(a[i], x);
  return y;
}

/// R x = b for an upper triangular R, of which the first N rows are read.
template <class T, std::size_t M, std::size_t N>
std::array<T, N> solve_upper(const matrix<T, M, N>& r, const std::array<T, M>& b) {
  std::array<T, N> x{};
  for (std::size_t k = N; k-- > 0;) {
    T rest = b[k];
    for (std::size_t j = k + 1; j < N; ++j) rest -= r[k][j] * x[j];
    x[k] = rest / r[k][k];
  }
  return x;
}

/// A becomes R, b becomes Q' b, by Householder's reflections (Golub and Van Loan, Matrix Computations,
/// section 5.2). A has full rank.
template <class T, std::size_t M, std::size_t N>
void triangularise(matrix<T, M, N>& a, std::array<T, M>& b) {
  using std::sqrt;
  for (std::size_t k = 0; k < N; ++k) {
    T squares(0);
    for (std::size_t i = k; i < M; ++i) squares += a[i][k] * a[i][k];
    const T diagonal = a[k][k] > 0 ? T(-sqrt(squares)) : T(sqrt(squares));
    std::array<T, M> v{};
    for (std::size_t i = k; i < M; ++i) v[i] = a[i][k];
    v[k] -= diagonal;
    const T half = squares - a[k][k] * diagonal;  // of v' v
    const auto reflect = [&](auto&& entry) {
      T along(0);
      for (std::size_t i = k; i < M; ++i) along += v[i] * entry(i);
      along /= half;
      for (std::size_t i = k; i < M; ++i) entry(i) -= along * v[i];
    };
    for (std::size_t j = k; j < N; ++j) reflect([&](std::size_t i) -> T& { return a[i][j]; });
    reflect([&](std::size_t i) -> T& { return b[i]; });
  }
}

/// The x for which |A x - b| is least.
inline const auto solve = [](auto a, auto b) {
  triangularise(a, b);
  return solve_upper(a, b);
};

/// y for which A' A y = seed.
template <class T, std::size_t M, std::size_t N>
std::array<T, N> solve_normal(matrix<T, M, N> a, const std::array<T, N>& seed) {
  std::array<T, M> unused{};
  triangularise(a, unused);
  std::array<T, M> z{};  // R' z = seed
  for (std::size_t k = 0; k < N; ++k) {
    T rest = seed[k];
    for (std::size_t j = 0; j < k; ++j) rest -= a[j][k] * z[j];
    z[k] = rest / a[k][k];
  }
  return solve_upper(a, z);
}

/// The closed form. A' A dx = dA' r + A' (db - dA x) with r = b - A x, so for a seed s of x, and y with
/// A' A y = s: the adjoint of A is r y' - (A y) x', that of b is A y (Golub and Pereyra 1973).
inline const auto solve_adjoint = [](const auto& point, const auto& x, const auto& seed) {
  auto [a_adjoint, b_adjoint] = point;
  const auto& [a, b] = point;
  const auto y = solve_normal(a, seed);
  const auto ax = times(a, x);
  b_adjoint = times(a, y);
  for (std::size_t i = 0; i < a.size(); ++i)
    for (std::size_t j = 0; j < x.size(); ++j) a_adjoint[i][j] = (b[i] - ax[i]) * y[j] - b_adjoint[i] * x[j];
  return std::tuple(a_adjoint, b_adjoint);
};

/// The same solution; its derivatives are the closed form, of what `solve` does nothing is recorded.
inline const auto solve_by_rule = dad::rule(solve, dad::derived, solve_adjoint);

/// The same solution; its derivatives are those of the equation A' (A x - b) = 0 that it obeys.
inline const auto solve_by_equation = dad::implicit(
    [](const auto& point, const auto& x) {
      const auto& [a, b] = point;
      const auto ax = times(a, x);
      auto gradient = x;
      for (std::size_t j = 0; j < x.size(); ++j) {
        gradient[j] = 0;
        for (std::size_t i = 0; i < a.size(); ++i) gradient[j] += a[i][j] * (ax[i] - b[i]);
      }
      return gradient;
    },
    solve);

}  // namespace decompositions
