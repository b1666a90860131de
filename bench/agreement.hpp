// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// Nothing is measured that computes something else: derivatives by hand, in lanes and by libraries are
// compared first.

#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdio>
#include <cstdlib>
#include <string>

namespace bench {

/// Ends the program where two ranges of numbers differ by more than rounding explains, against the largest of
/// them.
template <class Got, class Expected>
void check_agreement(const std::string& what, const Got& got, const Expected& expected) {
  const std::size_t size = expected.size();
  double largest = 0.0, difference = 0.0;
  bool is_right = got.size() == size;
  for (std::size_t i = 0; is_right && i < size; ++i) {
    largest = std::max(largest, std::fabs(expected[i]));
    difference = std::max(difference, std::fabs(got[i] - expected[i]));
    is_right = std::isfinite(got[i]) && std::isfinite(expected[i]);
  }
  if (is_right && difference <= 1e-11 * largest) return;
  std::fprintf(stderr, "%s: %zu numbers for %zu, off by %g of %g\n", what.c_str(), std::size_t(got.size()),
               size, difference, largest);
  std::exit(1);
}

/// Ends the program where the differences of two ranges, all together, are more than this part of the
/// numbers. For long gradients: of a million shares that sum up to 1, each is small against what was rounded.
template <class Got, class Expected>
void check_agreement_in_sum(const std::string& what, const Got& got, const Expected& expected, double part) {
  const std::size_t size = expected.size();
  double sum = 0.0, difference = 0.0;
  if (got.size() == size)
    for (std::size_t i = 0; i < size; ++i) {
      sum += std::fabs(expected[i]);
      difference += std::fabs(got[i] - expected[i]);
    }
  // Not where a number is missing, infinite or not one.
  if (got.size() == size && std::isfinite(sum) && difference <= part * sum) return;
  std::fprintf(stderr, "%s: %zu numbers for %zu, off by %g of %g in sum\n", what.c_str(),
               std::size_t(got.size()), size, difference, sum);
  std::exit(1);
}

}  // namespace bench
