// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// The best approximation of a matrix by one of less rank, with a derivative that does not ask which of the
// singular values it keeps is which.

#pragma once

#include <cstddef>

#include <dad/dad.hpp>

#include "svd.hpp"

namespace decompositions {

/// The sum of the R largest s_k u_k v_k' (Eckart and Young 1936).
template <std::size_t R>
inline const auto best_of_rank = [](const auto& a) {
  auto [u, s, v] = svd(a);
  for (auto& row : u)
    for (std::size_t k = 0; k < s.size(); ++k) row[k] *= (k < R ? 1 : 0) * s[k];
  return product(u, transposed(v));
};

/// The closed form (Feppon and Lermusiaux, SIAM Journal on Matrix Analysis and Applications 39, 2018). With
/// E = U'W V for a seed W, what is between kept i and left j is (s_i^2 E_ij + s_i s_j E_ji) / (s_i^2 -
/// s_j^2), there and, with i and j exchanged in E, at (j, i); what is between kept ones stays, what is
/// between the others is gone. Only differences across the border are divided by.
template <std::size_t R>
inline const auto best_of_rank_adjoint = [](const auto& a, const auto&, const auto& seed) {
  const auto [u, s, v] = svd(a);
  const auto seed_v = product(seed, v);
  const auto e = product(transposed(u), seed_v);
  auto inside = e;
  for (std::size_t i = 0; i < s.size(); ++i)
    for (std::size_t j = R; j < s.size(); ++j) {
      const auto border = s[i] * s[i] - s[j] * s[j];
      inside[i][j] = i < R ? (s[i] * s[i] * e[i][j] + s[i] * s[j] * e[j][i]) / border : 0 * s[0];
      if (i < R) inside[j][i] = (s[i] * s[i] * e[j][i] + s[i] * s[j] * e[i][j]) / border;
    }
  // What leads out of the columns of U has singular values of 0 beside it.
  auto result = product(u, inside);
  const auto within = product(u, e);
  for (std::size_t i = 0; i < a.size(); ++i)
    for (std::size_t k = 0; k < R; ++k) result[i][k] += seed_v[i][k] - within[i][k];
  return product(result, transposed(v));
};

/// The same approximation; its derivatives are the closed form.
template <std::size_t R>
inline const auto best_of_rank_by_rule = dad::rule(best_of_rank<R>, dad::derived, best_of_rank_adjoint<R>);

}  // namespace decompositions
