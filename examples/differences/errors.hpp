// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// The error of a way to differentiate at steps from 1e-15 to 1.

#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdio>
#include <string>
#include <vector>

namespace differences {

/// Relative errors of one way over the step; `typical` is that of the step 0.001.
struct errors {
  std::string name;
  std::vector<double> powers, steps, values;
  double typical;
};

/// With one-sided differences, with central ones, and without any.
using ways = std::array<errors, 3>;

/// measure(name, derivative): derivative(step) is held against the exact one, at so many steps for each power
/// of ten.
class measure {
 public:
  measure(long double exact, int points) : exact_(exact), points_(points) {}

  template <class Derivative>
  errors operator()(const std::string& name, const Derivative& derivative) const {
    errors e{name, {}, {}, {}, error_of(derivative(1e-3))};
    for (int k = 0; k <= 15 * points_; ++k) {
      e.powers.push_back(-15 + static_cast<double>(k) / points_);
      e.steps.push_back(std::pow(10.0, e.powers.back()));
      e.values.push_back(error_of(derivative(e.steps.back())));
    }
    return e;
  }

 private:
  // One unit of rounding at least, so that it has a logarithm.
  [[nodiscard]] double error_of(double derivative) const {
    return std::fmax(0x1p-53, static_cast<double>(std::fabs(derivative / exact_ - 1)));
  }

  long double exact_;
  int points_;
};

inline void print(const errors& e) {
  const auto best = std::min_element(e.values.begin(), e.values.end());
  std::printf("%-26s best error %.0e at step 10^%.1f, at step 0.001 %.1e\n", e.name.c_str(), *best,
              e.powers[static_cast<std::size_t>(best - e.values.begin())], e.typical);
}

}  // namespace differences
