// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// Where a camera sees a point, against where it was measured: the residual of bundle adjustment as in ADBench
// (Srajer, Kukelova and Fitzgibbon, 2018), and its Jacobian by hand.

#pragma once

#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>

#include "numbers.hpp"

namespace bench {

/// The weighted difference of a point's picture and the feature (2 outputs). The inputs: the camera's
/// rotation (axis times angle, 3), centre (3), focal length, principal point (2) and radial distortion (2),
/// the point (3) and the weight.
struct bundle_adjustment {
  static constexpr std::size_t input_count = 15, output_count = 2;
  using point_type = std::array<double, input_count>;
  using value_type = std::array<double, output_count>;

  std::array<double, 2> feature{0.4, -0.2};

  template <class X>
  std::array<real_of<X>, 2> operator()(const X& x) const {
    using T = real_of<X>;
    const std::array<T, 3> seen = rotated(&x[0], {x[11] - x[3], x[12] - x[4], x[13] - x[5]});
    const T u = seen[0] / seen[2], v = seen[1] / seen[2];
    const T square = u * u + v * v;
    const T scale = x[6] * (1.0 + x[9] * square + x[10] * square * square);
    return {x[14] * (u * scale + x[7] - feature[0]), x[14] * (v * scale + x[8] - feature[1])};
  }

  [[nodiscard]] static point_type point(std::uint64_t i = 0) {
    point_type x;
    const auto number = [&](std::size_t k, double low, double high) {
      x[k] = uniform(9, i * input_count + k, low, high);
    };
    for (std::size_t k = 0; k < 6; ++k) number(k, -0.3, 0.3);
    number(6, 0.8, 1.5);
    for (std::size_t k = 7; k < 11; ++k) number(k, -0.1, 0.1);
    number(11, -1.0, 1.0);
    number(12, -1.0, 1.0);
    number(13, 3.0, 6.0);
    number(14, 0.5, 1.5);
    return x;
  }

  /// The value, with the Jacobian by hand, row by row.
  value_type by_hand(const point_type& x, std::array<double, output_count * input_count>& jacobian) const {
    using three = std::array<double, 3>;
    const three p{x[11] - x[3], x[12] - x[4], x[13] - x[5]};
    const double angle = std::sqrt(x[0] * x[0] + x[1] * x[1] + x[2] * x[2]);
    const three a{x[0] / angle, x[1] / angle, x[2] / angle};
    const double c = std::cos(angle), s = std::sin(angle), c1 = 1.0 - c;
    const three a_cross_p = cross(a, p);
    const double a_p = dot(a, p);
    three q;
    for (std::size_t k = 0; k < 3; ++k) q[k] = p[k] * c + a_cross_p[k] * s + a[k] * a_p * c1;

    // The derivatives of the point seen: by_angles[j] along rotation j, rotation[j] along coordinate j of the
    // point.
    std::array<three, 3> by_angles, rotation;
    for (std::size_t j = 0; j < 3; ++j) {
      three turn{-a[j] * a[0] / angle, -a[j] * a[1] / angle, -a[j] * a[2] / angle};  // of the axis
      turn[j] += 1.0 / angle;
      three unit{};
      unit[j] = 1.0;
      const three turn_cross_p = cross(turn, p), a_cross_unit = cross(a, unit);
      const double turn_p = dot(turn, p);
      for (std::size_t k = 0; k < 3; ++k) {
        by_angles[j][k] = a[j] * (-p[k] * s + a_cross_p[k] * c + a[k] * a_p * s) + turn_cross_p[k] * s +
                          (turn[k] * a_p + a[k] * turn_p) * c1;
        rotation[j][k] = unit[k] * c + a_cross_unit[k] * s + a[k] * a[j] * c1;
      }
    }

    const double u = q[0] / q[2], v = q[1] / q[2], square = u * u + v * v;
    const double distortion = 1.0 + x[9] * square + x[10] * square * square;
    const double slope = 2.0 * (x[9] + 2.0 * x[10] * square);  // of the distortion, over u and over v
    const double focal = x[6], weight = x[14], scale = focal * distortion;
    const std::array<double, 2> by_u{scale + focal * slope * u * u, focal * slope * u * v};
    const std::array<double, 2> by_v{focal * slope * u * v, scale + focal * slope * v * v};
    const std::array<double, 2> picture{u, v};
    value_type result;
    for (std::size_t row = 0; row < output_count; ++row) {
      double* const out = &jacobian[row * input_count];
      const double wu = weight * by_u[row] / q[2], wv = weight * by_v[row] / q[2];
      const three by_seen{wu, wv, -(wu * u + wv * v)};
      for (std::size_t j = 0; j < 3; ++j) {
        out[j] = dot(by_seen, by_angles[j]);
        out[11 + j] = dot(by_seen, rotation[j]);
        out[3 + j] = -out[11 + j];
      }
      out[6] = weight * distortion * picture[row];
      out[7 + row] = weight;
      out[8 - row] = 0.0;
      out[9] = weight * focal * picture[row] * square;
      out[10] = out[9] * square;
      const double difference = picture[row] * scale + x[7 + row] - feature[row];
      out[14] = difference;
      result[row] = weight * difference;
    }
    return result;
  }

 private:
  template <class T>
  static T dot(const std::array<T, 3>& a, const std::array<T, 3>& b) {
    return a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
  }

  template <class T>
  static std::array<T, 3> cross(const std::array<T, 3>& a, const std::array<T, 3>& b) {
    return {a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]};
  }

  // Rodrigues' formula; without rotation its first-order form, which has the right derivative.
  template <class T>
  static std::array<T, 3> rotated(const T* rotation, const std::array<T, 3>& p) {
    using std::cos, std::sin, std::sqrt;
    const std::array<T, 3> r{rotation[0], rotation[1], rotation[2]};
    const T square = dot(r, r);
    if (square != 0.0) {
      const T angle = sqrt(square), c = cos(angle), s = sin(angle);
      const std::array<T, 3> a{r[0] / angle, r[1] / angle, r[2] / angle};
      const std::array<T, 3> a_cross_p = cross(a, p);
      const T along = dot(a, p) * (1.0 - c);
      return {p[0] * c + a_cross_p[0] * s + a[0] * along, p[1] * c + a_cross_p[1] * s + a[1] * along,
              p[2] * c + a_cross_p[2] * s + a[2] * along};
    }
    const std::array<T, 3> turned = cross(r, p);
    return {p[0] + turned[0], p[1] + turned[1], p[2] + turned[2]};
  }
};

}  // namespace bench
