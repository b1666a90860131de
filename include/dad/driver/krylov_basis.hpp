// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// An orthonormal basis of a block Krylov space, as it grows, and the matrix projected on it.

#pragma once

#include <cmath>
#include <cstddef>

#include <dad/core/list.hpp>
#include <dad/core/list_view.hpp>
#include <dad/core/matrix.hpp>

namespace dad::detail {

/// The same bits on every machine with the same code: the order of the sum is written down, in 16 parts so
/// that it is computed in lanes.
template <class...>
double dot_of_rows(const double* a, const double* b, std::size_t n) {
  double parts[16] = {};
  std::size_t k = 0;
  for (; k + 16 <= n; k += 16)
    for (std::size_t i = 0; i < 16; ++i) parts[i] += a[k + i] * b[k + i];
  double sum = 0;
  for (; k < n; ++k) sum += a[k] * b[k];
  for (const double part : parts) sum += part;
  return sum;
}

template <class...>
void add_multiple_of_row(double* to, double factor, const double* from, std::size_t n) {
  for (std::size_t k = 0; k < n; ++k) to[k] += factor * from[k];
}

/// The Euclidean norm, also where the squares leave the range of double.
template <class...>
double length_of_row(const double* v, std::size_t n) {
  const double squares = dot_of_rows(v, v, n);
  if (squares > 0x1p-900 && squares < 0x1p1000) return std::sqrt(squares);
  double length = 0;
  for (std::size_t k = 0; k < n; ++k) length = std::hypot(length, v[k]);
  return length;
}

/// A row for each vector of the basis. Rows that have no product yet are the next block. Every vector is
/// orthogonalised against all others, twice.
template <class...>
class krylov_basis_if_used {
 public:
  explicit krylov_basis_if_used(std::size_t n) : n_(n) {}

  [[nodiscard]] std::size_t size() const noexcept { return n_ == 0 ? 0 : rows_.size() / n_; }
  /// The vectors whose products are known: the projected matrix is of these.
  [[nodiscard]] std::size_t multiplied() const noexcept { return column_ends_.size(); }

  /// Adds the part of v outside the basis, unless it is no more than rounding beside `size`.
  void add(double* v, double size, list<double>* coefficients = nullptr) {
    if (coefficients != nullptr) coefficients->assign(this->size(), 0.0);
    for (int pass = 0; pass < 2; ++pass)
      for (std::size_t i = 0; i < this->size(); ++i) {
        const double c = dot_of_rows(v, row(i), n_);
        add_multiple_of_row(v, -c, row(i), n_);
        if (coefficients != nullptr) (*coefficients)[i] += c;
      }
    const double rest = length_of_row(v, n_);
    if (this->size() == n_ || !(rest > rounding * size)) return;
    for (std::size_t k = 0; k < n_; ++k) v[k] /= rest;
    rows_.append({v, n_});
    if (coefficients != nullptr) coefficients->push_back(rest);
  }

  /// The next block: orthonormal rows, none where the space is invariant.
  [[nodiscard]] matrix next_block() const {
    matrix block(size() - multiplied(), n_);
    for (std::size_t i = 0; i < block.size(); ++i) block.data()[i] = rows_[multiplied() * n_ + i];
    return block;
  }

  /// Takes the products of the next block, in its order.
  void take(matrix products) {
    list<double> column;
    for (std::size_t i = 0; i < products.rows(); ++i) {
      double* const w = products.row(i).data();
      const double norm = length_of_row(w, n_);
      if (norm > scale_) scale_ = norm;
      add(w, scale_, &column);
      entries_.append(column);
      column_ends_.push_back(entries_.size());
    }
  }

  /// The projected matrix, m x m for the m vectors that are multiplied.
  [[nodiscard]] matrix projected() const {
    const std::size_t m = multiplied();
    matrix t(m, m);
    for (std::size_t j = 0; j < m; ++j)
      for (std::size_t i = 0; i < m && i < column(j).size(); ++i) {
        t(i, j) += column(j)[i] / 2;
        t(j, i) += column(j)[i] / 2;
      }
    return t;
  }

  /// The norm of the residual of sum_j s_j row(j), which lies in the next block.
  [[nodiscard]] double residual(list_view<const double> s) const {
    double norm = 0;
    for (std::size_t i = multiplied(); i < size(); ++i) {
      double sum = 0;
      for (std::size_t j = 0; j < multiplied(); ++j)
        if (i < column(j).size()) sum += column(j)[i] * s[j];
      norm = std::hypot(norm, sum);
    }
    return norm;
  }

  /// sum_j s_j row(j), of length one.
  void combine(list_view<const double> s, double* v) const {
    for (std::size_t k = 0; k < n_; ++k) v[k] = 0;
    for (std::size_t j = 0; j < s.size(); ++j) add_multiple_of_row(v, s[j], row(j), n_);
    const double length = length_of_row(v, n_);
    for (std::size_t k = 0; k < n_; ++k) v[k] /= length;
  }

 private:
  static constexpr double rounding = 0x1p-44;

  [[nodiscard]] const double* row(std::size_t i) const noexcept { return rows_.data() + i * n_; }
  [[nodiscard]] list_view<const double> column(std::size_t j) const noexcept {
    const std::size_t begin = j == 0 ? 0 : column_ends_[j - 1];
    return {entries_.data() + begin, column_ends_[j] - begin};
  }

  std::size_t n_;
  list<double> rows_;
  // Column j of the projected matrix is as long as the basis was once its product was taken.
  list<double> entries_;
  list<std::size_t> column_ends_;
  double scale_ = 0;  // the largest norm of a product so far: a lower bound of the matrix's norm
};
using krylov_basis = krylov_basis_if_used<>;

}  // namespace dad::detail
