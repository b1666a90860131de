// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// The extreme eigenvalues of a symmetric matrix that is known by its products with blocks of directions,
// which may be computed anywhere.

#pragma once

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include <dad/core/list.hpp>
#include <dad/core/matrix.hpp>
#include <dad/driver/krylov_basis.hpp>
#include <dad/driver/probes.hpp>
#include <dad/driver/row_arithmetic.hpp>
#include <dad/driver/symmetric_eigen.hpp>

namespace dad {

/// What hessian_eigenvalues looks for, and when it stops. largest, smallest: how many eigenvalues of each end
/// of the spectrum, with their sign. tolerance: of a residual norm, relative to the largest eigenvalue found
/// by size; not below 1e-13. most_products: how many the search may take; 0 is 512, or ten for each
/// eigenvalue where that is more. block: directions asked for at a time; more where more eigenvalues are
/// wanted. vectors: also eigenvectors.
struct eigenvalue_options {
  std::size_t largest = 1;
  std::size_t smallest = 1;
  double tolerance = 1e-8;
  std::size_t most_products = 0;
  std::size_t block = 8;
  bool vectors = false;
  std::uint64_t seed = 1;
};

/// Eigenvalues from the end of the spectrum inwards, the norm |H v - value v| for the unit vector v of each,
/// and where they were asked for the vectors as rows.
struct eigenpairs {
  std::vector<double> values;
  std::vector<double> residuals;
  matrix vectors;
};

/// Both ends of a spectrum; whether all residuals are within the tolerance; and the products that it took.
struct extreme_eigenvalues {
  eigenpairs largest;   // descending
  eigenpairs smallest;  // ascending
  bool converged = false;
  std::size_t products = 0;
};

namespace detail {

template <class...>
void check_eigenvalue_options(const eigenvalue_options& o, std::size_t n) {
  if (o.largest == 0 && o.smallest == 0)
    raise<shape_error>(
        "dad: hessian_eigenvalues is asked for 0 eigenvalues, expected some: {.largest = 5, .smallest = 5}");
  for (const std::size_t wanted : {o.largest, o.smallest})
    if (wanted > n)
      raise<shape_error>(
          "dad: hessian_eigenvalues is asked for %zu %s eigenvalues, expected at most "
          "%zu, the number of reals of x",
          wanted, wanted == o.largest ? "largest" : "smallest", n);
  if (!(o.tolerance >= 0))
    raise<domain_error>("dad: tolerance of hessian_eigenvalues is %g, expected 0 or more", o.tolerance);
}

template <class Products>
matrix finite_products(Products&& products, const matrix& directions) {
  matrix result = products(directions);
  if (result.rows() != directions.rows() || result.cols() != directions.cols())
    raise<shape_error>("dad: products of hessian_eigenvalues are %zu x %zu, expected %zu x %zu",
                       result.rows(), result.cols(), directions.rows(), directions.cols());
  for (std::size_t i = 0; i < result.size(); ++i)
    if (!std::isfinite(result.data()[i]))
      raise<domain_error>(
          "dad: hessian_eigenvalues met a product with the Hessian whose entry %zu is %g, expected "
          "finite numbers; dad::find_nonfinite(f, x) looks for the cause",
          i % result.cols(), result.data()[i]);
  return result;
}

// The pairs of one end and their residuals, measured with products of their own.
template <class Products>
eigenpairs measured_pairs(const krylov_basis& basis, const symmetric_eigenpairs& ritz, std::size_t n,
                          std::size_t wanted, bool from_above, Products&& products) {
  eigenpairs pairs;
  const std::size_t m = ritz.values.size();
  matrix vectors(wanted, n);
  for (std::size_t i = 0; i < wanted; ++i) {
    const std::size_t at = from_above ? m - 1 - i : i;
    pairs.values.push_back(ritz.values[at]);
    basis.combine({ritz.vectors.row(at).data(), m}, vectors.row(i).data());
  }
  if (wanted > 0) {
    matrix difference = finite_products(products, vectors);
    for (std::size_t i = 0; i < wanted; ++i) {
      double* const w = difference.row(i).data();
      add_multiple_of_row(w, -pairs.values[i], vectors.row(i).data(), n);
      pairs.residuals.push_back(length_of_row(w, n));
    }
  }
  pairs.vectors = std::move(vectors);
  return pairs;
}

/// The eigenvalues at the ends of the spectrum of a symmetric n x n matrix H, where products(V) gives the
/// matrix with the rows H V_i for the rows V_i of V. What it asks for depends on the options and the products
/// alone. The first block has at least as many directions as eigenvalues are wanted at an end, so that
/// multiple eigenvalues are found as often as they are there.
/// Method: block Lanczos (Golub and Underwood 1977) with full reorthogonalisation and Rayleigh-Ritz.
template <class Products>
extreme_eigenvalues block_lanczos(std::size_t n, const eigenvalue_options& options, Products&& products) {
  check_eigenvalue_options(options, n);
  const std::size_t block = std::min(
      n, std::max(std::max(options.block, std::size_t(1)), std::max(options.largest, options.smallest)));
  const std::size_t usual = std::max(std::size_t(512), 10 * (options.largest + options.smallest));
  const std::size_t most =
      std::min(n, std::max(block, options.most_products == 0 ? usual : options.most_products));
  const double tolerance = std::max(options.tolerance, 1e-13);

  krylov_basis basis(n);
  std::vector<double> start(n);
  for (std::uint64_t index = 0; basis.size() < block; ++index) {
    for (std::size_t k = 0; k < n; ++k) start[k] = probe_uniform(options.seed, index, k);
    list<double> coefficients;
    basis.add(start.data(), 1.0, 0, coefficients);
  }

  symmetric_eigenpairs ritz;
  double norm = 0;
  for (std::size_t next_look = 0;;) {
    const matrix directions = basis.next_block();
    basis.take(finite_products(products, directions));
    const std::size_t m = basis.multiplied(), next = basis.size() - m;
    const bool is_last = next == 0 || m + next > most;
    if (!is_last && m < next_look) continue;
    next_look = m + m / 4;
    ritz = symmetric_eigen(basis.projected());
    norm = std::max(std::abs(ritz.values.front()), std::abs(ritz.values.back()));
    const auto is_found = [&](std::size_t i) {
      return basis.residual({ritz.vectors.row(i).data(), m}) <= tolerance / 2 * norm;
    };
    bool all_found = true;
    for (std::size_t i = 0; i < options.smallest; ++i) all_found = all_found && is_found(i);
    for (std::size_t i = 0; i < options.largest; ++i) all_found = all_found && is_found(m - 1 - i);
    if (is_last || all_found) break;
  }

  extreme_eigenvalues result;
  result.largest = measured_pairs(basis, ritz, n, options.largest, true, products);
  result.smallest = measured_pairs(basis, ritz, n, options.smallest, false, products);
  result.products = basis.multiplied() + options.largest + options.smallest;
  result.converged = true;
  for (eigenpairs* const pairs : {&result.largest, &result.smallest}) {
    for (const double r : pairs->residuals) result.converged = result.converged && r <= tolerance * norm;
    if (!options.vectors) pairs->vectors = {};
  }
  return result;
}

}  // namespace detail
}  // namespace dad
