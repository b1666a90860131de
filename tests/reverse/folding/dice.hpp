// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// Random numbers that are the same everywhere, and that part into independent ones: a random program is a
// seed.

#pragma once

#include <cstddef>
#include <cstdint>

namespace test {

/// Method: Steele, Lea and Flood, Fast splittable pseudorandom number generators, OOPSLA 2014 (SplitMix64).
class dice {
 public:
  constexpr explicit dice(std::uint64_t seed) : state_(seed) {}

  constexpr std::uint64_t next() {
    std::uint64_t z = state_ += 0x9e3779b97f4a7c15u;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
  }
  /// One of 0 ... count - 1.
  constexpr std::size_t operator()(std::size_t count) {
    return static_cast<std::size_t>(next() >> 11) % count;
  }
  /// Others, for what is evaluated in an order that the compiler chooses.
  constexpr dice split() { return dice(next()); }

 private:
  std::uint64_t state_;
};

}  // namespace test
