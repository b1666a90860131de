// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// Exact Taylor coefficients of operations along curves: what taylor.py knows, as constants.

#pragma once

#include <array>
#include <cmath>
#include <cstddef>
#include <limits>

namespace oracle {

inline constexpr std::size_t taylor_order = 30;

enum class curve_kind { constant, line, dense };

/// An operand as a power series: x, x + scale t, or all coefficients with changing signs, 5/8, -3/8, -1/8,
/// 5/64, ... times scale.
struct curve {
  int kind;
  double x, scale;

  [[nodiscard]] bool is_constant() const { return kind == 0; }
  [[nodiscard]] double coefficient(std::size_t k) const {
    if (k == 0) return x;
    if (kind == 1) return k == 1 ? scale : 0;
    const double size = std::ldexp(1 + static_cast<double>(k % 3) / 4, -static_cast<int>(k));
    return k / 2 % 2 == 0 ? scale * size : -scale * size;
  }
};

/// Coefficients correctly rounded, each with its unit of error, which is one ULP times one plus the condition
/// number.
struct taylor_row {
  const char* operation;
  int parameter;
  curve operands[3];
  double y[taylor_order + 1], unit[taylor_order + 1];
};

namespace taylor_table {
inline constexpr double inf = std::numeric_limits<double>::infinity();
inline constexpr double any = std::numeric_limits<double>::quiet_NaN();
inline constexpr taylor_row rows[] = {
#include "taylor.inc"
};
}  // namespace taylor_table

}  // namespace oracle
