// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// The part of a line that a window shows.

#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <span>
#include <utility>
#include <vector>

#include "svg.hpp"

namespace support {

/// A rectangle of the plane, from its lower left to its upper right corner.
struct window {
  point lower, upper;
};

namespace detail {

// The part of the segment from a to b, as shares from 0 to 1, that is in the window; nothing where the first
// is not below the second (Liang and Barsky, ACM Transactions on Graphics 3, 1984).
inline std::pair<double, double> visible_part(point a, point b, const window& w) {
  double from = 0, until = 1;
  const auto cut = [&](double x, double step, double least, double most) {
    if (step == 0 && (x < least || x > most)) until = -1;
    if (step == 0) return;
    const double enter = ((step > 0 ? least : most) - x) / step;
    const double leave = ((step > 0 ? most : least) - x) / step;
    from = std::max(from, enter), until = std::min(until, leave);
  };
  cut(a.first, b.first - a.first, w.lower.first, w.upper.first);
  cut(a.second, b.second - a.second, w.lower.second, w.upper.second);
  return {from, until};
}

}  // namespace detail

/// The pieces of the line that lie in the window. A line ends before a point that is not finite; points
/// closer than a 150th of the window to the one before are left out, but for a piece's last one.
inline std::vector<std::vector<point>> clipped(std::span<const point> line, const window& w) {
  const double width = w.upper.first - w.lower.first, height = w.upper.second - w.lower.second;
  std::vector<std::vector<point>> pieces;
  bool goes_on = false;  // the last piece ends inside, at the last point
  for (std::size_t i = 1; i < line.size(); ++i) {
    const auto [a, b] = std::pair(line[i - 1], line[i]);
    if (!std::isfinite(b.first) || !std::isfinite(b.second)) break;
    const auto [from, until] = detail::visible_part(a, b, w);
    if (!(from < until)) {
      goes_on = false;
      continue;
    }
    const auto along = [a = a, b = b](double t) {
      return point(a.first + t * (b.first - a.first), a.second + t * (b.second - a.second));
    };
    if (!goes_on) pieces.push_back({along(from)});
    auto& piece = pieces.back();
    const point end = along(until);
    if (piece.size() > 1) {
      const point before = piece[piece.size() - 2];
      const double step = std::hypot((piece.back().first - before.first) / width,
                                     (piece.back().second - before.second) / height);
      if (step < 1. / 150) piece.pop_back();
    }
    piece.push_back(end);
    goes_on = until == 1;
  }
  return pieces;
}

}  // namespace support
