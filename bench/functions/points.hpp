// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// The inputs of a batch.

#pragma once

#include <cstddef>
#include <vector>

namespace bench {

/// The first `count` points of a function that has many.
template <class F>
std::vector<typename F::point_type> points(const F& f, std::size_t count) {
  std::vector<typename F::point_type> inputs;
  inputs.reserve(count);
  for (std::size_t i = 0; i < count; ++i) inputs.push_back(f.point(i));
  return inputs;
}

}  // namespace bench
