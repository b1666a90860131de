// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// Random directions that depend on a seed and a counter alone: the same on every machine and in every order.

#pragma once

#include <cmath>
#include <cstddef>
#include <cstdint>

namespace dad::detail {

/// 64 well mixed bits of a counter (the finaliser of splitmix64; Steele, Lea, Flood, OOPSLA 2014).
constexpr std::uint64_t mixed_bits(std::uint64_t counter) {
  std::uint64_t z = counter * 0x9e3779b97f4a7c15u;
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
  z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
  return z ^ (z >> 31);
}

/// Number i of the stream of a seed, uniform in (0, 1).
constexpr double uniform_number(std::uint64_t seed, std::uint64_t i) {
  return (static_cast<double>(mixed_bits(mixed_bits(seed + 1) + i) >> 12) + 0.5) * 0x1p-52;
}

/// Direction number `sample` of a seed, uniform on the unit sphere of R^count: normal numbers (Box and
/// Muller), divided by their norm.
template <class...>
void fill_sphere(std::uint64_t seed, std::uint64_t sample, double* v, std::size_t count) {
  constexpr double two_pi = 6.283185307179586;
  const std::uint64_t stream = mixed_bits(seed) + sample;
  double sum = 0;
  for (std::size_t i = 0; i < count; ++i) {
    const double radius = std::sqrt(-2 * std::log(uniform_number(stream, 2 * i)));
    v[i] = radius * std::cos(two_pi * uniform_number(stream, 2 * i + 1));
    sum += v[i] * v[i];
  }
  const double norm = std::sqrt(sum);
  for (std::size_t i = 0; i < count; ++i) v[i] /= norm;
}

}  // namespace dad::detail
