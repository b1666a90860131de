// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// The raytracer of loma, a ray per item: the colour of every pixel of a 400 x 225 image and its derivative
// with respect to the origin's x, against the implicit derivative of the point that the ray hits.

#include <dad/dad.hpp>

#include <array>
#include <cmath>
#include <vector>

#include "core/close.hpp"

namespace {

using vec = std::array<double, 3>;
constexpr std::size_t width = 400, height = 225;
constexpr double viewport_height = 2.0, viewport_width = viewport_height * width / height;
constexpr vec centre{0, 0, -1};
constexpr double radius = 0.5;

vec pixel_direction(std::size_t i, std::size_t j) {
  const double u = (static_cast<double>(i) + 0.5) / width - 0.5,
               v = 0.5 - (static_cast<double>(j) + 0.5) / height;
  return {u * viewport_width, v * viewport_height, -1.0};
}

// Input: the origin's x and the direction. The sphere's colour is half of (normal + 1); the sky goes from
// white to
// (.5, .7, 1) with the height of the unit direction.
const auto colour = [](const auto& x, const vec& d) {
  using T = std::remove_cvref_t<decltype(x)>;
  const std::array<T, 3> oc{x - centre[0], T(0) - centre[1], T(0) - centre[2]};
  const T a = dad::dot(d, d), half_b = dot(oc, d), c = dot(oc, oc) - radius * radius;
  const T discriminant = half_b * half_b - a * c;
  std::array<T, 3> rgb;
  if (discriminant >= 0) {
    const T t = (-half_b - sqrt(discriminant)) / a;
    if (t > 0) {
      for (std::size_t k = 0; k < 3; ++k) rgb[k] = 0.5 * ((oc[k] + t * d[k]) / radius + 1);
      return rgb;
    }
  }
  const double blue = 0.5 * d[1] / dad::norm(d) + 0.5;
  const vec sky{.5, .7, 1.};
  for (std::size_t k = 0; k < 3; ++k) rgb[k] = (1 - blue) + blue * sky[k];
  return rgb;
};

// With the hit p = o + t d and n = p - centre: n . (do + dt d) = 0, so dt = -(n . do) / (n . d).
std::pair<vec, vec> closed_form(const vec& d) {
  const double a = d[0] * d[0] + d[1] * d[1] + d[2] * d[2];
  const double b = -d[2] * centre[2],
               c = 1 - radius * radius;  // half of the linear coefficient, origin (0, 0, 0)
  const double discriminant = b * b - a * c;
  if (discriminant < 0) {
    const double blue = 0.5 * d[1] / std::sqrt(a) + 0.5;
    return {{1 - 0.5 * blue, 1 - 0.3 * blue, 1.0}, {0, 0, 0}};
  }
  const double t = (-b - std::sqrt(discriminant)) / a;
  const vec n{t * d[0], t * d[1], t * d[2] + 1};
  const double dt = -n[0] / (n[0] * d[0] + n[1] * d[1] + n[2] * d[2]);
  return {{0.5 * (n[0] / radius + 1), 0.5 * (n[1] / radius + 1), 0.5 * (n[2] / radius + 1)},
          {0.5 * (1 + dt * d[0]) / radius, 0.5 * dt * d[1] / radius, 0.5 * dt * d[2] / radius}};
}

TEST_CASE("every ray of an image is one item of a batch") {
  using ray = std::tuple<double, vec>;
  std::vector<ray> rays, along_x;
  for (std::size_t j = 0; j < height; j += 3)
    for (std::size_t i = 0; i < width; i += 3) rays.push_back({0.0, pixel_direction(i, j)});
  const std::size_t central = rays.size();
  rays.push_back({0.0, {0, 0, -1}});
  along_x.assign(rays.size(), {1.0, {0, 0, 0}});

  const auto split = [](const auto& x, const auto& d) {
    vec direction;
    for (std::size_t k = 0; k < 3; ++k) direction[k] = dad::value(d[k]);
    return colour(x, direction);
  };
  const auto r = dad::batch_jvp(split, rays, along_x);
  REQUIRE(r.size() == rays.size());
  std::size_t hits = 0;
  for (std::size_t i = 0; i < rays.size(); ++i) {
    const auto [value, tangent] = closed_form(std::get<1>(rays[i]));
    const auto item = r[i];
    REQUIRE(difference(item.value, value, 1e-12, 1e-13) == "");
    // At the rim of the sphere the derivative grows without bound, and with it the rounding.
    REQUIRE(difference(item.tangent, tangent, 1e-9, 1e-12) == "");
    if (tangent[0] != 0.0) ++hits;
  }
  CHECK(hits > 300);
  CHECK(r[central].value == vec{.5, .5, 1.});
  CHECK(r[central].tangent == vec{1, 0, 0});
}

}  // namespace
