// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// A sphere before the sky, and the rays of a camera.

#pragma once

#include <array>
#include <cstddef>
#include <tuple>
#include <vector>

#include <dad/dad.hpp>

namespace raytrace {

template <class T>
using vec = std::array<T, 3>;

/// What a ray sees, for an origin and a direction of any length: red, green and blue from 0 to 1, and the
/// distance in lengths of the direction, 0 for the sky.
///
/// The sphere shows its outward normal, (n + 1) / 2; the sky goes with the direction's height from white to
/// light blue. A ray that only touches the sphere, where the derivative would be infinite, sees the sky.
struct scene {
  vec<double> centre = {0, 0, -1};
  double radius = .5;

  template <class T>
  std::array<T, 4> operator()(const vec<T>& origin, const vec<T>& direction) const {
    vec<T> from;
    for (std::size_t k = 0; k < 3; ++k) from[k] = origin[k] - centre[k];
    const T a = dad::dot(direction, direction), half_b = dad::dot(from, direction);
    const T discriminant = half_b * half_b - a * (dad::dot(from, from) - radius * radius);
    if (discriminant > 0) {
      const T root = sqrt(discriminant);
      T distance = (-half_b - root) / a;
      if (distance <= 0) distance = (-half_b + root) / a;  // from inside the sphere
      if (distance > 0) {
        std::array<T, 4> seen;
        for (std::size_t k = 0; k < 3; ++k) seen[k] = ((from[k] + distance * direction[k]) / radius + 1) / 2;
        seen[3] = distance;
        return seen;
      }
    }
    const T blue = direction[1] / 2 + 1;
    return {(1 - blue) + .5 * blue, (1 - blue) + .7 * blue, (1 - blue) + blue, T(0)};
  }
};

using ray = std::tuple<vec<double>, vec<double>>;  // origin, direction

/// Through the middles of the pixels, row by row from the upper left: a viewport of height 2 at distance 1,
/// seen along -z.
inline std::vector<ray> camera_rays(std::size_t width, std::size_t height, double x) {
  const double pixel = 2 / static_cast<double>(height);
  const auto middle = [](std::size_t i, std::size_t count) {
    return static_cast<double>(i) + .5 - static_cast<double>(count) / 2;
  };
  std::vector<ray> rays;
  for (std::size_t row = 0; row < height; ++row)
    for (std::size_t column = 0; column < width; ++column)
      rays.push_back({{x, 0, 0}, {pixel * middle(column, width), -pixel * middle(row, height), -1}});
  return rays;
}

}  // namespace raytrace
