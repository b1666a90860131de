// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// What made a function's value or gradient NaN or infinite.

#pragma once

#include <vector>

#include <dad/inspect/observation.hpp>
#include <dad/structure/call.hpp>
#include <dad/structure/transform.hpp>

namespace dad {

/// Calls f at x on the tape, and says which operation first made a NaN or an infinity: of the values, in the
/// order in which f computes them; where all of these are finite, of the adjoints, in the order of the sweep
/// (one for each real of f's result). Values that no result is computed from are left out. An input that is
/// not finite is reported as itself. Throws what f throws.
///
///   if (auto report = dad::find_nonfinite(f, x)) std::cerr << report.text();
///   // operation 17, log(%16) of -0.5 gave nan, in scope loss/prior
template <class F, class X>
[[nodiscard]] nonfinite_report find_nonfinite(const F& f, const X& x) {
  detail::require_differentiable<X>();
  using T = detail::base_t<X>;
  using S = var<T>;
  tape<T> t;
  const observation<T> seen(t);
  const auto guard = t.activate();
  const auto point = detail::transform<S>(x, [&](const auto& leaf) {
    S v(static_cast<T>(leaf));
    t.input(v);
    return v;
  });
  const auto y = detail::call(f, point);
  std::vector<S> results;
  detail::for_each_real(y, [&](const auto& leaf) { results.push_back(S(leaf)); });
  return seen.find_nonfinite(results);
}

}  // namespace dad
