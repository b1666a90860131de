// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// Second derivatives by forward over reverse: the tape records duals, and one sweep gives a row of products.

#pragma once

#include <cstddef>

#include <dad/core/list_view.hpp>
#include <dad/core/matrix.hpp>
#include <dad/driver/reverse.hpp>

namespace dad {

template <class Value, class Hessian>
struct value_hessian {
  Value value;
  Hessian hessian;
};
template <class Value, class Product>
struct value_product {
  Value value;
  Product product;
};

namespace detail {

/// The directions of one recording of a Hessian.
inline constexpr std::size_t hessian_block = 4;

// Records f over duals of type S at x, and hands its value and the row of its gradient in S to `use`.
template <class S, class F, class X, class Seeded, class Use>
void with_dual_gradient(tape<S>& t, const F& f, const X& x, Seeded&& seeded, Use&& use) {
  recorded<F, X, S> recording(t, f, x, seeded);
  using Y = typename decltype(recording)::result_type;
  check_scalar_result<Y>();
  using R = typename decltype(recording)::S;
  static_assert(embeds<Y, R>,
                "dad: a second derivative inside another derivative needs a point of the outer scalar type");
  const R y(recording.result());
  use(y.value().value(), recording.sweep(y));
}

}  // namespace detail

/// The value of f, which returns a scalar, at x, and its Hessian. Shapes: n x n for the n reals of x in
/// order; exactly symmetric. Costs about n / 4 times a gradient of duals in four directions.
template <class F, class X>
auto value_and_hessian(const F& f, const X& x) {
  detail::check_point<X>();
  using B = detail::base_t<X>;
  constexpr std::size_t block = number<X> ? 1 : detail::hessian_block;
  using S = dual<B, block, detail::level<F>>;
  const std::size_t n = detail::real_count(x);
  value_hessian<B, basic_matrix<B>> result{B(0), {n, n}};
  const detail::lease<tape<S>> t;
  std::size_t first = 0;
  do {
    const auto seeded = [first](const B& value, std::size_t k) {
      S s(value);
      if (k >= first && k < first + block) s.tangent(k - first) = B(1);
      return s;
    };
    detail::with_dual_gradient(*t, f, x, seeded, [&](const B& value, detail::list_view<const S> row) {
      result.value = value;
      for (std::size_t i = first; i < std::min(n, first + block); ++i)
        for (std::size_t j = i; j < n; ++j)
          result.hessian(i, j) = result.hessian(j, i) = row[j].tangent(i - first);
    });
    first += block;
  } while (first < n);
  return result;
}

/// The Hessian of f at x alone.
///
///   dad::matrix H = dad::hessian(f, x);
template <class F, class X>
auto hessian(const F& f, const X& x) {
  return value_and_hessian(f, x).hessian;
}

/// The value of f, which returns a scalar, at x, and the product of its Hessian with v, without the Hessian.
/// Shapes: v as x (the same number of reals), the product with the structure of x. Throws shape_error for a v
/// of another size. Costs a small multiple of a gradient. Method: Pearlmutter, Neural Computation 6 (1994),
/// by forward over reverse.
template <class F, class X, class V>
auto value_and_hvp(const F& f, const X& x, const V& v) {
  detail::check_point<X>();
  using B = detail::base_t<X>;
  using S = dual<B, 1, detail::level<F>>;
  const auto direction = detail::reals_of<B>(v, detail::real_count(x), "direction v of hvp");
  const auto seeded = [&](const B& value, std::size_t k) { return S(value, direction[k]); };
  std::vector<B> product;
  B y(0);
  const detail::lease<tape<S>> t;
  detail::with_dual_gradient(*t, f, x, seeded, [&](const B& value, detail::list_view<const S> row) {
    y = value;
    for (const S& s : row) product.push_back(s.tangent());
  });
  auto structured = detail::structured_like<B>(x, product);
  return value_product<B, decltype(structured)>{y, std::move(structured)};
}

/// The product of f's Hessian at x with v alone.
template <class F, class X, class V>
auto hvp(const F& f, const X& x, const V& v) {
  return value_and_hvp(f, x, v).product;
}

}  // namespace dad
