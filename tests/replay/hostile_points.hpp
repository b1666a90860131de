// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// Operands at and beyond the ends of domains, and what batches give there against what the drivers give.

#pragma once

#include <limits>
#include <string>
#include <vector>

#include "replay/against_single.hpp"
#include "replay/numbered_operation.hpp"

namespace test {

inline constexpr double inf = std::numeric_limits<double>::infinity();
inline const std::vector<double> pool{-800, -2, -1, -0.5, -0.0, 0, 0.5, 1, 2, 800, 1e-320, 1.7e308};

/// Every combination of N numbers of the pool.
template <std::size_t N>
std::vector<point<N>> hostile_points() {
  std::vector<point<N>> points;
  std::size_t count = 1;
  for (std::size_t i = 0; i < N; ++i) count *= pool.size();
  for (std::size_t k = 0; k < count; ++k) {
    double x[N];
    for (std::size_t i = 0, rest = k; i < N; ++i, rest /= pool.size()) x[i] = pool[rest % pool.size()];
    points.push_back(point_of(x));
  }
  return points;
}

/// Points with one operand that is infinite or not a number.
template <std::size_t N>
std::vector<point<N>> infinite_points() {
  std::vector<point<N>> points;
  for (const double special : {inf, -inf, std::nan("")})
    for (std::size_t i = 0; i < N; ++i)
      for (const double other : {0.0, 0.5, -2.0}) {
        double x[N];
        for (double& operand : x) operand = other;
        x[i] = special;
        points.push_back(point_of(x));
      }
  return points;
}

// Numbers near the smallest have few digits.
inline constexpr double least = 1e-290;
inline constexpr double few_digits = 1e-12;

inline void hold(const char* what, const std::vector<double>& got, const std::vector<double>& expected,
                 const std::vector<double>& x) {
  const std::string mistake = disagreement(got, expected, few_digits, least);
  if (mistake.empty()) {
    SUCCEED();
    return;
  }
  std::string at;
  for (const double operand : x) at.append(" ").append(Catch::Detail::stringify(operand));
  FAIL_CHECK(what << " at" << at << ": " << mistake);
}

inline void hold_value(double value, double expected, const std::vector<double>& x) {
  hold("value", {value}, {expected}, x);
}

/// Derivatives. Where an operand is infinite or NaN, no convention says which of two formulas gives NaN.
template <class Row, class Expected>
void hold_row(const char* what, const Row& row, const Expected& expected, const std::vector<double>& x) {
  auto got = row_of(row);
  const auto wanted = row_of(expected);
  const bool is_finite =
      std::all_of(x.begin(), x.end(), [](double operand) { return std::isfinite(operand); });
  if (!is_finite && got.size() == wanted.size())
    for (std::size_t k = 0; k < got.size(); ++k)
      if (std::isnan(got[k]) || std::isnan(wanted[k])) got[k] = wanted[k];
  hold(what, got, wanted, x);
}

}  // namespace test
