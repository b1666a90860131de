// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// Least squares from any start: Levenberg's and Marquardt's damped steps with geodesic acceleration.

#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>
#include <optional>
#include <utility>
#include <vector>

#include <dad/driver/taylor.hpp>

#include "newton.hpp"

namespace nist_fit {

struct minimum {
  std::vector<double> parameters;
  std::vector<double> deviations;  // the parameters', for residuals with a standard deviation of one
  double sum_of_squares = 0;
  std::size_t steps = 0;       // each with a Jacobian
  bool has_converged = false;  // the gradient is rounding errors, the Hessian positive
};

namespace detail {

/// The factors of R above a diagonal: of |J s + r|^2 + damping |D s|^2.
inline qr damped(const linearized& at, double damping) {
  const std::size_t n = at.size();
  dad::matrix stacked(2 * n, n);
  for (std::size_t i = 0; i < n; ++i) {
    for (std::size_t j = i; j < n; ++j) stacked(i, j) = at.factors.r(i, j);
    stacked(n + i, i) = std::sqrt(damping);
  }
  return qr(std::move(stacked));
}

/// The s that makes it least, in scaled parameters, by Q^T r.
inline std::vector<double> damped_step(const qr& factors, std::vector<double> turned, std::size_t n) {
  turned.resize(n);
  for (double& x : turned) x = -x;
  turned.resize(2 * n);
  return factors.solve(factors.turned(std::move(turned)));
}

/// Half of what the residuals' second derivative along a step asks for in addition, by which the step follows
/// the geodesic (Transtrum and Sethna, arXiv:1201.5885, 2012); nothing where that is too much for the step to
/// be trusted.
template <class Residuals>
std::optional<std::vector<double>> bend(const Residuals& residuals, const linearized& at, const qr& factors,
                                        const std::vector<double>& step) {
  constexpr double most = 0.375;  // their alpha = 0.75 for 2 |a| / |v|
  std::vector<double> v = step;
  for (std::size_t j = 0; j < v.size(); ++j) v[j] /= at.scale[j];
  const std::vector<double> second = dad::taylor<2>(residuals, at.b, v)[2];  // half of it
  if (!is_finite(second)) return {};
  auto a = damped_step(factors, at.factors.turned(second), at.size());
  if (!(length(a) <= most * length(step))) return {};
  return a;
}

inline minimum minimum_at(const linearized& at, std::size_t steps, bool has_converged) {
  minimum result{at.b, std::vector<double>(at.size()), at.sum, steps, has_converged};
  for (std::size_t j = 0; j < at.size(); ++j) {
    std::vector<double> unit(at.size());
    unit[j] = 1;
    result.deviations[j] = length(at.factors.solve_transposed(std::move(unit))) / at.scale[j];
  }
  return result;
}

}  // namespace detail

/// The least sum of squares of residuals(b), a vector at least as long as b, from a start on. Damping is
/// Marquardt's (J. SIAM 11, 1963), steered by the gain as Nielsen does (IMM-REP-1999-05); steps are by QR,
/// their bends by second directional derivatives, the last ones Newton's. All derivatives are dad's.
/// has_converged is false where `most_steps` did not suffice, where numbers are not finite at the start, and
/// where the minimum is at infinity or leaves parameters undetermined (J without full rank).
///
///     auto residuals = [&](const auto& b) { ... return r; };    // a vector of b's scalar
///     auto found = nist_fit::levenberg_marquardt(residuals, {1.0, 1.0});
template <class Residuals>
minimum levenberg_marquardt(const Residuals& residuals, const std::vector<double>& start,
                            std::size_t most_steps = 5000) {
  auto begin = linearize(residuals, start);
  constexpr double nan = std::numeric_limits<double>::quiet_NaN();
  if (!begin) return {start, std::vector<double>(start.size(), nan), nan, 1, false};
  linearized at = std::move(*begin);
  double damping = 1e-3, growth = 2;
  double near = 1e-2;  // the share of the residuals that is still explained where Newton's steps are tried
  std::size_t steps = 1;
  while (steps < most_steps && damping < 1e100) {
    if (at.explained() <= std::max(near * std::sqrt(at.sum), 1e-13 * at.content())) {
      if (const auto found = settled(residuals, at, steps)) return detail::minimum_at(*found, steps, true);
      near /= 10;
    }
    const qr factors = detail::damped(at, damping);
    auto step = detail::damped_step(factors, at.turned, at.size());
    // What the linear model promises: |J s|^2 + 2 damping |D s|^2.
    const double promised = std::pow(length(at.raised(step)), 2) + 2 * damping * std::pow(length(step), 2);
    std::optional<linearized> next;
    if (const auto a = detail::bend(residuals, at, factors, step)) {
      for (std::size_t j = 0; j < step.size(); ++j) step[j] += (*a)[j];
      const auto to = at.moved(step);
      if (to == at.b) break;
      next = linearize(residuals, to, at.scale);
    }
    ++steps;
    const double gain = next ? (at.sum - next->sum) / promised : -1;
    if (gain > 1e-3) {
      at = std::move(*next);
      damping = std::max(1e-20, damping * std::max(1.0 / 3, 1 - std::pow(2 * gain - 1, 3)));
      growth = 2;
    } else {
      damping *= growth;
      growth *= 2;
    }
  }
  return detail::minimum_at(at, steps, false);
}

}  // namespace nist_fit
