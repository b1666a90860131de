// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// Costs of a least-squares solution and of a matrix's leading parts, and their gradients in 33 digits.

#pragma once

#include <array>
#include <cmath>
#include <cstddef>
#include <tuple>

#include <boost/multiprecision/cpp_bin_float.hpp>

#include <dad/dad.hpp>

#include "best_of_rank.hpp"
#include "least_squares.hpp"
#include "svd.hpp"
#include "systems.hpp"

namespace decompositions {

/// x_0 + 2 x_1 - x_2 of the x that `solver` finds.
template <const auto& solver>
inline const auto cost_of_solution = [](const auto& a, const auto& b) {
  const auto x = solver(a, b);
  return x[0] + 2 * x[1] - x[2];
};

inline double weight(std::size_t i) { return std::cos(static_cast<double>(i * i)); }

/// p' A_R q for the best approximation of rank R, from the singular value decomposition.
template <const auto& decompose, std::size_t R>
inline const auto cost_of_parts = [](const auto& a) {
  const auto [u, s, v] = decompose(a);
  auto sum = 0 * s[0];
  for (std::size_t k = 0; k < R; ++k)
    for (std::size_t i = 0; i < rows; ++i)
      for (std::size_t j = 0; j < columns; ++j) sum += weight(i) * u[i][k] * s[k] * v[j][k] * weight(j + 7);
  return sum;
};

/// The same from the approximation as a whole.
template <std::size_t R>
inline const auto cost_of_whole = [](const auto& a) {
  const auto best = best_of_rank_by_rule<R>(a);
  auto sum = 0 * best[0][0];
  for (std::size_t i = 0; i < rows; ++i)
    for (std::size_t j = 0; j < columns; ++j) sum += weight(i) * best[i][j] * weight(j + 7);
  return sum;
};

using quad = boost::multiprecision::cpp_bin_float_quad;

template <std::size_t M, std::size_t N>
matrix<quad, M, N> widened(const matrix<double, M, N>& a) {
  matrix<quad, M, N> result;
  for (std::size_t i = 0; i < M; ++i)
    for (std::size_t j = 0; j < N; ++j) result[i][j] = a[i][j];
  return result;
}

/// The closed forms in numbers that are exact beside double.
using exact_gradient = std::tuple<matrix<quad, rows, columns>, std::array<quad, rows>>;
inline exact_gradient exact_of_solution(const tall& a, const side& b) {
  const auto wide = std::tuple(widened(a), widened(matrix<double, 1, rows>{b})[0]);
  return solve_adjoint(wide, std::apply(solve, wide), std::array<quad, columns>{1, 2, -1});
}
template <std::size_t R>
exact_gradient exact_of_parts(const tall& a, const side&) {
  matrix<quad, rows, columns> seed;
  for (std::size_t i = 0; i < rows; ++i)
    for (std::size_t j = 0; j < columns; ++j) seed[i][j] = quad(weight(i)) * quad(weight(j + 7));
  return {best_of_rank_adjoint<R>(widened(a), seed, seed), {}};
}

}  // namespace decompositions
