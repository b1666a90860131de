// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// Do jvp and vjp of a rule fit each other, and its value?

#pragma once

#include <cmath>
#include <cstddef>
#include <string>

#include <dad/check/function.hpp>
#include <dad/check/gradient.hpp>
#include <dad/rule/partials.hpp>
#include <dad/rule/rule.hpp>

namespace dad {

namespace detail {

/// Random numbers of the structure of y.
template <class Y>
auto random_like(const Y& y, std::uint64_t seed, std::uint64_t sample, list<double>& reals) {
  reals.assign(real_count(y), 0.0);
  fill_sphere(seed, sample, reals.data(), reals.size());
  return shaped_like<double>(y, reals);
}

/// The largest gap between w^T (J v) by jvp and (J^T w)^T v by vjp over random v and w, as a share of the
/// sizes of their terms.
struct product_gap {
  double by_jvp = 0, by_vjp = 0, allowed = 0, badness = 0;
};
template <class Value, class Jvp, class Vjp, class P>
product_gap largest_product_gap(const Value& value, const Jvp& jvp, const Vjp& vjp, const P& x,
                                const check_options& o) {
  const auto y = call(value, x);
  product_gap worst;
  for (std::size_t d = 0; d < o.directions; ++d) {
    list<double> v_reals, w_reals;
    const auto v = random_like(x, o.seed, 2 * d, v_reals);
    const auto w = random_like(y, o.seed, 2 * d + 1, w_reals);
    const auto tangents = tangents_by<double>(jvp, x, y, v);
    const auto adjoints = adjoints_by<double>(vjp, x, y, w);
    product_gap gap;
    double size = 0;
    for (std::size_t j = 0; j < tangents.size(); ++j) {
      gap.by_jvp += w_reals[j] * tangents[j];
      size += std::fabs(w_reals[j] * tangents[j]);
    }
    for (std::size_t i = 0; i < adjoints.size(); ++i) {
      gap.by_vjp += v_reals[i] * adjoints[i];
      size += std::fabs(v_reals[i] * adjoints[i]);
    }
    gap.allowed = o.tolerance * size;
    const double apart = std::fabs(gap.by_jvp - gap.by_vjp);
    gap.badness = apart <= gap.allowed ? 0 : std::isfinite(apart) ? apart / gap.allowed : HUGE_VAL;
    if (d == 0 || gap.badness > worst.badness) worst = gap;
  }
  return worst;
}

}  // namespace detail

/// Checks what one would give to dad::rule, at x (several arguments are one tuple): along random v and w,
/// w (jvp(x, v)) and (vjp(x, w)) v must be the same number; where that holds, or one of the two is
/// dad::derived, the rule's Jacobian is compared with differences of its value, as in check_jacobian. Throws
/// as that does. Value, jvp and vjp are called with plain numbers.
///
///   auto report = dad::check_rule(value, jvp, vjp, std::vector{1.0, 2.0});
///   // jvp and vjp of the rule disagree: w jvp(x, v) = 0.25, vjp(x, w) v = -0.25
template <class Value, class Jvp, class Vjp, class X>
[[nodiscard]] check_report check_rule(const Value& value, const Jvp& jvp, const Vjp& vjp, const X& x,
                                      const check_options& o = {}) {
  detail::check_check_options(o, "check_rule");
  const auto point = detail::transform<double>(x, [](const auto& leaf) { return static_cast<double>(leaf); });
  using P = std::remove_cvref_t<decltype(point)>;
  using Y = std::remove_cvref_t<decltype(detail::call(value, point))>;
  if constexpr (detail::has_jvp<Jvp, P, Y> && detail::has_vjp<Vjp, P, Y>) {
    const detail::product_gap gap = detail::largest_product_gap(value, jvp, vjp, point, o);
    if (gap.badness > 0) {
      check_report r;
      r.cause = check_cause::modes_disagree;
      r.forward = gap.by_jvp;
      r.derivative = gap.by_vjp;
      r.tolerance = gap.allowed;
      r.place = "along random directions";
      r.description =
          detail::joined({"jvp and vjp of the rule disagree: w jvp(x, v) = ", detail::number_text(gap.by_jvp),
                          ", vjp(x, w) v = ", detail::number_text(gap.by_vjp)});
      return r;
    }
  }
  return check_jacobian(rule(value, jvp, vjp), x, o);
}

}  // namespace dad
