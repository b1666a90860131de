// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// All eigenvalues of small symmetric matrices.

#include <dad/driver/symmetric_eigen.hpp>

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include "core/close.hpp"
#include "symmetric_matrices.hpp"

namespace {

// Checks that the pairs take a apart, for a matrix of this norm, and gives its eigenvalues.
std::vector<double> checked_eigenvalues(const dad::matrix& a, double norm) {
  const std::size_t n = a.rows();
  const double rounding = 1e-15 * static_cast<double>(n + 3);
  const auto pairs = dad::detail::symmetric_eigen(a);
  CAPTURE(n, norm);
  for (std::size_t k = 0; k < n; ++k)
    for (std::size_t i = 0; i < n; ++i) {
      double product = 0, overlap = 0;
      for (std::size_t j = 0; j < n; ++j) {
        product += a(i, j) * pairs.vectors(k, j);
        overlap += pairs.vectors(i, j) * pairs.vectors(k, j);
      }
      REQUIRE(std::abs(product - pairs.values[k] * pairs.vectors(k, i)) <= 4 * rounding * norm);
      REQUIRE(std::abs(overlap - (i == k ? 1.0 : 0.0)) <= 10 * rounding);
    }
  return {pairs.values.begin(), pairs.values.end()};
}

void check_eigenpairs(const dad::matrix& a, std::vector<double> expected) {
  std::sort(expected.begin(), expected.end());
  double norm = 0;
  for (const double e : expected) norm = std::max(norm, std::abs(e));
  CHECK_ROW(checked_eigenvalues(a, norm), expected, 0.0, 1e-15 * norm * static_cast<double>(a.rows() + 3));
}

TEST_CASE("matrices made of their eigenvalues") {
  check_eigenpairs(with_spectrum({}), {});
  check_eigenpairs(with_spectrum({3}), {3});
  check_eigenpairs(with_spectrum({0}), {0});
  check_eigenpairs(with_spectrum({3, -4}), {3, -4});
  check_eigenpairs(with_spectrum({2, 2, 2, 2, 2}), {2, 2, 2, 2, 2});
  check_eigenpairs(with_spectrum({1, 1e-8, 1e-16, 0, -1e-8}), {1, 1e-8, 1e-16, 0, -1e-8});
  check_eigenpairs(with_spectrum({1e200, 3e200, -2e200}), {1e200, 3e200, -2e200});
  check_eigenpairs(with_spectrum({1e-200, 3e-200, -2e-200}), {1e-200, 3e-200, -2e-200});
  for (const std::size_t n : {6u, 17u, 60u, 120u}) {
    std::vector<double> eigenvalues, clustered;
    for (std::size_t k = 0; k < n; ++k) {
      eigenvalues.push_back(10 * std::sin(static_cast<double>(k * k)));
      clustered.push_back(k % 3 == 0 ? 5 + 1e-12 * static_cast<double>(k) : k % 3 == 1 ? -5 : 0);
    }
    check_eigenpairs(with_spectrum(eigenvalues), eigenvalues);
    check_eigenpairs(with_spectrum(clustered), clustered);
  }
}

/// What reflections leave of them is rounding errors of rounding errors.
TEST_CASE("matrices of low rank") {
  for (const std::size_t n : {5u, 40u, 90u})
    for (const std::size_t rank : {1u, 2u, 3u})
      for (const double size : {1.0, 1e-150, 1e150, 1e-300}) {
        dad::matrix a(n, n);
        for (std::size_t i = 0; i < n; ++i)
          for (std::size_t j = 0; j < n; ++j)
            for (std::size_t k = 0; k < rank; ++k)
              a(i, j) += size * std::sin(static_cast<double>((k + 1) * (i + 1))) *
                         std::sin(static_cast<double>((k + 1) * (j + 1)));
        const std::vector<double> values = checked_eigenvalues(a, size * static_cast<double>(n));
        CHECK(std::abs(values[0]) <= 1e-14 * size * static_cast<double>(n));
        CHECK(std::abs(values[n - rank - 1]) <= 1e-14 * size * static_cast<double>(n));
        CHECK(values[n - rank] >= 0.01 * size * static_cast<double>(n));
      }
}

TEST_CASE("matrices with closed forms") {
  check_eigenpairs(diagonal({3, -1, 2, 2}), {3, -1, 2, 2});
  dad::matrix swap(2, 2);
  swap(0, 1) = swap(1, 0) = 7;
  check_eigenpairs(swap, {7, -7});

  // The second difference: 2 - 2 cos(pi k / (n + 1)).
  constexpr std::size_t n = 40;
  dad::matrix difference(n, n), ones(n, n, 1.0);
  std::vector<double> expected, one(n, 0.0);
  for (std::size_t i = 0; i < n; ++i) {
    difference(i, i) = 2;
    if (i > 0) difference(i, i - 1) = difference(i - 1, i) = -1;
    expected.push_back(2 - 2 * std::cos(std::acos(-1.0) * static_cast<double>(i + 1) / (n + 1)));
  }
  check_eigenpairs(difference, expected);
  one[0] = n;
  check_eigenpairs(ones, one);

  // In the range of numbers that are not normal.
  constexpr double least = std::numeric_limits<double>::denorm_min();
  dad::matrix tiny(n, n);
  for (std::size_t i = 0; i < n; ++i)
    for (std::size_t j = 0; j < n; ++j)
      tiny(i, j) = least * static_cast<double>((i * j) % 7 + (i == j ? 9 : 0));
  (void)checked_eigenvalues(tiny, 1e15 * 40 * least);

  // Nearly tridiagonal already, with either sign: the reflections must not cancel.
  for (const double beside : {-1.0, 1.0}) {
    dad::matrix nearly(30, 30, 1e-9);
    for (std::size_t i = 0; i < 30; ++i) {
      nearly(i, i) = static_cast<double>(i % 4);
      if (i > 0) nearly(i, i - 1) = nearly(i - 1, i) = beside;
    }
    (void)checked_eigenvalues(nearly, 5);
  }

  // Wilkinson's W21+, whose largest eigenvalues agree to 15 digits: 10.746194182903393 twice.
  dad::matrix w(21, 21);
  for (std::size_t i = 0; i < 21; ++i) {
    w(i, i) = std::abs(static_cast<double>(i) - 10);
    if (i > 0) w(i, i - 1) = w(i - 1, i) = 1;
  }
  const auto pairs = dad::detail::symmetric_eigen(w);
  CHECK(pairs.values[20] == close_to(10.746194182903393, 1e-14));
  CHECK(pairs.values[19] == close_to(10.746194182903322, 1e-14));
}

}  // namespace
