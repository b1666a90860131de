// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// Random matrices with given singular values.

#pragma once

#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <random>
#include <vector>

#include "least_squares.hpp"

namespace decompositions {

inline constexpr std::size_t rows = 6, columns = 3;
using tall = matrix<double, rows, columns>;
using side = std::array<double, rows>;

/// A matrix, a right side, and which of the ways its cost's gradient goes.
template <class T>
struct problem {
  matrix<T, rows, columns> a;
  std::array<T, rows> b;
  int way;
  template <class Archive>
  void serialize(Archive& archive, unsigned) {
    archive& a& b& way;
  }
};

class random_systems {
 public:
  explicit random_systems(std::uint64_t seed) : bits_(seed) {}

  /// U diag(s) V' of random U and V, by Gram and Schmidt, each column twice.
  tall of_singular_values(const std::array<double, columns>& s) {
    const auto u = directions<rows>();
    const auto v = directions<columns>();
    tall a{};
    for (std::size_t k = 0; k < columns; ++k)
      for (std::size_t i = 0; i < rows; ++i)
        for (std::size_t j = 0; j < columns; ++j) a[i][j] += u[k][i] * s[k] * v[k][j];
    return a;
  }

  side right_side() {
    side b;
    for (double& x : b) x = number();
    return b;
  }

 private:
  template <std::size_t N>
  matrix<double, columns, N> directions() {
    matrix<double, columns, N> found;
    for (std::size_t k = 0; k < columns; ++k) {
      for (double& x : found[k]) x = number();
      for (int turn = 0; turn < 2; ++turn) {
        for (std::size_t before = 0; before < k; ++before) {
          const double along = inner(found[before], found[k]);
          for (std::size_t i = 0; i < N; ++i) found[k][i] -= along * found[before][i];
        }
        const double length = std::sqrt(inner(found[k], found[k]));
        for (double& x : found[k]) x /= length;
      }
    }
    return found;
  }

  // From -1 to 1, the same with every standard library.
  double number() { return static_cast<double>(bits_() >> 11) * 0x1p-52 - 1; }

  std::mt19937_64 bits_;
};

/// `count` numbers whose logarithms are evenly spaced.
inline std::vector<double> geometric(double from, double to, std::size_t count) {
  std::vector<double> result;
  for (std::size_t i = 0; i < count; ++i) {
    const double part = count == 1 ? 0 : static_cast<double>(i) / static_cast<double>(count - 1);
    result.push_back(from * std::pow(to / from, part));
  }
  return result;
}

}  // namespace decompositions
