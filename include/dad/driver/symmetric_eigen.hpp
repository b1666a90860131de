// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// All eigenvalues and eigenvectors of a small symmetric matrix: to tridiagonal form by reflections, and to
// diagonal form by rotations.

#pragma once

#include <cmath>
#include <cstddef>
#include <limits>
#include <utility>

#include <dad/core/list.hpp>
#include <dad/core/matrix.hpp>
#include <dad/driver/row_arithmetic.hpp>

namespace dad::detail {

struct symmetric_eigenpairs {
  list<double> values;  // ascending
  matrix vectors;       // row i belongs to values[i]; rows are orthonormal
};

/// Takes a symmetric A apart: values and vectors with A = sum of value * vector vector'. Errors are a small
/// multiple of the rounding error of A's largest eigenvalue. Method: Golub and Van Loan, Matrix Computations
/// (2013), sections 8.3.1 and 8.3.5.
template <class...>
class symmetric_eigensolver_if_used {
 public:
  explicit symmetric_eigensolver_if_used(matrix a)
      : n_(a.rows()), a_(std::move(a)), vectors_(n_, n_), diagonal_(n_), beside_(n_) {
    scale();
    for (std::size_t i = 0; i < n_; ++i) vectors_(i, i) = 1;
    for (std::size_t k = 0; k + 2 < n_; ++k) reflect(k);
    for (std::size_t i = 0; i < n_; ++i) diagonal_[i] = a_(i, i);
    for (std::size_t i = 0; i + 1 < n_; ++i) beside_[i] = a_(i + 1, i);
    rotate_all();
  }

  [[nodiscard]] symmetric_eigenpairs sorted() const {
    list<std::size_t> order;
    for (std::size_t i = 0; i < n_; ++i) {
      order.push_back(i);
      for (std::size_t j = i; j > 0 && diagonal_[order[j]] < diagonal_[order[j - 1]]; --j)
        std::swap(order[j], order[j - 1]);
    }
    symmetric_eigenpairs pairs{{}, {n_, n_}};
    for (std::size_t i = 0; i < n_; ++i) {
      pairs.values.push_back(std::ldexp(diagonal_[order[i]], exponent_));
      for (std::size_t j = 0; j < n_; ++j) pairs.vectors(i, j) = vectors_(order[i], j);
    }
    return pairs;
  }

 private:
  // What is no larger is zero, where the largest entry is from 1 to 2: without this, reflections of what is
  // left of a matrix of low rank go on to numbers that are not normal, and have no direction.
  static constexpr double negligible =
      std::numeric_limits<double>::epsilon() * std::numeric_limits<double>::epsilon();

  void scale() {
    double largest = 0;
    for (std::size_t i = 0; i < a_.size(); ++i)
      if (const double size = std::abs(a_.data()[i]); size > largest) largest = size;
    if (largest == 0 || largest > std::numeric_limits<double>::max()) return;
    exponent_ = std::ilogb(largest);
    for (std::size_t i = 0; i < a_.size(); ++i) a_.data()[i] = std::ldexp(a_.data()[i], -exponent_);
  }

  // A <- (1 - factor u u') A (1 - factor u u') with zeros below (k + 1, k), the same from the left to the
  // vectors.
  [[gnu::noinline]] void reflect(std::size_t k) {
    double rest = 0;
    for (std::size_t i = k + 2; i < n_; ++i) rest = std::hypot(rest, a_(i, k));
    if (rest <= negligible) return;
    const double first = a_(k + 1, k);
    const double length = std::hypot(first, rest);
    list<double> u(n_, 0.0), p(n_, 0.0);
    // The sign avoids cancellation.
    for (std::size_t i = k + 1; i < n_; ++i) u[i] = a_(i, k) / length;
    u[k + 1] += std::copysign(1.0, first);
    const double factor = 1 / std::abs(u[k + 1]);
    double curvature = 0;
    for (std::size_t i = k; i < n_; ++i) {
      p[i] = factor * dot_of_rows(&a_(i, k), &u[k], n_ - k);
      curvature += factor / 2 * p[i] * u[i];
    }
    for (std::size_t i = k; i < n_; ++i) p[i] -= curvature * u[i];
    for (std::size_t i = k; i < n_; ++i) {
      add_multiple_of_row(&a_(i, k), -u[i], &p[k], n_ - k);
      add_multiple_of_row(&a_(i, k), -p[i], &u[k], n_ - k);
    }
    list<double> along(n_, 0.0);
    for (std::size_t i = k + 1; i < n_; ++i)
      add_multiple_of_row(along.data(), u[i], vectors_.row(i).data(), n_);
    for (std::size_t i = k + 1; i < n_; ++i)
      add_multiple_of_row(vectors_.row(i).data(), -factor * u[i], along.data(), n_);
  }

  // Three steps an eigenvalue are usual; the bound ends the loop for a matrix that is not finite.
  void rotate_all() {
    std::size_t last = n_ == 0 ? 0 : n_ - 1;
    for (std::size_t steps = 60 * n_; last > 0 && steps > 0; --steps) {
      if (is_negligible(last - 1)) {
        --last;
        continue;
      }
      std::size_t first = last - 1;
      while (first > 0 && !is_negligible(first - 1)) --first;
      step(first, last);
    }
  }

  bool is_negligible(std::size_t i) {
    const double size = std::abs(diagonal_[i]) + std::abs(diagonal_[i + 1]);
    if (!(std::abs(beside_[i]) <= std::numeric_limits<double>::epsilon() * size + negligible)) return false;
    beside_[i] = 0;
    return true;
  }

  // One implicit QR step on [first, last] with Wilkinson's shift.
  [[gnu::noinline]] void step(std::size_t first, std::size_t last) {
    const double half = (diagonal_[last - 1] - diagonal_[last]) / 2;
    const double e = beside_[last - 1];
    const double shift = diagonal_[last] - e * (e / (half + std::copysign(std::hypot(half, e), half)));
    double x = diagonal_[first] - shift, z = beside_[first];
    for (std::size_t k = first; k < last; ++k) {
      const double r = std::hypot(x, z);
      const double c = r == 0 ? 1 : x / r, s = r == 0 ? 0 : z / r;
      if (k > first) beside_[k - 1] = r;
      const double a = diagonal_[k], b = beside_[k], d = diagonal_[k + 1];
      diagonal_[k] = c * c * a + 2 * c * s * b + s * s * d;
      diagonal_[k + 1] = s * s * a - 2 * c * s * b + c * c * d;
      beside_[k] = c * s * (d - a) + (c * c - s * s) * b;
      if (k + 1 < last) {
        x = beside_[k];
        z = s * beside_[k + 1];
        beside_[k + 1] *= c;
      }
      double* const upper = vectors_.row(k).data();
      double* const lower = vectors_.row(k + 1).data();
      for (std::size_t j = 0; j < n_; ++j) {
        const double u = upper[j], l = lower[j];
        upper[j] = c * u + s * l;
        lower[j] = c * l - s * u;
      }
    }
  }

  std::size_t n_;
  int exponent_ = 0;
  matrix a_, vectors_;
  list<double> diagonal_, beside_;
};

template <class...>
symmetric_eigenpairs symmetric_eigen(matrix a) {
  return symmetric_eigensolver_if_used<>(std::move(a)).sorted();
}

}  // namespace dad::detail
