// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// Products of a Hessian at one point with directions, block after block.

#pragma once

#include <cstddef>
#include <type_traits>
#include <utility>

#include <dad/core/matrix.hpp>
#include <dad/driver/hessian.hpp>

namespace dad::detail {

/// Those who share out directions share out so many at a time: as many as a sweep has at least.
inline constexpr std::size_t product_block = 8;

/// The products of f's Hessian at x with the rows of matrices, as rows. A product has the same bits whatever
/// it is asked for with, and wherever. In double f is called once, by the first product; inside another
/// derivative, once for every eight. f and x outlive it.
template <class F, class X>
class direction_multiplier {
  using B = base_t<X>;
  static constexpr bool is_recorded_once = has_hessian_products<X>;
  using S = std::conditional_t<is_recorded_once, var<double>, dual<B, product_block, level<F>>>;
  static_assert(
      number<std::remove_cvref_t<decltype(call(std::declval<const F&>(),
                                               std::declval<const rebind_t<X, var<S>>&>()))>>,
      "dad: a Hessian is of an f that returns a scalar; of residuals, there is gauss_newton_product");
  struct nothing {};

 public:
  /// The directions of one pass over what was recorded, or over f.
  static constexpr std::size_t directions_of_a_pass =
      is_recorded_once ? lane_slots::most_directions : product_block;

  direction_multiplier(const F& f, const X& x) : f_(f), x_(x), size_(real_count(x)) {}

  /// Throws shape_error for rows of another length than x has reals.
  template <class D>
  [[gnu::noinline]] basic_matrix<B> operator()(const basic_matrix<D>& directions) {
    if (directions.cols() != size_)
      raise<shape_error>("dad: directions of a Hessian have %zu entries, expected %zu", directions.cols(),
                         size_);
    basic_matrix<B> products(directions.rows(), size_);
    if (directions.rows() == 0) return products;
    if constexpr (is_recorded_once) {
      if (!is_recorded_) (void)recorded_->record(f_, x_);
      is_recorded_ = true;
      recorded_->multiply(
          products, [&](std::size_t r, std::size_t k) { return double(directions(r, k)); }, product_block);
    } else {
      multiply_by_duals(directions, products);
    }
    return products;
  }

 private:
  template <class D>
  void multiply_by_duals(const basic_matrix<D>& directions, basic_matrix<B>& products) const {
    const lease<tape<S>> t;
    for (std::size_t first = 0; first < directions.rows(); first += product_block) {
      const std::size_t count = std::min(product_block, directions.rows() - first);
      const auto seeded = [&](const B& value, std::size_t k) {
        S s(value);
        for (std::size_t i = 0; i < count; ++i) s.tangent(i) = B(directions(first + i, k));
        return s;
      };
      with_dual_gradient(*t, f_, x_, seeded, [&](const B&, list_view<const S> row) {
        for (std::size_t i = 0; i < count; ++i)
          for (std::size_t k = 0; k < size_; ++k) products(first + i, k) = row[k].tangent(i);
      });
    }
  }

  const F& f_;
  const X& x_;
  std::size_t size_;
  [[no_unique_address]] std::conditional_t<is_recorded_once, lease<hessian_products>, nothing> recorded_;
  bool is_recorded_ = false;
};

/// All of them at once.
template <class F, class X, class D>
auto direction_products(const F& f, const X& x, const basic_matrix<D>& directions) {
  check_point<X>();
  return direction_multiplier<F, X>(f, x)(directions);
}

}  // namespace dad::detail
