// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// A step of a loop gives what the next one takes.

// expected: dad: step of checkpoint_loop must return a state of the type that it gets

#include <dad/dad.hpp>
#include <vector>

auto last(const std::vector<double>& start) {
#ifdef MUST_NOT_COMPILE
  const auto step = [](const auto& x) { return x[0] * 2; };
#else
  const auto step = [](const auto& x) { return std::vector{x[0] * 2}; };
#endif
  return dad::jacobian([&](const auto& x) { return dad::checkpoint_loop(step, x, 3); }, start);
}
