// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// The cost of centroids for points, as in GradBench's k-means, and its first and second derivatives by hand.

#pragma once

#include <cstddef>
#include <limits>
#include <vector>

#include "numbers.hpp"

namespace bench {

/// The sum of every point's squared distance to its nearest centroid. The inputs: the coordinates of the
/// centroids, one after the other. Newton's method divides its gradient by its Hessian's diagonal.
struct kmeans {
  using point_type = std::vector<double>;

  std::size_t dimensions, centroids, points;
  std::vector<double> data = uniform_vector(13, points* dimensions, -1.0, 1.0);

  template <class X>
  auto operator()(const X& x) const {
    using T = real_of<X>;
    T cost(0.0);
    for (std::size_t i = 0; i < points; ++i) {
      T least(std::numeric_limits<double>::infinity());
      for (std::size_t c = 0; c < centroids; ++c) {
        T square(0.0);
        for (std::size_t k = 0; k < dimensions; ++k) {
          const T difference = x[c * dimensions + k] - data[i * dimensions + k];
          square += difference * difference;
        }
        if (square < least) least = square;
      }
      cost += least;
    }
    return cost;
  }

  [[nodiscard]] point_type point() const { return uniform_vector(14, centroids * dimensions, -1.0, 1.0); }

  /// The value, the gradient and the diagonal of the Hessian.
  double by_hand(const point_type& x, point_type& gradient, point_type& diagonal) const {
    gradient.assign(x.size(), 0.0);
    diagonal.assign(x.size(), 0.0);
    double cost = 0.0;
    for (std::size_t i = 0; i < points; ++i) {
      double least = std::numeric_limits<double>::infinity();
      std::size_t nearest = 0;
      for (std::size_t c = 0; c < centroids; ++c) {
        double square = 0.0;
        for (std::size_t k = 0; k < dimensions; ++k) {
          const double difference = x[c * dimensions + k] - data[i * dimensions + k];
          square += difference * difference;
        }
        if (square < least) {
          least = square;
          nearest = c;
        }
      }
      cost += least;
      for (std::size_t k = 0; k < dimensions; ++k) {
        gradient[nearest * dimensions + k] += 2.0 * (x[nearest * dimensions + k] - data[i * dimensions + k]);
        diagonal[nearest * dimensions + k] += 2.0;
      }
    }
    return cost;
  }
};

}  // namespace bench
