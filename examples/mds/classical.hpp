// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// Maps from distances by linear algebra: classical scaling, and the turn that lays one map on another.

#pragma once

#include <cmath>
#include <cstddef>
#include <vector>

#include <dad/core/matrix.hpp>

#include "cities.hpp"

namespace mds {

/// The principal components of B = -J S J / 2, S the squared distances, J = 1 - 11^T / n: the map itself
/// where S is that of points in a plane (Torgerson, Psychometrika 17, 1952). By power iteration.
inline map classical_scaling(const dad::matrix& squares) {
  const std::size_t n = squares.rows();
  const auto count = static_cast<double>(n);
  std::vector<double> mean(n);
  double mean_of_all = 0;
  for (std::size_t i = 0; i < n; ++i)
    for (std::size_t j = 0; j < n; ++j)
      mean[i] += squares(i, j) / count, mean_of_all += squares(i, j) / count / count;
  dad::matrix b(n, n);
  for (std::size_t i = 0; i < n; ++i)
    for (std::size_t j = 0; j < n; ++j) b(i, j) = -(squares(i, j) - mean[i] - mean[j] + mean_of_all) / 2;
  map result(n);
  for (std::size_t axis = 0; axis < 2; ++axis) {
    std::vector<double> v(n), w(n);
    for (std::size_t i = 0; i < n; ++i) v[i] = std::cos(static_cast<double>(i + axis));
    double eigenvalue = 0;
    for (int round = 0; round < 500; ++round) {
      double size = 0;
      for (std::size_t i = 0; i < n; ++i) size += v[i] * v[i];
      for (std::size_t i = 0; i < n; ++i) {
        w[i] = 0;
        for (std::size_t j = 0; j < n; ++j) w[i] += b(i, j) * v[j] / std::sqrt(size);
      }
      v.swap(w);
      eigenvalue = 0;
      for (std::size_t i = 0; i < n; ++i) eigenvalue += v[i] * v[i];
      eigenvalue = std::sqrt(eigenvalue);
    }
    // v is the eigenvector times the eigenvalue.
    for (std::size_t i = 0; i < n; ++i) result[i][axis] = v[i] / std::sqrt(eigenvalue);
    for (std::size_t i = 0; i < n; ++i)
      for (std::size_t j = 0; j < n; ++j) b(i, j) -= v[i] * v[j] / eigenvalue;
  }
  return result;
}

/// `moved` shifted, turned and, where that is closer, mirrored so that it lies on `fixed` (Procrustes).
inline map laid_on(const map& fixed, map moved) {
  const auto centre = [](const map& m) {
    place c{};
    for (const place& p : m)
      for (std::size_t k = 0; k < 2; ++k) c[k] += p[k] / static_cast<double>(m.size());
    return c;
  };
  const place to = centre(fixed), from = centre(moved);
  double same[2] = {}, mirrored[2] = {};  // cosine and sine of the best turn, times its quality
  for (std::size_t i = 0; i < fixed.size(); ++i) {
    const double x = fixed[i][0] - to[0], y = fixed[i][1] - to[1];
    const double u = moved[i][0] - from[0], v = moved[i][1] - from[1];
    same[0] += x * u + y * v, same[1] += y * u - x * v;
    mirrored[0] += x * u - y * v, mirrored[1] += y * u + x * v;
  }
  const double quality = std::hypot(same[0], same[1]), other = std::hypot(mirrored[0], mirrored[1]);
  const bool flip = other > quality;
  const double c = flip ? mirrored[0] / other : same[0] / quality,
               s = flip ? mirrored[1] / other : same[1] / quality;
  for (place& p : moved) {
    const double u = p[0] - from[0], v = flip ? from[1] - p[1] : p[1] - from[1];
    p = {to[0] + c * u - s * v, to[1] + s * u + c * v};
  }
  return moved;
}

/// The root mean square of the distances between places, in km.
inline double error_in_km(const map& a, const map& b) {
  double sum = 0;
  for (std::size_t i = 0; i < a.size(); ++i)
    sum += std::pow(a[i][0] - b[i][0], 2) + std::pow(a[i][1] - b[i][1], 2);
  return 1000 * std::sqrt(sum / static_cast<double>(a.size()));
}

}  // namespace mds
