// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// The inputs of a batch are contiguous.

// expected: dad: the inputs of a batch are a contiguous range

#include <dad/dad.hpp>
#include <list>
#include <vector>

auto slopes() {
#ifdef MUST_NOT_COMPILE
  const std::list<double> inputs{1.0, 2.0};
#else
  const std::vector<double> inputs{1.0, 2.0};
#endif
  return dad::batch_eval([](const auto& x) { return x * x; }, inputs);
}
