// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// Hyperbolic functions and their inverses.

#pragma once

#include <type_traits>

#include <dad/op/declarations.hpp>

namespace dad::op {

struct sinh : operation<1, true> {
  static constexpr const char* name = "sinh";
  static constexpr auto value(auto x) { return std::sinh(x); }
  template <std::size_t>
  static constexpr auto partial(const auto& x, const auto&) {
    return dad::cosh(x);
  }
  template <class Y>
  static constexpr void taylor(Y& y, const auto& x) {
    Y cosine{dad::cosh(x[0])};
    detail::make_waves(y, cosine, x, 1);
  }
};

struct cosh : operation<1, true> {
  static constexpr const char* name = "cosh";
  static constexpr auto value(auto x) { return std::cosh(x); }
  template <std::size_t>
  static constexpr auto partial(const auto& x, const auto&) {
    return dad::sinh(x);
  }
  template <class Y>
  static constexpr void taylor(Y& y, const auto& x) {
    Y sine{dad::sinh(x[0])};
    detail::make_waves(sine, y, x, 1);
  }
};

struct tanh : operation<1, false> {
  static constexpr const char* name = "tanh";
  static constexpr auto value(auto x) { return std::tanh(x); }
  template <std::size_t>
  static constexpr auto partial(const auto& x, const auto& y) {
    // sech^2. As 1 - y^2 it needs no exp, but cancels where y is near +-1; plain numbers may ask where they
    // are.
    const auto density = [&x] { return 4 * detail::logistic_density(2 * x); };
    if constexpr (detail::knows_where_it_is<std::remove_cvref_t<decltype(y)>>)
      return detail::by_formula(
          dad::abs(y) < 0.75, [&y] { return (1 - y) * (1 + y); }, density);
    else
      return density();
  }
  template <class Y>
  static constexpr void taylor(Y& y, const auto& x) {
    Y slope{partial<0>(x[0], y[0])};  // 1 - y^2
    for (std::size_t k = 1; k < y.size(); ++k) {
      y[k] = detail::integral(x, slope, k);
      slope[k] = -detail::convolution(y, y, k);
    }
  }
};

struct asinh : operation<1, false> {
  static constexpr const char* name = "asinh";
  static constexpr auto value(auto x) { return std::asinh(x); }
  template <std::size_t>
  static constexpr auto partial(const auto& x, const auto&) {
    return 1 / dad::hypot(1, x);
  }
  template <class Y>
  static constexpr void taylor(Y& y, const auto& x) {
    detail::integrate_quotient(y, x,
                               detail::root_of_one_and_square<Y>(dad::hypot(detail::count<Y>(1), x[0]), x));
  }
};

struct acosh : operation<1, true> {
  static constexpr const char* name = "acosh";
  static constexpr auto value(auto x) { return std::acosh(x); }
  template <std::size_t>
  static constexpr auto partial(const auto& x, const auto&) {
    // not x^2 - 1, which cancels near 1 and overflows; nor a product, of which one factor is 0 where the
    // other moves
    return 1 / dad::sqrt(x - 1) / dad::sqrt(x + 1);
  }
  template <class Y>
  static constexpr void taylor(Y& y, const auto& x) {
    Y below{dad::sqrt(x[0] - 1)}, above{dad::sqrt(x[0] + 1)}, product{};
    detail::take_root(below, x);
    detail::take_root(above, x);
    for (std::size_t k = 0; k < y.size(); ++k) product[k] = detail::convolution(below, above, k);
    detail::integrate_quotient(y, x, product);
  }
};

struct atanh : operation<1, true> {
  static constexpr const char* name = "atanh";
  static constexpr auto value(auto x) { return std::atanh(x); }
  template <std::size_t>
  static constexpr auto partial(const auto& x, const auto&) {
    return 1 / detail::one_minus_square(x);
  }
  template <class Y>
  static constexpr void taylor(Y& y, const auto& x) {
    detail::integrate_quotient(y, x, detail::one_minus_square_of<Y>(detail::one_minus_square(x[0]), x));
  }
};

}  // namespace dad::op
