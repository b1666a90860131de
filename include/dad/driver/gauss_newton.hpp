// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// Products with the Gauss-Newton matrix of residuals, or of a loss of a function's results.

#pragma once

#include <dad/driver/hessian.hpp>

namespace dad {

namespace detail {

// J' W J v at x, where weigh({r(x), J v}) gives a value and W J v; r is called once with duals, and once on
// the tape.
template <class R, class X, class V, class Weigh>
auto gauss_newton(const R& r, const X& x, const V& v, Weigh&& weigh) {
  check_point<X>();
  using B = base_t<X>;
  const auto direction = reals_of<B>(v, real_count(x), "direction v of gauss_newton_product");
  const auto along = jvp_along(r, x, direction);
  auto [value, weighted] = weigh(along);
  const lease<tape<B>> t;
  recorded<R, X, B> recording(*t, r, x, unseeded{});
  const auto ys = recording.outputs();
  const auto row = recording.sweep(ys, reals_of<B>(weighted, ys.size(), "result of gauss_newton_product"));
  auto product = structured_like<B>(x, row);
  return value_product<decltype(value), decltype(product)>{std::move(value), std::move(product)};
}

}  // namespace detail

/// The residuals r(x), and the product J' J v of the Gauss-Newton matrix of |r|^2 / 2, where J is the
/// Jacobian of r at x, without J. Shapes: v as x (the same number of reals), the product with the structure
/// of x; r returns whatever jvp and vjp take. Throws shape_error for a v of another size. Costs a jvp and a
/// vjp.
///
///   auto [residuals, product] = dad::value_and_gauss_newton_product(r, x, v);
template <class R, class X, class V>
auto value_and_gauss_newton_product(const R& r, const X& x, const V& v) {
  return detail::gauss_newton(r, x, v, [](const auto& along) { return along; });
}

/// The product J' J v alone.
template <class R, class X, class V>
auto gauss_newton_product(const R& r, const X& x, const V& v) {
  return value_and_gauss_newton_product(r, x, v).product;
}

/// The loss at r(x), a scalar, and the product J' H J v with the Hessian H of the loss at r(x): the
/// generalised Gauss-Newton matrix of loss(r(x)), which is its Hessian without the curvature of r, and has no
/// negative eigenvalue where the loss is convex. A tuple as r's result gives the loss several arguments.
/// Shapes and errors as above. Method: Schraudolph, Neural Computation 14 (2002).
///
///   auto [value, product] = dad::value_and_gauss_newton_product(network, loss, weights, v);
template <class R, class Loss, class X, class V>
auto value_and_gauss_newton_product(const R& r, const Loss& loss, const X& x, const V& v) {
  return detail::gauss_newton(
      r, x, v, [&](const auto& along) { return value_and_hvp(loss, along.value, along.tangent); });
}

/// The product J' H J v alone.
template <class R, class Loss, class X, class V>
auto gauss_newton_product(const R& r, const Loss& loss, const X& x, const V& v) {
  return value_and_gauss_newton_product(r, loss, x, v).product;
}

}  // namespace dad
