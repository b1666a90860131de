// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// An orthonormal basis of a block Krylov space, as it grows, and the matrix projected on it.

#pragma once

#include <cstddef>

#include <dad/core/list.hpp>
#include <dad/core/list_view.hpp>
#include <dad/core/matrix.hpp>
#include <dad/driver/row_arithmetic.hpp>

namespace dad::detail {

/// A row for each vector of the basis. Rows that have no product yet are the next block. Every vector is
/// orthogonalised against all others, twice.
template <class...>
class krylov_basis_if_used {
 public:
  explicit krylov_basis_if_used(std::size_t n) : n_(n) {}

  [[nodiscard]] std::size_t size() const noexcept { return n_ == 0 ? 0 : rows_.size() / n_; }
  /// The vectors whose products are known: the projected matrix is of these.
  [[nodiscard]] std::size_t multiplied() const noexcept { return column_ends_.size(); }

  /// Adds the part of v outside the basis, unless it is no more than rounding beside `size`. What v has in
  /// the basis is added to the coefficients; it has nothing before row `first`.
  void add(double* v, double size, std::size_t first, list<double>& coefficients) {
    coefficients.resize(this->size(), 0.0);
    const double before = length_of_row(v, n_);
    for (int pass = 0; pass < 2; ++pass)
      for (std::size_t i = first; i < this->size(); ++i) {
        const double c = dot_of_rows(v, row(i), n_);
        add_multiple_of_row(v, -c, row(i), n_);
        coefficients[i] += c;
      }
    const double rest = length_of_row(v, n_);
    if (this->size() == n_ || !(rest > rounding * size)) return;
    // What little is left may have some of the rows before `first`.
    if (first > 0 && rest < before / 8) return add(v, size, 0, coefficients);
    for (std::size_t k = 0; k < n_; ++k) v[k] /= rest;
    rows_.append({v, n_});
    coefficients.push_back(rest);
  }

  /// The next block: orthonormal rows, none where the space is invariant.
  [[nodiscard]] matrix next_block() const {
    matrix block(size() - multiplied(), n_);
    for (std::size_t i = 0; i < block.size(); ++i) block.data()[i] = rows_[multiplied() * n_ + i];
    return block;
  }

  /// Takes the products of the next block, in its order.
  void take(matrix products) {
    for (std::size_t i = 0; i < products.rows(); ++i)
      scale_ = std::max(scale_, length_of_row(products.row(i).data(), n_));
    const std::size_t known = size();
    matrix coefficients(products.rows(), known);
    for (int pass = 0; pass < 2; ++pass) project_out(products, coefficients);
    for (std::size_t i = 0; i < products.rows(); ++i) {
      list<double> column(list_view<const double>(coefficients.row(i).data(), known));
      add(products.row(i).data(), scale_, known, column);
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
  [[nodiscard, gnu::noinline]] double residual(list_view<const double> s) const {
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

  // Takes from the rows of a block what they have in the basis. In tiles of the rows and several vectors at a
  // time, as reading is what takes the time: the basis may be larger than all caches.
  void project_out(matrix& block, matrix& coefficients) const {
    constexpr std::size_t tile = 1024;
    matrix sums(block.rows(), size());
    const auto for_each_tile = [&](auto&& four, auto&& one) {
      for (std::size_t k = 0; k < n_; k += tile)
        for (std::size_t j = 0, step = 4; j < size(); j += step) {
          if (size() - j < 4) step = 1;
          for (std::size_t i = 0; i < block.rows(); ++i) {
            double* const v = block.row(i).data() + k;
            const std::size_t count = std::min(tile, n_ - k);
            step == 4 ? four(&sums(i, j), v, row(j) + k, count) : one(&sums(i, j), v, row(j) + k, count);
          }
        }
    };
    for_each_tile(
        [this](double* sum, double* v, const double* q, std::size_t count) {
          add_dots_with_four_rows(sum, v, q, n_, count);
        },
        [](double* sum, double* v, const double* q, std::size_t count) { *sum += dot_of_rows(v, q, count); });
    for_each_tile([this](const double* sum, double* v, const double* q,
                         std::size_t count) { subtract_four_rows(v, sum, q, n_, count); },
                  [](const double* sum, double* v, const double* q, std::size_t count) {
                    add_multiple_of_row(v, -*sum, q, count);
                  });
    for (std::size_t i = 0; i < sums.size(); ++i) coefficients.data()[i] += sums.data()[i];
  }

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
