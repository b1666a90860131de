// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// Products of a Hessian with many directions, several of them in each pass over f.

#pragma once

#include <cstddef>
#include <type_traits>
#include <utility>

#include <dad/core/matrix.hpp>
#include <dad/driver/hessian.hpp>

namespace dad::detail {

/// The directions of one pass. A product has the same bits wherever its pass is computed, so those who share
/// out directions share out whole passes: rows [0, 8), [8, 16), ...
inline constexpr std::size_t product_block = 8;

/// The products of f's Hessian at x with the rows of a matrix, as rows. Throws shape_error for rows of
/// another length than x has reals. Out of line, so that all who ask have the same bits.
template <class F, class X, class D>
[[gnu::noinline]] auto direction_products(const F& f, const X& x, const basic_matrix<D>& directions) {
  check_point<X>();
  using B = base_t<X>;
  using S = dual<B, product_block, level<F>>;
  using Y = decltype(call(f, std::declval<const rebind_t<X, var<S>>&>()));
  static_assert(
      number<std::remove_cvref_t<Y>>,
      "dad: a Hessian is of an f that returns a scalar; of residuals, there is gauss_newton_product");
  const std::size_t n = real_count(x);
  if (directions.cols() != n)
    raise<shape_error>("dad: directions of a Hessian have %zu entries, expected %zu", directions.cols(), n);
  basic_matrix<B> products(directions.rows(), n);
  const lease<tape<S>> t;
  for (std::size_t first = 0; first < directions.rows(); first += product_block) {
    const std::size_t count = std::min(product_block, directions.rows() - first);
    const auto seeded = [&](const B& value, std::size_t k) {
      S s(value);
      for (std::size_t i = 0; i < count; ++i) s.tangent(i) = B(directions(first + i, k));
      return s;
    };
    with_dual_gradient(*t, f, x, seeded, [&](const B&, list_view<const S> row) {
      for (std::size_t i = 0; i < count; ++i)
        for (std::size_t k = 0; k < n; ++k) products(first + i, k) = row[k].tangent(i);
    });
  }
  return products;
}

}  // namespace dad::detail
