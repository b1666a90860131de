// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// A rule has no derivative by what its value captured.
// expected: uses a scalar that it captured; make that an argument

#include <vector>

#include <dad/dad.hpp>

int main() {
  const auto f = [](const auto& x) {
#ifdef MUST_NOT_COMPILE
    const auto scaled = dad::rule([&](double u) { return u * x[1]; }, dad::finite_differences{});
    return scaled(x[0]);
#else
    const auto scaled = dad::rule([](double u, double k) { return u * k; }, dad::finite_differences{});
    return scaled(x[0], x[1]);
#endif
  };
  return dad::gradient(f, std::vector{2.0, 3.0})[0] == 0;
}
