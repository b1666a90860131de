// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// Symmetric matrices of known spectrum, and the quadratic functions whose Hessians they are.

#pragma once

#include <cmath>
#include <cstddef>
#include <vector>

#include <dad/core/matrix.hpp>

/// The k-th of n orthonormal vectors: the discrete sine transform.
inline double sine_vector(std::size_t n, std::size_t k, std::size_t i) {
  const double pi = std::acos(-1.0), m = static_cast<double>(n + 1);
  return std::sqrt(2 / m) * std::sin(pi * static_cast<double>((k + 1) * (i + 1)) / m);
}

/// A dense matrix with these eigenvalues.
inline dad::matrix with_spectrum(const std::vector<double>& eigenvalues) {
  const std::size_t n = eigenvalues.size();
  dad::matrix h(n, n);
  for (std::size_t k = 0; k < n; ++k)
    for (std::size_t i = 0; i < n; ++i)
      for (std::size_t j = 0; j < n; ++j)
        h(i, j) += eigenvalues[k] * (sine_vector(n, k, i) * sine_vector(n, k, j));
  return h;
}

inline dad::matrix diagonal(const std::vector<double>& entries) {
  dad::matrix h(entries.size(), entries.size());
  for (std::size_t i = 0; i < entries.size(); ++i) h(i, i) = entries[i];
  return h;
}

/// x' H x / 2.
inline auto quadratic(const dad::matrix& h) {
  return [h](const auto& x) {
    auto sum = 0 * x[0];
    for (std::size_t i = 0; i < h.rows(); ++i) {
      auto row = 0 * x[0];
      for (std::size_t j = 0; j < h.cols(); ++j) row += h(i, j) * x[j];
      sum += 0.5 * (row * x[i]);
    }
    return sum;
  };
}

/// a' b; out of line, as its bits must not depend on who calls it.
[[gnu::noinline]] inline double dot_product(const double* a, const double* b, std::size_t n) {
  double sum = 0;
  for (std::size_t j = 0; j < n; ++j) sum += a[j] * b[j];
  return sum;
}

/// The rows H v for the rows v of a matrix, one by one.
inline auto products_with(const dad::matrix& h) {
  return [h](const dad::matrix& directions) {
    dad::matrix products(directions.rows(), h.rows());
    for (std::size_t r = 0; r < directions.rows(); ++r)
      for (std::size_t i = 0; i < h.rows(); ++i)
        products(r, i) = dot_product(h.row(i).data(), directions.row(r).data(), h.cols());
    return products;
  };
}
