// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// The exponentials of numbers in a row, in lanes.

#pragma once

#include <cmath>
#include <cstddef>
#include <type_traits>

#include <dad/lanes/math.hpp>

namespace dad::detail {

template <class T>
void exponentials_one_by_one(T* x, std::size_t count) {
  for (std::size_t i = 0; i < count; ++i) x[i] = std::exp(x[i]);
}
// A template without parameters: compiled where it is used.
template <class...>
void exponentials_in_lanes(double* x, std::size_t count) {
  std::size_t i = 0;
  for (; i + lane_count <= count; i += lane_count)
    pack::apply(op::exp{}, pack::load_unaligned(x + i)).store_unaligned(x + i);
  if (i == count) return;
  pack rest(0.0);
  for (std::size_t lane = 0; i + lane < count; ++lane) rest.set(lane, x[i + lane]);
  rest = pack::apply(op::exp{}, rest);
  for (std::size_t lane = 0; i + lane < count; ++lane) x[i + lane] = rest[lane];
}

/// x[i] becomes exp(x[i]). Few are not worth a pack.
template <class T>
void exponentials_of(T* x, std::size_t count) {
  if constexpr (std::is_same_v<T, double>) {
    if (count >= lane_count) return exponentials_in_lanes<>(x, count);
  }
  exponentials_one_by_one(x, count);
}

}  // namespace dad::detail
