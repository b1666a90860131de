// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// The exact values and partials that operations are compared with: what generate.py knows, as constants.

#pragma once

#include <cmath>
#include <cstddef>
#include <limits>

namespace oracle {

inline constexpr double inf = std::numeric_limits<double>::infinity();
inline constexpr double any =
    std::numeric_limits<double>::quiet_NaN();  // where no convention asks for a number

/// An operation of N operands at one point: exact numbers correctly rounded, each with its unit of error,
/// which is one ULP times one plus the condition number. Second partials come in the order 00, 01, 02, 11,
/// 12, 22.
template <std::size_t N>
struct point {
  static constexpr std::size_t second_count = N * (N + 1) / 2;

  double x[N];
  double value, value_unit;
  double first[N], first_unit[N];
  double second[second_count], second_unit[second_count];

  static constexpr std::size_t second_index(std::size_t i, std::size_t j) {
    return i <= j ? i * N - i * (i + 1) / 2 + j : second_index(j, i);
  }
};

namespace arithmetic {
#include "arithmetic.inc"
}
namespace exponential {
#include "exponential.inc"
}
namespace trigonometric {
#include "trigonometric.inc"
}
namespace hyperbolic {
#include "hyperbolic.inc"
}
namespace probability {
#include "probability.inc"
}
namespace piecewise {
#include "piecewise.inc"
}

/// Whether got is within `units` units of error of exact. Where it is `lost` > 1, a number that the operation
/// rounds on the way is denormal, and the unit grows to that number's own spacing. Rounding the result itself
/// may cost two steps of the smallest denormal.
inline bool agrees(double got, double exact, double unit, double units, double lost = 1) {
  if (std::isnan(exact) || got == exact) return true;
  if (std::isinf(exact) || !std::isfinite(got)) return false;
  // The unit of a denormal may itself have underflowed.
  const double allowed =
      std::fmax(unit * lost, std::fabs(exact) * (lost * std::numeric_limits<double>::epsilon()));
  return std::fabs(got - exact) <= units * allowed + 2 * std::numeric_limits<double>::denorm_min();
}

/// The factor by which a rounded number's relative spacing exceeds that of normal numbers: 1 unless it is
/// denormal.
inline double spacing(double rounded) {
  const double size = std::fabs(rounded);
  return size > 0 && size < std::numeric_limits<double>::min() ? std::numeric_limits<double>::min() / size
                                                               : 1;
}

}  // namespace oracle
