// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// Functions whose derivatives are sparse.

#pragma once

#include <cstddef>
#include <type_traits>
#include <vector>

#include <dad/dad.hpp>

namespace sparse {

/// The area of a surface over a grid of side x side heights, clamped at zero around it.
struct surface_area {
  std::size_t side;

  template <class X>
  auto operator()(const X& heights) const {
    using T = typename X::value_type;
    const auto height = [&](std::size_t i, std::size_t j) {
      const bool is_inside = i > 0 && j > 0 && i <= side && j <= side;
      return is_inside ? heights[(i - 1) * side + j - 1] : T(0.0);
    };
    T area = 0.0;
    for (std::size_t i = 0; i <= side; ++i)
      for (std::size_t j = 0; j <= side; ++j) {
        const T down = height(i + 1, j) - height(i, j), right = height(i, j + 1) - height(i, j);
        area += sqrt(1.0 + down * down + right * right);
      }
    return area;
  }
};

/// Energies of a chain whose links all feel one more variable, the last: a band with an arrowhead.
inline const auto chain = [](const auto& x) {
  auto energy = 0 * x[0];
  const std::size_t last = x.size() - 1;
  for (std::size_t i = 0; i + 1 < last; ++i) energy += cosh(x[i + 1] - x[i]) * x[last];
  return energy;
};

/// The residuals of a boundary value problem: a row is coupled to two neighbours on both sides.
inline const auto residuals = [](const auto& u) {
  using T = typename std::remove_cvref_t<decltype(u)>::value_type;
  const auto at = [&](std::size_t i) { return i < 2 || i >= u.size() + 2 ? T(0.0) : u[i - 2]; };
  std::vector<T> r;
  for (std::size_t i = 2; i < u.size() + 2; ++i)
    r.push_back(at(i - 2) - 4 * at(i - 1) + 6 * at(i) - 4 * at(i + 1) + at(i + 2) - exp(at(i)));
  return r;
};

/// What suppliers lack, each at its marginal cost and one price, and what the buyers do: an arrowhead.
inline const auto market = [](const auto& x) {
  auto lacks = x;
  const auto& price = x.back();
  lacks.back() = -10.0 / price;
  for (std::size_t i = 0; i + 1 < x.size(); ++i) {
    lacks[i] = x[i] * x[i] * x[i] + x[i] - price;
    lacks.back() += x[i];
  }
  return lacks;
};

}  // namespace sparse
