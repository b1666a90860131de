// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// What a checkpointed function differentiates is among its arguments.

// expected: dad: a checkpointed function returned another scalar than it got

#include <dad/dad.hpp>

auto nested(double at) {
  const auto outer = [](const auto& x) {
    using T = std::decay_t<decltype(x)>;
    const auto f = dad::checkpoint([&x](const auto& u) { return x * u[0] * u[0]; });
#ifdef MUST_NOT_COMPILE
    const auto slope = dad::gradient(f, std::vector<double>{1});
#else
    const auto slope = dad::gradient(f, std::vector<T>{1});
#endif
    return slope[0];
  };
  return dad::derivative(outer, at);
}
