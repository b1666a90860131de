// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// Gradients from values alone: what derivatives are compared with, in exactness and in cost.

#pragma once

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <vector>

#include <dad/check/options.hpp>
#include <dad/check/sphere.hpp>
#include <dad/driver/level.hpp>

namespace dad {

/// For two_point_gradient: the step, how many directions are averaged, and where they come from.
struct two_point_options {
  double step = 1e-5;
  std::size_t samples = 1;
  std::uint64_t seed = 1;
};

/// Central differences take two values for each entry, one-sided ones one, and one for all.
enum class differences { central, one_sided };

struct coordinate_options {
  double step = 1e-5;
  dad::differences differences = dad::differences::central;
};

namespace detail {

/// A scalar function of the reals of a point. f may need dad to find its functions: it is called with numbers
/// of dad that are not recorded.
template <class F, class X>
class value_at_reals {
 public:
  value_at_reals(const F& f, const X& x, double step, const char* routine) : f_(f), x_(x) {
    check_point<X>();
    static_assert(std::is_floating_point_v<base_t<X>>, "dad: differences are of plain numbers");
    if (!(step > 0) || !std::isfinite(step))
      raise<domain_error>("dad: step of %s is %g, expected a positive number", routine, step);
    for_each_real(x, [&](const auto& leaf) { reals.push_back(static_cast<double>(leaf)); });
    check_check_point(reals.data(), reals.size(), routine);
  }

  // With each real r_i replaced by r_i + h v_i.
  double operator()(double h, const double* v) const {
    std::size_t i = 0;
    const auto y = call(f_, transform<var<double>>(x_, [&](const auto&) {
                          const double moved = reals[i] + h * v[i];
                          ++i;
                          return var<double>(moved);
                        }));
    check_scalar_result<std::remove_cvref_t<decltype(y)>>();
    return static_cast<double>(plain_value(y));
  }

  /// The structure of x over doubles.
  auto structured(const std::vector<double>& row) const {
    std::size_t i = 0;
    return transform<double>(x_, [&](const auto&) { return row[i++]; });
  }

  std::vector<double> reals;

 private:
  const F& f_;
  const X& x_;
};

}  // namespace detail

/// The mean over `samples` directions v, uniform on the unit sphere of R^d, of
/// d (f(x + step v) - f(x - step v)) / (2 step) v: for small steps its expectation is the gradient of f, and
/// its relative variance grows as d / samples. Shapes: as x, in doubles. 2 * samples calls of f. The same
/// seed gives the same directions. Throws domain_error for a step that is not positive, for no samples and
/// where x is not finite, shape_error where x has no reals.
///
///   auto g = dad::two_point_gradient(f, x, {.step = 1e-4, .samples = 10, .seed = 7});
template <class F, class X>
auto two_point_gradient(const F& f, const X& x, const two_point_options& o = {}) {
  static constexpr const char* routine = "two_point_gradient";
  const detail::value_at_reals<F, X> value(f, x, o.step, routine);
  if (o.samples == 0) detail::raise<domain_error>("dad: samples of %s is 0, expected at least 1", routine);
  const std::size_t d = value.reals.size();
  std::vector<double> v(d), g(d);
  for (std::size_t sample = 0; sample < o.samples; ++sample) {
    detail::fill_sphere(o.seed, sample, v.data(), d);
    const double slope = (value(o.step, v.data()) - value(-o.step, v.data())) / (2 * o.step);
    const double weight = slope * static_cast<double>(d) / static_cast<double>(o.samples);
    for (std::size_t i = 0; i < d; ++i) g[i] += weight * v[i];
  }
  return value.structured(g);
}

/// The gradient of f at x by differences in each coordinate over one absolute step: (f(x + h e_i) -
/// f(x - h e_i)) / (2 h), 2 d calls of f for d reals, or (f(x + h e_i) - f(x)) / h, d + 1 calls. The error is
/// of order h^2 or h, and of order 1e-16 |f| / h. Shapes and errors as above.
///
///   auto g = dad::coordinate_gradient(f, x, {.step = 1e-6, .differences = dad::differences::one_sided});
template <class F, class X>
auto coordinate_gradient(const F& f, const X& x, const coordinate_options& o = {}) {
  const detail::value_at_reals<F, X> value(f, x, o.step, "coordinate_gradient");
  const std::size_t d = value.reals.size();
  const bool is_central = o.differences == differences::central;
  std::vector<double> v(d), g(d);
  const double here = is_central ? 0 : value(0, v.data());
  for (std::size_t i = 0; i < d; ++i) {
    v[i] = 1;
    const double ahead = value(o.step, v.data());
    g[i] = is_central ? (ahead - value(-o.step, v.data())) / (2 * o.step) : (ahead - here) / o.step;
    v[i] = 0;
  }
  return value.structured(g);
}

}  // namespace dad
