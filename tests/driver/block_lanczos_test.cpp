// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// The ends of known spectra, from products with blocks of directions.

#include <dad/driver/block_lanczos.hpp>

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include "core/close.hpp"
#include "symmetric_matrices.hpp"

namespace {

using dad::detail::block_lanczos;
using dad::detail::krylov_basis;

// Checks both ends against the sorted spectrum, and vectors against the matrix.
void check_ends(const dad::matrix& h, std::vector<double> spectrum, dad::eigenvalue_options options,
                double tolerance = 1e-12) {
  const std::size_t n = h.rows();
  std::sort(spectrum.begin(), spectrum.end());
  const double norm = std::max(std::abs(spectrum.front()), std::abs(spectrum.back()));
  options.vectors = true;
  CAPTURE(n, options.largest, options.smallest, options.block);
  const auto ends = block_lanczos(n, options, products_with(h));
  CHECK(ends.converged);
  CHECK(ends.products <= n + options.largest + options.smallest);
  const auto check = [&](const dad::eigenpairs& pairs, std::size_t count) {
    REQUIRE(pairs.values.size() == count);
    REQUIRE(pairs.residuals.size() == count);
    CHECK_ROW(pairs.values,
              std::vector<double>(spectrum.begin(), spectrum.begin() + static_cast<long>(count)), 0.0,
              tolerance * norm);
    REQUIRE(pairs.vectors.rows() == count);
    if (count == 0) return;
    const auto products = products_with(h)(pairs.vectors);
    for (std::size_t i = 0; i < count; ++i) {
      double residual = 0;
      for (std::size_t k = 0; k < n; ++k)
        residual = std::hypot(residual, products(i, k) - pairs.values[i] * pairs.vectors(i, k));
      CHECK(residual <= 1e-8 * norm);
      CHECK(std::abs(residual - pairs.residuals[i]) <= 1e-13 * norm);
      for (std::size_t j = 0; j <= i; ++j) {
        double overlap = 0;
        for (std::size_t k = 0; k < n; ++k) overlap += pairs.vectors(i, k) * pairs.vectors(j, k);
        CHECK(overlap == close_to(i == j ? 1.0 : 0.0, 1e-12, 1e-12));
      }
    }
  };
  check(ends.smallest, options.smallest);
  std::reverse(spectrum.begin(), spectrum.end());
  check(ends.largest, options.largest);
}

TEST_CASE("spectra of every size below and above the block") {
  for (const std::size_t n : {1u, 2u, 3u, 7u, 8u, 9u, 16u, 17u, 50u, 120u}) {
    std::vector<double> spectrum;
    for (std::size_t k = 0; k < n; ++k) spectrum.push_back(10 * std::cos(static_cast<double>(3 * k)) - 2);
    const auto h = with_spectrum(spectrum);
    check_ends(h, spectrum, {});
    check_ends(h, spectrum,
               {.largest = std::min<std::size_t>(n, 5), .smallest = std::min<std::size_t>(n, 3)});
    check_ends(h, spectrum, {.largest = 0, .smallest = 1});
    check_ends(h, spectrum, {.largest = 1, .smallest = 0, .block = 1});
    if (n < 20) check_ends(h, spectrum, {.largest = n, .smallest = n});
  }
}

TEST_CASE("clustered and multiple eigenvalues are found as often as they are there") {
  std::vector<double> clustered, multiple, few;
  for (int k = 0; k < 100; ++k) {
    clustered.push_back(k < 4 ? 50 - 1e-9 * k : k < 8 ? -20 + 1e-9 * k : std::sin(k));
    multiple.push_back(k < 12 ? 3.0 : k < 16 ? -7.0 : 0.01 * k);
    few.push_back(k % 2 == 0 ? 1.0 : -1.0);
  }
  check_ends(with_spectrum(clustered), clustered, {.largest = 6, .smallest = 6});
  check_ends(with_spectrum(multiple), multiple, {.largest = 14, .smallest = 6});
  check_ends(with_spectrum(multiple), multiple, {.largest = 2, .smallest = 5, .block = 2});
  check_ends(with_spectrum(few), few, {.largest = 10, .smallest = 3});
  check_ends(diagonal(multiple), multiple, {.largest = 12, .smallest = 4});
}

TEST_CASE("spaces that end early: the identity, zero, and matrices of low rank") {
  check_ends(diagonal(std::vector<double>(30, 1.0)), std::vector<double>(30, 1.0),
             {.largest = 9, .smallest = 2});
  check_ends(diagonal(std::vector<double>(30, 0.0)), std::vector<double>(30, 0.0),
             {.largest = 3, .smallest = 3});
  std::vector<double> low(60, 0.0);
  low[3] = 4;
  low[50] = -1;
  low[20] = 2;
  check_ends(with_spectrum(low), low, {.largest = 3, .smallest = 2});
  check_ends(diagonal(low), low, {.largest = 10, .smallest = 10});
  // No products are spent on what is known to be nothing: a block, the three directions it leads to, and the
  // vectors found.
  CHECK(block_lanczos(60, {}, products_with(with_spectrum(low))).products == 8 + 3 + 2);
  CHECK(block_lanczos(30, {}, products_with(diagonal(std::vector<double>(30, 1.0)))).products == 8 + 2);
}

TEST_CASE("one eigenvalue that stands out does not end the search for the others") {
  std::vector<double> above, below;
  for (int k = 0; k < 150; ++k) {
    above.push_back(k == 0 ? 1000 : std::sin(k));
    below.push_back(-above.back());
  }
  check_ends(with_spectrum(above), above, {.largest = 3, .smallest = 0});
  check_ends(with_spectrum(below), below, {.largest = 0, .smallest = 3});
}

TEST_CASE("products that all point almost the same way still give an orthonormal basis") {
  // One eigenvalue is 1e6 times the others, so that what tells a block's products apart is in their last
  // digits.
  std::vector<double> entries;
  for (int k = 0; k < 100; ++k) entries.push_back(k == 40 ? 1e6 : std::sin(k));
  const auto h = with_spectrum(entries);
  krylov_basis basis(100);
  std::vector<double> start(100);
  for (std::uint64_t i = 0; i < 8; ++i) {
    for (std::size_t k = 0; k < 100; ++k) start[k] = dad::detail::probe_uniform(1, i, k);
    dad::detail::list<double> coefficients;
    basis.add(start.data(), 1.0, 0, coefficients);
  }
  std::vector<double> rows;
  for (int step = 0; step < 5; ++step) {
    const auto block = basis.next_block();
    rows.insert(rows.end(), block.data(), block.data() + block.size());
    basis.take(products_with(h)(block));
  }
  CHECK(rows.size() == 40 * 100);
  for (std::size_t i = 0; i < rows.size(); i += 100)
    for (std::size_t j = 0; j <= i; j += 100) {
      double overlap = 0;
      for (std::size_t k = 0; k < 100; ++k) overlap += rows[i + k] * rows[j + k];
      REQUIRE(std::abs(overlap - (i == j ? 1.0 : 0.0)) < 1e-14);
    }
}

TEST_CASE("more entries than are worked on at a time") {
  for (const std::size_t n : {1023u, 1024u, 1030u, 2500u}) {
    CAPTURE(n);
    std::vector<double> entries;
    for (std::size_t k = 0; k < n; ++k) entries.push_back(std::sin(static_cast<double>(k)));
    entries[n / 2] = 3;
    entries[n - 1] = 2;
    entries[0] = -2.5;
    const auto ends = block_lanczos(n, {.largest = 2, .smallest = 1, .tolerance = 1e-12, .vectors = true},
                                    [&](const dad::matrix& v) {
                                      dad::matrix products = v;
                                      for (std::size_t i = 0; i < v.rows(); ++i)
                                        for (std::size_t k = 0; k < n; ++k) products(i, k) *= entries[k];
                                      return products;
                                    });
    CHECK(ends.converged);
    CHECK(ends.products < 300);
    CHECK_ROW(ends.largest.values, (std::vector{3.0, 2.0}));
    CHECK_ROW(ends.smallest.values, (std::vector{-2.5}));
    CHECK(std::abs(ends.largest.vectors(0, n / 2)) == close_to(1.0));
    CHECK(std::abs(ends.largest.vectors(1, n - 1)) == close_to(1.0));
    CHECK(std::abs(ends.smallest.vectors(0, 0)) == close_to(1.0));
  }
}

TEST_CASE("numbers of any size") {
  for (const double unit : {1e-250, 1e-100, 1e100, 1e250}) {
    std::vector<double> spectrum;
    for (int k = 0; k < 40; ++k) spectrum.push_back(unit * (k * k - 100));
    check_ends(with_spectrum(spectrum), spectrum, {.largest = 3, .smallest = 3});
  }
}

TEST_CASE("an early stop says so, and its residuals bound its errors") {
  std::vector<double> spectrum;
  for (int k = 0; k < 200; ++k) spectrum.push_back(k);
  const auto h = with_spectrum(spectrum);
  const auto ends = block_lanczos(200, {.largest = 2, .smallest = 2, .most_products = 30}, products_with(h));
  CHECK_FALSE(ends.converged);
  CHECK(ends.products <= 30 + 4);
  const auto check = [&](const dad::eigenpairs& pairs) {
    CHECK(pairs.vectors.rows() == 0);  // not asked for
    for (std::size_t i = 0; i < 2; ++i) {
      double error = 1e300;
      for (const double e : spectrum) error = std::min(error, std::abs(pairs.values[i] - e));
      CHECK(pairs.residuals[i] > 1e-3);
      CHECK(error <= pairs.residuals[i]);
    }
  };
  check(ends.largest);
  check(ends.smallest);
  // With fewer products than a block has directions, there is one block.
  CHECK(block_lanczos(200, {.most_products = 1}, products_with(h)).products == 8 + 2);
  // A looser tolerance takes fewer products than a tight one, and both keep it.
  const auto loose = block_lanczos(200, {.tolerance = 1e-3}, products_with(h));
  const auto tight = block_lanczos(200, {.tolerance = 0}, products_with(h));
  CHECK(loose.converged);
  CHECK(tight.converged);
  CHECK(loose.products < tight.products);
  CHECK(loose.largest.residuals[0] <= 1e-3 * 199);
  CHECK(tight.largest.residuals[0] <= 1e-13 * 199);
}

TEST_CASE("products with a matrix that is not symmetric do not pass for converged") {
  auto h = with_spectrum({5, 4, 3, 2, 1, 0, -1, -2, -3, -4, -5, -6});
  h(2, 7) += 0.5;
  CHECK_FALSE(block_lanczos(12, {.largest = 3, .smallest = 3}, products_with(h)).converged);
}

TEST_CASE("who computes the products of a block does not matter") {
  std::vector<double> spectrum;
  for (int k = 0; k < 90; ++k) spectrum.push_back(std::exp(0.1 * k) - 50);
  const auto h = with_spectrum(spectrum);
  const dad::eigenvalue_options options{.largest = 4, .smallest = 4, .vectors = true};
  std::size_t most_rows = 0, rows = 0;
  const auto at_once = block_lanczos(90, options, [&](const dad::matrix& directions) {
    most_rows = std::max(most_rows, directions.rows());
    rows += directions.rows();
    return products_with(h)(directions);
  });
  const auto one_by_one = block_lanczos(90, options, [&](const dad::matrix& directions) {
    dad::matrix products(directions.rows(), 90);
    for (std::size_t r = directions.rows(); r-- > 0;) {
      dad::matrix one(1, 90);
      std::copy_n(directions.row(r).begin(), 90, one.data());
      std::copy_n(products_with(h)(one).data(), 90, products.row(r).begin());
    }
    return products;
  });
  CHECK(most_rows == 8);
  CHECK(rows == at_once.products);
  CHECK(at_once.largest.values == one_by_one.largest.values);
  CHECK(at_once.smallest.values == one_by_one.smallest.values);
  CHECK(at_once.largest.vectors == one_by_one.largest.vectors);
  CHECK(at_once.largest.residuals == one_by_one.largest.residuals);
}

TEST_CASE("searches that cannot be answered are refused") {
  const auto h = diagonal({1, 2, 3});
  CHECK_THROWS_AS(block_lanczos(3, {.largest = 4}, products_with(h)), dad::shape_error);
  CHECK_THROWS_WITH(block_lanczos(3, {.largest = 4}, products_with(h)),
                    "dad: hessian_eigenvalues is asked for 4 largest eigenvalues, expected at most 3, the "
                    "number of reals of x");
  CHECK_THROWS_WITH(block_lanczos(3, {.smallest = 5}, products_with(h)),
                    "dad: hessian_eigenvalues is asked for 5 smallest eigenvalues, expected at most 3, the "
                    "number of reals of x");
  CHECK_THROWS_WITH(block_lanczos(0, {}, products_with({})), contains("expected at most 0"));
  CHECK_THROWS_WITH(
      block_lanczos(3, {.largest = 0, .smallest = 0}, products_with(h)),
      "dad: hessian_eigenvalues is asked for 0 eigenvalues, expected some: {.largest = 5, .smallest = 5}");
  CHECK_THROWS_WITH(block_lanczos(3, {.tolerance = -1}, products_with(h)),
                    "dad: tolerance of hessian_eigenvalues is -1, expected 0 or more");
  CHECK_THROWS_AS(block_lanczos(3, {.tolerance = std::nan("")}, products_with(h)), dad::domain_error);
  CHECK_THROWS_WITH(block_lanczos(3, {}, [](const dad::matrix&) { return dad::matrix(2, 3); }),
                    "dad: products of hessian_eigenvalues are 2 x 3, expected 3 x 3");
  const auto infinite = diagonal({1, std::numeric_limits<double>::infinity(), 3});
  CHECK_THROWS_AS(block_lanczos(3, {}, products_with(infinite)), dad::domain_error);
  CHECK_THROWS_WITH(block_lanczos(3, {}, products_with(diagonal({1, std::nan(""), 3}))),
                    contains("dad: hessian_eigenvalues met a product with the Hessian whose entry"));
}

}  // namespace
