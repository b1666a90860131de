// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// The numbers that benchmarks run on: the same on every machine, without a random engine of the library.

#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace bench {

/// Number i of the stream `seed`, spread evenly over [low, high): the finaliser of SplitMix64 (Steele, Lea
/// and Flood, OOPSLA 2014) on the index.
inline double uniform(std::uint64_t seed, std::uint64_t i, double low, double high) {
  std::uint64_t z = (seed << 32) + (i + 1) * 0x9e3779b97f4a7c15u;
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
  z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
  z ^= z >> 31;
  return low + (high - low) * (static_cast<double>(z >> 11) * 0x1.0p-53);
}

inline std::vector<double> uniform_vector(std::uint64_t seed, std::size_t size, double low, double high) {
  std::vector<double> x(size);
  for (std::size_t i = 0; i < size; ++i) x[i] = uniform(seed, i, low, high);
  return x;
}

/// The number type of a point. Results are declared with it: where an operator returns an expression that
/// refers to its operands, as in some libraries, `auto` would outlive them.
template <class X>
using real_of = typename X::value_type;

}  // namespace bench
