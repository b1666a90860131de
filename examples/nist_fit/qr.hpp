// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// A = Q R by Householder reflections: least squares without the normal equations, which square the condition.

#pragma once

#include <cmath>
#include <cstddef>
#include <utility>
#include <vector>

#include <dad/core/matrix.hpp>

namespace nist_fit {

/// Golub and Van Loan, Matrix Computations, algorithm 5.2.1. Shapes: a is m x n with m >= n; R is n x n, and
/// singular where a has not full rank: then solve() gives numbers that are not finite.
///
///     const qr factors(jacobian);
///     auto x = factors.solve(factors.turned(y));    // the least |a x - y|
class qr {
 public:
  explicit qr(dad::matrix a) : a_(std::move(a)), heads_(a_.cols()), weights_(a_.cols()) {
    for (std::size_t k = 0; k < a_.cols(); ++k) {
      double size = 0;
      for (std::size_t i = k; i < a_.rows(); ++i) size = std::hypot(size, a_(i, k));
      // The reflection along v = column + sign size e_k has no cancellation.
      const double to = a_(k, k) > 0 ? -size : size;
      heads_[k] = a_(k, k) - to;
      weights_[k] = size > 0 ? -1 / (to * heads_[k]) : 0;  // 2 / |v|^2
      a_(k, k) = to;
      for (std::size_t j = k + 1; j < a_.cols(); ++j)
        reflect(k, [&](std::size_t i) -> double& { return a_(i, j); });
    }
  }

  [[nodiscard]] double r(std::size_t i, std::size_t j) const { return i <= j ? a_(i, j) : 0; }

  /// Q^T y; what is behind the first n entries is left over by the least squares.
  [[nodiscard]] std::vector<double> turned(std::vector<double> y) const {
    for (std::size_t k = 0; k < a_.cols(); ++k) reflect(k, [&](std::size_t i) -> double& { return y[i]; });
    return y;
  }

  /// x with R x = z, of which only the first n entries are read.
  [[nodiscard]] std::vector<double> solve(std::vector<double> z) const {
    z.resize(a_.cols());
    for (std::size_t i = z.size(); i-- > 0;) {
      for (std::size_t j = i + 1; j < z.size(); ++j) z[i] -= a_(i, j) * z[j];
      z[i] /= a_(i, i);
    }
    return z;
  }

  /// x with R^T x = z.
  [[nodiscard]] std::vector<double> solve_transposed(std::vector<double> z) const {
    for (std::size_t i = 0; i < z.size(); ++i) {
      for (std::size_t j = 0; j < i; ++j) z[i] -= a_(j, i) * z[j];
      z[i] /= a_(i, i);
    }
    return z;
  }

 private:
  template <class Entry>
  void reflect(std::size_t k, const Entry& entry) const {
    double product = heads_[k] * entry(k);
    for (std::size_t i = k + 1; i < a_.rows(); ++i) product += a_(i, k) * entry(i);
    product *= weights_[k];
    entry(k) -= product * heads_[k];
    for (std::size_t i = k + 1; i < a_.rows(); ++i) entry(i) -= product * a_(i, k);
  }

  dad::matrix a_;                        // R, and below it the reflections' vectors
  std::vector<double> heads_, weights_;  // their entries on the diagonal, and 2 / |v|^2
};

}  // namespace nist_fit
