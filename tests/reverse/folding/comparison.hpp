// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// What the runs of a random program owe each other, and the shortest program that breaks it.

#pragma once

#include <bit>
#include <cmath>
#include <cstdio>
#include <functional>
#include <string>
#include <vector>

#include "reverse/folding/program.hpp"

namespace test {

inline std::string in_words(const char* what, std::size_t i, double x, double expected) {
  char text[160];
  std::snprintf(text, sizeof text, "%s %zu is %.17g, expected %.17g", what, i, x, expected);
  return text;
}

/// The first place where two rows differ in a bit, but for the bits of a NaN; empty where there is none.
inline std::string different_bits(const char* what, const std::vector<double>& row,
                                  const std::vector<double>& expected) {
  if (row.size() != expected.size()) return std::string(what) + ": another number of them";
  for (std::size_t i = 0; i < row.size(); ++i)
    if (std::bit_cast<std::uint64_t>(row[i]) != std::bit_cast<std::uint64_t>(expected[i]) &&
        !(std::isnan(row[i]) && std::isnan(expected[i])))
      return in_words(what, i, row[i], expected[i]);
  return {};
}

/// The first place where two rows differ by more than `tolerance` times an entry's size, or are not of the
/// same kind of finite, infinite and NaN. With `finite_only`, entries of which one is not finite are left
/// out.
inline std::string different(const char* what, const std::vector<double>& row,
                             const std::vector<double>& expected, const std::vector<double>& sizes,
                             double tolerance, bool finite_only = false) {
  if (row.size() != expected.size() || row.size() != sizes.size())
    return std::string(what) + ": another number of them";
  for (std::size_t i = 0; i < row.size(); ++i) {
    const double x = row[i], y = expected[i];
    if (x == y || (std::isnan(x) && std::isnan(y))) continue;
    const double size = std::isfinite(sizes[i]) ? sizes[i] : 1e4 * std::abs(y);
    if (std::isfinite(x) && std::isfinite(y) && std::abs(x - y) <= tolerance * size) continue;
    if (finite_only && !(std::isfinite(x) && std::isfinite(y) && std::isfinite(sizes[i]))) continue;
    return in_words(what, i, x, y);
  }
  return {};
}

/// A program without the statements that a fault does not need.
inline random_program shortest(random_program p,
                               const std::function<bool(const random_program&)>& is_faulty) {
  for (bool is_shorter = true; is_shorter;) {
    is_shorter = false;
    for (std::size_t i = p.statements.size(); i-- > 0;) {
      random_program without = p;
      without.statements.erase(without.statements.begin() + static_cast<std::ptrdiff_t>(i));
      if (!is_faulty(without)) continue;
      p = std::move(without);
      is_shorter = true;
    }
  }
  return p;
}

}  // namespace test
