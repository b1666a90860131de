// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// Is a derivative right? Gradients, Jacobians and Hessians against difference quotients, the Taylor remainder
// and each other's modes.

#pragma once

#include <cmath>
#include <cstddef>
#include <cstring>

#include <dad/check/function.hpp>
#include <dad/check/place.hpp>
#include <dad/inspect/find_nonfinite.hpp>

namespace dad {

namespace detail {

/// Of several numbers, the first that is not finite; their count where all are.
template <class...>
std::size_t first_nonfinite(const list<double>& numbers) {
  std::size_t k = 0;
  while (k < numbers.size() && std::isfinite(numbers[k])) ++k;
  return k;
}

template <template <class, class> class Order, class F, class X>
check_report run_check(const char* routine, const F& f, const X& x, const check_options& o) {
  check_point<X>();
  static_assert(std::is_floating_point_v<base_t<X>>,
                "dad: a check compares derivatives with differences, so its point is of plain numbers");
  check_check_options(o, routine);
  const auto point = transform<double>(x, [](const auto& leaf) { return static_cast<double>(leaf); });
  {
    list<double> reals;
    for_each_real(point, [&](const auto& leaf) { reals.push_back(leaf); });
    check_check_point(reals.data(), reals.size(), routine);
  }
  const Order<F, std::remove_cvref_t<decltype(point)>> function(f, point);
  const std::size_t n = function.point.size(), m = function.output_count;
  check_report r;
  list<double> once(m), again(m);
  function.values(function.point.data(), once.data());
  function.values(function.point.data(), again.data());
  const std::size_t value = first_nonfinite(once), derivative = first_nonfinite(function.matrix);
  if (std::memcmp(once.data(), again.data(), m * sizeof(double)) != 0) {
    r.cause = check_cause::state;
    r.description = reason_of(r.cause, "", 0, 0);
  } else if (value < m || derivative < function.matrix.size()) {
    r.cause = check_cause::not_finite;
    r.entry = value < m ? 0 : derivative % n;
    r.output = value < m ? value : derivative / n;
    r.derivative = value < m ? once[value] : function.matrix[derivative];
    r.place = place_of(x, r.entry);
    const nonfinite_report found = find_nonfinite(f, point);
    r.description =
        joined({value < m ? "the value is " : "the derivative is ", number_text(r.derivative),
                value < m ? "" : " at ", value < m ? "" : r.place, ": ",
                found ? found.text() : "every operation of f is finite, those of its derivative are not"});
  } else {
    r = comparison(function, o).run();
    if (r.place.empty()) r.place = place_of(x, r.entry);
  }
  return r;
}

}  // namespace detail

/// Compares dad's gradient of f, which returns a scalar, at x with central differences (each over the step
/// that suits it best, with an estimate of its own error), the Taylor remainder along random directions with
/// its slope of 2, and reverse with forward and replay. The report says what fits worst, and why that is
/// likely. Throws domain_error where x is not finite or options make no sense, shape_error where x has no
/// reals, and what f throws at x. Calls f about 10 to 30 times for each entry of x.
///
///   auto report = dad::check_gradient(f, x);
///   if (!report.passed()) std::cerr << report.text();
///   // f is not differentiable here: one-sided differences differ, -1 to the left and 1 to the right
///   //   x[3], entry 3: derivative 0, differences 0 +- 1e-16, ...
template <class F, class X>
[[nodiscard]] check_report check_gradient(const F& f, const X& x, const check_options& o = {}) {
  using Y = decltype(detail::call(f, detail::transform<var<double>>(x, detail::always<double>())));
  detail::check_scalar_result<std::remove_cvref_t<Y>>();
  return detail::run_check<detail::first_order>("check_gradient", f, x, o);
}

/// The same of the Jacobian of an f with any result: report.output says which of its reals fits worst.
template <class F, class X>
[[nodiscard]] check_report check_jacobian(const F& f, const X& x, const check_options& o = {}) {
  return detail::run_check<detail::first_order>("check_jacobian", f, x, o);
}

/// The same of the Hessian of f, which returns a scalar, against differences of dad's gradient.
template <class F, class X>
[[nodiscard]] check_report check_hessian(const F& f, const X& x, const check_options& o = {}) {
  return detail::run_check<detail::checked_second_order>("check_hessian", f, x, o);
}

}  // namespace dad
