// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// Residuals and their Jacobian at a point, scaled and factored: what each step of a least-squares solver
// starts from.

#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <optional>
#include <utility>
#include <vector>

#include <dad/driver/jacobian.hpp>

#include "qr.hpp"

namespace nist_fit {

inline double length(const double* first, std::size_t count) {
  double size = 0;
  for (std::size_t i = 0; i < count; ++i) size = std::hypot(size, first[i]);
  return size;
}
inline double length(const std::vector<double>& v) { return length(v.data(), v.size()); }
inline bool is_finite(const std::vector<double>& v) {
  return std::all_of(v.begin(), v.end(), [](double x) { return std::isfinite(x); });
}

/// Residuals r at parameters b, and J D^-1 = Q R with their Jacobian J and a diagonal D, by which lengths of
/// steps and conditions do not depend on the parameters' units.
struct linearized {
  std::vector<double> b, r, scale;  // scale: D
  qr factors;
  std::vector<double> turned;  // Q^T r
  double sum;                  // r^T r

  [[nodiscard]] std::size_t size() const { return b.size(); }

  /// How much of the residuals the model can still explain: the length of their part in J's range.
  [[nodiscard]] double explained() const { return length(turned.data(), size()); }

  /// R z, for z in scaled parameters.
  [[nodiscard]] std::vector<double> raised(const std::vector<double>& z) const {
    std::vector<double> rows(size());
    for (std::size_t i = 0; i < size(); ++i)
      for (std::size_t j = i; j < size(); ++j) rows[i] += factors.r(i, j) * z[j];
    return rows;
  }

  /// The length of J b: what rounding errors are relative to.
  [[nodiscard]] double content() const {
    std::vector<double> z = b;
    for (std::size_t j = 0; j < size(); ++j) z[j] *= scale[j];
    return length(raised(z));
  }

  /// b after a step in scaled parameters.
  [[nodiscard]] std::vector<double> moved(const std::vector<double>& step) const {
    std::vector<double> to = b;
    for (std::size_t j = 0; j < size(); ++j) to[j] += step[j] / scale[j];
    return to;
  }
};

/// Nothing where residuals or derivatives are not finite. D are the lengths of J's columns, or what is left
/// of earlier ones, which fade by `fading` with each step: where a column vanishes on a plateau, a step along
/// it must not become large at once (Moré, Lecture Notes in Mathematics 630, 1978, keeps the largest for
/// ever; then valleys in which the units change by powers of ten take thousands of steps).
template <class Residuals>
std::optional<linearized> linearize(const Residuals& residuals, const std::vector<double>& b,
                                    const std::vector<double>& earlier_scale = {}) {
  constexpr double fading = 0.6;
  auto [r, jacobian] = dad::value_and_jacobian(residuals, b);
  std::vector<double> scale(b.size());
  for (std::size_t j = 0; j < b.size(); ++j) {
    for (std::size_t i = 0; i < r.size(); ++i) scale[j] = std::hypot(scale[j], jacobian(i, j));
    if (!std::isfinite(scale[j])) return {};
    if (!earlier_scale.empty()) scale[j] = std::max(scale[j], fading * earlier_scale[j]);
    if (scale[j] == 0) scale[j] = 1;
    for (std::size_t i = 0; i < r.size(); ++i) jacobian(i, j) /= scale[j];
  }
  double sum = 0;
  for (const double x : r) sum += x * x;
  if (!std::isfinite(sum)) return {};
  qr factors(std::move(jacobian));
  auto turned = factors.turned(r);
  return linearized{b, std::move(r), std::move(scale), std::move(factors), std::move(turned), sum};
}

}  // namespace nist_fit
