// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// Small dense linear systems in any scalar.

#pragma once

#include <cstddef>
#include <limits>
#include <string>
#include <utility>
#include <vector>

#include <dad/core/error.hpp>
#include <dad/core/matrix.hpp>
#include <dad/op/list.hpp>

namespace dad::detail {

/// A square matrix as P A = L U, with rows chosen by scaled partial pivoting; derivatives flow through T.
/// Throws domain_error where A is singular to working precision; NaN is an answer.
/// Source: Golub and Van Loan, Matrix Computations (2013), section 3.4.
template <class T>
class linear_system {
 public:
  /// The matrix is named in the error.
  linear_system(basic_matrix<T> a, const char* name) : a_(std::move(a)) {
    const std::size_t n = a_.rows();
    for (std::size_t i = 0; i < n; ++i) row_.push_back(i);
    // Pivots are judged beside the sums of sizes in their row and column, so that units do not matter.
    std::vector<number_type> scale(n, number_type(0)), column(n, number_type(0));
    for (std::size_t i = 0; i < n; ++i)
      for (std::size_t k = 0; k < n; ++k) scale[i] = scale[i] + size(a_(i, k));
    for (std::size_t i = 0; i < n; ++i)
      if (scale[i] == 0) throw_singular(name, i);
    for (std::size_t i = 0; i < n; ++i)
      for (std::size_t k = 0; k < n; ++k) column[k] = column[k] + size(a_(i, k)) / scale[i];
    const double precision = static_cast<double>(n) * std::numeric_limits<double>::epsilon();
    for (std::size_t k = 0; k < n; ++k) {
      std::size_t pivot = k;
      for (std::size_t i = k + 1; i < n; ++i)
        if (size(a_(i, k)) * scale[pivot] > size(a_(pivot, k)) * scale[i]) pivot = i;
      if (size(a_(pivot, k)) <= precision * column[k] * scale[pivot]) throw_singular(name, k);
      for (std::size_t j = 0; j < n && pivot != k; ++j) std::swap(a_(k, j), a_(pivot, j));
      std::swap(row_[k], row_[pivot]);
      std::swap(scale[k], scale[pivot]);
      for (std::size_t i = k + 1; i < n; ++i) {
        a_(i, k) = a_(i, k) / a_(k, k);
        for (std::size_t j = k + 1; j < n; ++j) a_(i, j) = a_(i, j) - a_(i, k) * a_(k, j);
      }
    }
  }

  /// x of A x = b.
  [[nodiscard, gnu::noinline]] std::vector<T> solve(const std::vector<T>& b) const {
    const std::size_t n = a_.rows();
    std::vector<T> x;
    for (std::size_t i = 0; i < n; ++i) {
      x.push_back(b[row_[i]]);
      for (std::size_t j = 0; j < i; ++j) x[i] = x[i] - a_(i, j) * x[j];
    }
    for (std::size_t i = n; i-- > 0;) {
      for (std::size_t j = i + 1; j < n; ++j) x[i] = x[i] - a_(i, j) * x[j];
      x[i] = x[i] / a_(i, i);
    }
    return x;
  }

  /// x of A^T x = b.
  [[nodiscard, gnu::noinline]] std::vector<T> solve_transposed(std::vector<T> b) const {
    const std::size_t n = a_.rows();
    for (std::size_t i = 0; i < n; ++i) {
      for (std::size_t j = 0; j < i; ++j) b[i] = b[i] - a_(j, i) * b[j];
      b[i] = b[i] / a_(i, i);
    }
    for (std::size_t i = n; i-- > 0;)
      for (std::size_t j = i + 1; j < n; ++j) b[i] = b[i] - a_(j, i) * b[j];
    std::vector<T> x(n, T(0));
    for (std::size_t i = 0; i < n; ++i) x[row_[i]] = b[i];
    return x;
  }

 private:
  using number_type = std::remove_cvref_t<decltype(bottom(std::declval<const T&>()))>;

  static number_type size(const T& x) { return number_type(fabs(bottom(x))); }

  [[noreturn]] static void throw_singular(const char* name, std::size_t k) {
    throw domain_error(std::string("dad: ") + name +
                       " is singular, expected an invertible matrix (found at row " + std::to_string(k + 1) +
                       " of its elimination)");
  }

  basic_matrix<T> a_;
  std::vector<std::size_t> row_;
};

}  // namespace dad::detail
