// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// Values and gradients by Sacado's SFad: forward, with all directions of the gradient at once and expression
// templates.

#pragma once

#include <Sacado_Fad_SFad.hpp>
#include <array>
#include <cmath>
#include <cstddef>
#include <numbers>

namespace Sacado::Fad::Exp {

/// Sacado has no erfc.
template <class E>
auto erfc(const Expr<E>& expression) {
  using number = typename BaseExprType<E>::type;
  const number x(expression.derived());
  const double slope = -2.0 * std::numbers::inv_sqrtpi * std::exp(-x.val() * x.val());
  number y(std::erfc(x.val()));
  for (int k = 0; k < x.size(); ++k) y.fastAccessDx(k) = slope * x.fastAccessDx(k);
  return y;
}

}  // namespace Sacado::Fad::Exp

namespace bench {

template <class F, std::size_t N>
class sacado_gradient {
  using number = Sacado::Fad::SFad<double, static_cast<int>(N)>;

 public:
  static constexpr const char* name = "sacado_sfad";

  explicit sacado_gradient(const F& f) : f_(f) {}

  double operator()(const std::array<double, N>& x, std::array<double, N>& gradient) {
    for (std::size_t k = 0; k < N; ++k) point_[k] = number(static_cast<int>(N), static_cast<int>(k), x[k]);
    const number y = f_(point_);
    for (std::size_t k = 0; k < N; ++k) gradient[k] = y.fastAccessDx(static_cast<int>(k));
    return y.val();
  }

 private:
  F f_;
  std::array<number, N> point_;
};

}  // namespace bench
