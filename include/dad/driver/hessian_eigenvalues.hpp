// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// The ends of the spectrum of a Hessian, without the Hessian.

#pragma once

#include <type_traits>

#include <dad/driver/block_lanczos.hpp>
#include <dad/driver/direction_products.hpp>

namespace dad {

/// The largest and the smallest eigenvalues of the Hessian of f, which returns a scalar, at x, by products
/// with it. Multiple eigenvalues come as often as they are there. The same options give the same bits. Throws
/// shape_error for more eigenvalues than x has reals, domain_error for a product that is not finite. f is
/// called once, and recorded. Costs some ten products for each eigenvalue that stands out, more in clusters,
/// and keeps a vector like x for each product.
///
///   auto e = dad::hessian_eigenvalues(f, x, {.largest = 5, .smallest = 5});
///   e.largest.values[0], e.largest.residuals[0], e.converged
template <class F, class X>
extreme_eigenvalues hessian_eigenvalues(const F& f, const X& x, const eigenvalue_options& options = {}) {
  detail::check_point<X>();
  static_assert(std::is_same_v<detail::base_t<X>, double>,
                "dad: eigenvalues come in double and have no derivative themselves: pass a point of doubles, "
                "floats or integers");
  detail::direction_multiplier<F, X> multiply(f, x);
  return detail::block_lanczos(detail::real_count(x), options,
                               [&](const matrix& directions) { return multiply(directions); });
}

}  // namespace dad
