// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// Second derivatives: Hessians, and products with them in one direction or many.

#pragma once

#include <cstddef>
#include <string>

#include <dad/core/list_view.hpp>
#include <dad/core/matrix.hpp>
#include <dad/driver/hessian_products.hpp>
#include <dad/driver/reverse.hpp>
#include <dad/inspect/find_nonfinite.hpp>

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

/// How second derivatives are taken.
struct second_order_options {
  /// Throw domain_error, which names the entry and the operation that made it, see find_nonfinite, where a
  /// result is infinite or NaN: at the origin of a norm of differences, at sqrt(0), ... Edges whose
  /// derivatives are finite by convention (abs, relu and ties of max, see "Edge points" in
  /// docs/architecture.md) are not seen.
  bool check = false;
};

namespace detail {

/// The directions of one recording of a Hessian by duals.
inline constexpr std::size_t hessian_block = 4;

/// Recorded once, for all directions: several reals, which are plain numbers.
template <class X>
inline constexpr bool has_hessian_products = !number<X> && std::is_same_v<base_t<X>, double>;

// Records f over duals of type S at x, and hands its value and the row of its gradient in S to `use`.
template <class S, class F, class X, class Seeded, class Use>
void with_dual_gradient(tape<S>& t, const F& f, const X& x, Seeded&& seeded, Use&& use) {
  recorded<F, X, S> recording(t, f, x, seeded);
  using Y = typename decltype(recording)::result_type;
  check_scalar_result<Y>();
  using R = typename decltype(recording)::S;
  static_assert(embeds<Y, R> || !number<Y>,
                "dad: a second derivative inside another derivative needs a point of the outer scalar type");
  const R y(recording.result());
  use(y.value().value(), recording.sweep(y));
}

// By forward over reverse: the tape records duals, and one sweep gives some rows.
template <class F, class X, class B>
B hessian_by_duals(const F& f, const X& x, basic_matrix<B>& hessian) {
  constexpr std::size_t block = number<X> ? 1 : hessian_block;
  using S = dual<B, block, level<F>>;
  const std::size_t n = hessian.rows();
  B y(0);
  const lease<tape<S>> t;
  std::size_t first = 0;
  do {
    const auto seeded = [first](const B& value, std::size_t k) {
      S s(value);
      if (k >= first && k < first + block) s.tangent(k - first) = B(1);
      return s;
    };
    with_dual_gradient(*t, f, x, seeded, [&](const B& value, list_view<const S> row) {
      y = value;
      for (std::size_t i = first; i < std::min(n, first + block); ++i)
        for (std::size_t j = i; j < n; ++j) hessian(i, j) = hessian(j, i) = row[j].tangent(i - first);
    });
    first += block;
  } while (first < n);
  return y;
}

// What made an entry of H v infinite or NaN, where v has the components direction(k): the gradient's
// computation in numbers with their tangents along v.
template <class F, class X, class Direction>
[[gnu::cold]] std::string nonfinite_in_product(const F& f, const X& x, Direction&& direction) {
  using B = base_t<X>;
  if constexpr (std::is_floating_point_v<B>) {
    using S = dual<B, 1, level<F>>;
    std::size_t k = 0;
    return find_nonfinite(
               f,
               transform<S>(x, [&](const auto& leaf) { return S(static_cast<B>(leaf), B(direction(k++))); }))
        .description;
  } else {
    return {};
  }
}

// Entry (i, j) is one of a product with the direction whose component k is direction(i, j, k).
template <class F, class X, class B, class Direction>
void check_finite(const F& f, const X& x, const basic_matrix<B>& m, const char* subject,
                  Direction&& direction) {
  for (std::size_t i = 0; i < m.rows(); ++i)
    for (std::size_t j = 0; j < m.cols(); ++j)
      if (!isfinite(dad::value(m(i, j)))) {
        const std::string made =
            nonfinite_in_product(f, x, [&](std::size_t k) { return direction(i, j, k); });
        throw domain_error(
            joined({"dad: entry (", std::to_string(i), ", ", std::to_string(j), ") of ", subject, " is ",
                    number_text(static_cast<double>(dad::value(m(i, j)))),
                    ", expected a finite number: f is not twice differentiable at this point, or a number of "
                    "its computation overflows",
                    made.empty() ? "" : ": ", made}));
      }
}

}  // namespace detail

/// The value of f, which returns a scalar, at x, and its Hessian. Shapes: n x n for the n reals of x in
/// order; exactly symmetric. f is called once, which costs about four gradients with what is made of it; then
/// every 48 inputs that do not only enter linearly cost one to three. Inside another derivative: n / 4
/// gradients of duals. Method: forward over reverse; Griewank and Walther (2008), chapter 5.
template <class F, class X>
auto value_and_hessian(const F& f, const X& x) {
  detail::check_point<X>();
  using B = detail::base_t<X>;
  if constexpr (detail::has_hessian_products<X>) {
    const detail::lease<detail::hessian_products> products;
    const double value = products->record(f, x);
    return value_hessian<B, basic_matrix<B>>{value, products->hessian()};
  } else {
    const std::size_t n = detail::real_count(x);
    value_hessian<B, basic_matrix<B>> result{B(0), {n, n}};
    result.value = detail::hessian_by_duals(f, x, result.hessian);
    return result;
  }
}
/// The same with options.
template <class F, class X>
auto value_and_hessian(const F& f, const X& x, const second_order_options& options) {
  auto result = value_and_hessian(f, x);
  if (options.check)
    detail::check_finite(f, x, result.hessian, "the Hessian",
                         [](std::size_t, std::size_t j, std::size_t k) { return j == k ? 1.0 : 0.0; });
  return result;
}

/// The Hessian of f at x alone.
///
///   dad::matrix H = dad::hessian(f, x);
template <class F, class X>
auto hessian(const F& f, const X& x) {
  return value_and_hessian(f, x).hessian;
}
template <class F, class X>
auto hessian(const F& f, const X& x, const second_order_options& options) {
  return value_and_hessian(f, x, options).hessian;
}

namespace detail {

// One direction, by duals.
template <class F, class X, class B>
B product_by_duals(const F& f, const X& x, const std::vector<B>& direction, basic_matrix<B>& products,
                   std::size_t row) {
  using S = dual<B, 1, level<F>>;
  const auto seeded = [&](const B& value, std::size_t k) { return S(value, direction[k]); };
  B y(0);
  const lease<tape<S>> t;
  with_dual_gradient(*t, f, x, seeded, [&](const B& value, list_view<const S> adjoints) {
    y = value;
    for (std::size_t k = 0; k < adjoints.size(); ++k) products(row, k) = adjoints[k].tangent();
  });
  return y;
}

template <class F, class X, class V>
auto products_by_rows(const F& f, const X& x, const V& v) {
  using B = base_t<X>;
  const std::size_t n = real_count(x);
  check_directions(v, n);
  value_product<B, basic_matrix<B>> result{B(0), {v.rows(), n}};
  if constexpr (has_hessian_products<X>) {
    const lease<hessian_products> products;
    result.value = products->record(f, x);
    products->multiply(result.product, [&](std::size_t r, std::size_t k) { return double(v(r, k)); });
  } else {
    std::vector<B> direction(n);
    for (std::size_t r = 0; r < v.rows(); ++r) {
      for (std::size_t k = 0; k < n; ++k) direction[k] = static_cast<B>(v(r, k));
      result.value = product_by_duals(f, x, direction, result.product, r);
    }
  }
  return result;
}

// check(products, subject, direction) may throw; component k of direction i is direction(i, k).
template <class F, class X, class V, class Check>
auto find_product(const F& f, const X& x, const V& v, Check&& check) {
  check_point<X>();
  using B = base_t<X>;
  if constexpr (are_directions<X, V>) {
    auto result = products_by_rows(f, x, v);
    check(result.product, "the products with the Hessian",
          [&](std::size_t i, std::size_t k) { return static_cast<B>(v(i, k)); });
    return result;
  } else {
    const auto direction = reals_of<B>(v, real_count(x), "direction v of hvp");
    basic_matrix<B> product(1, direction.size());
    const B value = product_by_duals(f, x, direction, product, 0);
    check(product, "the product with the Hessian", [&](std::size_t, std::size_t k) { return direction[k]; });
    auto structured = structured_like<B>(x, product.row(0));
    return value_product<B, decltype(structured)>{value, std::move(structured)};
  }
}

}  // namespace detail

/// The value of f, which returns a scalar, at x, and the product of its Hessian with v, without the Hessian.
/// Shapes: v as x (the same number of reals), the product with the structure of x; or directions as the rows
/// of a matrix, and products as the rows of another. Throws shape_error for directions of another size. One
/// product costs less than two gradients; many, in one recording of f, a tenth of a gradient each, and up to
/// one where that is larger than the caches. For a point that stays, see hvp_at. Method: Pearlmutter, Neural
/// Computation 6 (1994), by forward over reverse.
template <class F, class X, class V>
auto value_and_hvp(const F& f, const X& x, const V& v) {
  return detail::find_product(f, x, v, [](const auto&, const char*, auto&&) {});
}
/// The same with options.
template <class F, class X, class V>
auto value_and_hvp(const F& f, const X& x, const V& v, const second_order_options& options) {
  return detail::find_product(f, x, v, [&](const auto& products, const char* subject, auto&& direction) {
    if (!options.check) return;
    detail::check_finite(f, x, products, subject,
                         [&](std::size_t i, std::size_t, std::size_t k) { return direction(i, k); });
  });
}

/// The product of f's Hessian at x with v, or its products with the rows of a matrix.
///
///   auto Hv = dad::hvp(f, x, v);
template <class F, class X, class V>
auto hvp(const F& f, const X& x, const V& v) {
  return value_and_hvp(f, x, v).product;
}
template <class F, class X, class V>
auto hvp(const F& f, const X& x, const V& v, const second_order_options& options) {
  return value_and_hvp(f, x, v, options).product;
}

}  // namespace dad
