// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// The last steps into a minimum of least squares, by Newton's method, to the last digits.

#pragma once

#include <cmath>
#include <cstddef>
#include <limits>
#include <optional>
#include <utility>
#include <vector>

#include <dad/driver/hessian.hpp>

#include "linearized.hpp"

namespace nist_fit {

/// x with A x = y by Cholesky's factors; nothing where the symmetric A is not positive.
inline std::optional<std::vector<double>> solve_positive(dad::matrix a, std::vector<double> x) {
  const std::size_t n = x.size();
  for (std::size_t j = 0; j < n; ++j) {
    for (std::size_t k = 0; k < j; ++k) a(j, j) -= a(j, k) * a(j, k);
    if (!(a(j, j) > 0) || !std::isfinite(a(j, j))) return {};
    a(j, j) = std::sqrt(a(j, j));
    for (std::size_t i = j + 1; i < n; ++i) {
      for (std::size_t k = 0; k < j; ++k) a(i, j) -= a(i, k) * a(j, k);
      a(i, j) /= a(j, j);
    }
    for (std::size_t k = 0; k < j; ++k) x[j] -= a(j, k) * x[k];
    x[j] /= a(j, j);
  }
  for (std::size_t j = n; j-- > 0;) {
    for (std::size_t i = j + 1; i < n; ++i) x[j] -= a(i, j) * x[i];
    x[j] /= a(j, j);
  }
  return x;
}

/// Newton's step s as z = R D s. In these coordinates the Hessian is I + K, K the curvature of the model's
/// surface along the residuals (Bates and Watts, Nonlinear Regression Analysis and Its Applications, 1988,
/// chapter 7): as well conditioned as the problem allows, where J^T J has the square of J's condition.
/// Nothing where it is not positive.
template <class Residuals>
std::optional<std::vector<double>> newton_step(const Residuals& residuals, const linearized& at) {
  const std::size_t n = at.size();
  dad::matrix hessian = dad::hessian(  // of the second derivatives alone: r is constant
      [&](const auto& b) {
        const auto r = residuals(b);
        auto sum = at.r[0] * r[0];
        for (std::size_t i = 1; i < r.size(); ++i) sum += at.r[i] * r[i];
        return sum;
      },
      at.b);
  for (int side = 0; side < 2; ++side) {  // R^-T D^-1 H D^-1 R^-1, by rows, and turned over in between
    dad::matrix turned(n, n);
    std::vector<double> row(n);
    for (std::size_t j = 0; j < n; ++j) {
      for (std::size_t i = 0; i < n; ++i) row[i] = hessian(j, i) / at.scale[i];
      row = at.factors.solve_transposed(row);
      for (std::size_t i = 0; i < n; ++i) turned(i, j) = row[i];
    }
    hessian = turned;
  }
  std::vector<double> wanted(n);
  for (std::size_t i = 0; i < n; ++i) hessian(i, i) += 1, wanted[i] = -at.turned[i];
  return solve_positive(std::move(hessian), std::move(wanted));
}

/// The minimum, from a point near it: Newton's steps until they are rounding errors and get no shorter. (Sums
/// of squares are flat there: to go by them would give half of the digits.) Nothing where the point was not
/// near enough. Adds to `steps`.
template <class Residuals>
std::optional<linearized> settled(const Residuals& residuals, linearized at, std::size_t& steps) {
  const double begin = at.sum;
  double last = std::numeric_limits<double>::infinity();
  for (int count = 0; count < 30; ++count) {
    const auto z = newton_step(residuals, at);
    if (!z) return {};
    const double size = length(*z), content = at.content();
    if (!std::isfinite(size) || (count > 1 && size > 10 * last)) return {};
    const bool is_rounding = size <= 1e-8 * std::sqrt(at.sum) || size <= 1e-12 * content;
    if (is_rounding && (size > 0.5 * last || size == 0)) return at;
    auto next = linearize(residuals, at.moved(at.factors.solve(*z)));
    ++steps;
    if (!next || next->sum > begin * (1 + 1e-8) + std::pow(1e-13 * content, 2)) return {};
    at = std::move(*next);
    last = size;
  }
  return {};
}

}  // namespace nist_fit
