// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// The eigenvalues of a small symmetric matrix.

#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>

namespace network {

/// Of m(i, j), in ascending order. Method: Jacobi's rotations, row by row (Golub and Van Loan, Matrix
/// Computations, section 8.5); eight sweeps, as convergence is quadratic.
template <std::size_t N, class Matrix>
std::array<double, N> eigenvalues(const Matrix& m) {
  std::array<std::array<double, N>, N> a;
  for (std::size_t i = 0; i < N; ++i)
    for (std::size_t j = 0; j < N; ++j) a[i][j] = m(i, j);
  const auto rotate = [](double& x, double& y, double c, double s) {
    const double before = x;
    x = c * before - s * y;
    y = s * before + c * y;
  };
  for (int sweep = 0; sweep < 8; ++sweep)
    for (std::size_t p = 0; p < N; ++p)
      for (std::size_t q = p + 1; q < N; ++q) {
        if (a[p][q] == 0) continue;
        const double theta = (a[q][q] - a[p][p]) / (2 * a[p][q]);
        const double t = std::copysign(1, theta) / (std::abs(theta) + std::hypot(1, theta));
        const double c = 1 / std::hypot(1, t), s = t * c;
        for (std::size_t k = 0; k < N; ++k) rotate(a[k][p], a[k][q], c, s);
        for (std::size_t k = 0; k < N; ++k) rotate(a[p][k], a[q][k], c, s);
      }
  std::array<double, N> found;
  for (std::size_t i = 0; i < N; ++i) found[i] = a[i][i];
  std::sort(found.begin(), found.end());
  return found;
}

}  // namespace network
