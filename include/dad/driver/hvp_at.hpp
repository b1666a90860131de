// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// The Hessian at one point as a linear map, for methods that ask for its products one after another.

#pragma once

#include <cstddef>
#include <type_traits>
#include <vector>

#include <dad/core/matrix.hpp>
#include <dad/driver/hessian_products.hpp>

namespace dad {

/// The Hessian of a function at a point of type X, in the form that hvp_at makes. Neither copied nor moved.
template <class X>
class hessian_map {
  static_assert(std::is_same_v<detail::base_t<X>, double>,
                "dad: hvp_at takes a point of plain numbers; inside another derivative take hvp");

 public:
  template <class F>
  hessian_map(const F& f, const X& x) : point_(x), value_(products_.record(f, x)) {}
  hessian_map(const hessian_map&) = delete;
  hessian_map& operator=(const hessian_map&) = delete;

  /// The value of f at the point, and its gradient there.
  [[nodiscard]] double value() const noexcept { return value_; }
  [[nodiscard]] auto gradient() const {
    std::vector<double> row;
    for (std::size_t k = 0; k < size(); ++k) row.push_back(products_.gradient(k));
    return detail::structured_like<double>(point_, row);
  }

  /// The number of reals of the point.
  [[nodiscard]] std::size_t size() const noexcept { return products_.input_count(); }

  /// The product with v, or with each row of a matrix. Shapes and errors as for hvp.
  template <class V>
  [[nodiscard]] auto operator()(const V& v) {
    if constexpr (detail::are_directions<X, V>) {
      detail::check_directions(v, size());
      matrix products(v.rows(), size());
      products_.multiply(products, [&](std::size_t r, std::size_t k) { return double(v(r, k)); });
      return products;
    } else {
      const auto direction = detail::reals_of<double>(v, size(), "direction v of hvp");
      matrix product(1, size());
      products_.multiply(product, [&](std::size_t, std::size_t k) { return direction[k]; });
      return detail::structured_like<double>(point_, product.row(0));
    }
  }

 private:
  X point_;  // for its structure
  detail::hessian_products products_;
  double value_;
};

/// The Hessian of f, which returns a scalar, at x as a linear map. f is called once, now, and not kept: for
/// conjugate gradients, Lanczos, or trace estimates, where products at one point follow each other, each
/// costs about as much as a gradient without its recording.
///
///   auto hessian = dad::hvp_at(f, x);
///   auto Hv = hessian(v);              // as dad::hvp(f, x, v)
template <class F, class X>
hessian_map<X> hvp_at(const F& f, const X& x) {
  detail::check_point<X>();
  return hessian_map<X>(f, x);
}

}  // namespace dad
