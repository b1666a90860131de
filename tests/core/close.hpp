// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// When a computed number counts as the expected one.

#pragma once

#include <cmath>
#include <cstddef>
#include <string>
#include <vector>

#include "catch.hpp"

/// Compares relative to the expected number, by default to 1e-12: CHECK(dad::derivative(f, x) ==
/// close_to(2.0)). Beside zero, where a relative error says nothing, `margin` is allowed in absolute terms.
inline auto close_to(double expected, double tolerance = 1e-12, double margin = 0.0) {
#if __has_include(<catch2/catch_all.hpp>)
  using Catch::Approx;
#endif
  return Approx(expected).epsilon(tolerance).margin(margin);
}

/// The first place at which two rows of numbers differ by more than the tolerance, in words; empty where
/// there is none.
template <class Row, class Expected>
std::string difference(const Row& row, const Expected& expected, double tolerance = 1e-12,
                       double margin = 0.0) {
  if (row.size() != expected.size())
    return std::to_string(row.size()) + " entries, expected " + std::to_string(expected.size());
  for (std::size_t i = 0; i < row.size(); ++i) {
    const double x = static_cast<double>(row[i]);
    const double y = static_cast<double>(expected[i]);
    const bool both_nan = std::isnan(x) && std::isnan(y);
    if (both_nan || x == y || std::abs(x - y) <= tolerance * std::abs(y) + margin) continue;
    return "entry " + std::to_string(i) + " is " + std::to_string(x) + ", expected " + std::to_string(y) +
           ", off by " + std::to_string((x - y) / (y != 0.0 ? y : 1.0) / tolerance) + " tolerances";
  }
  return {};
}

#define CHECK_ROW(row, ...) CHECK(difference(row, __VA_ARGS__) == "")
