// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// The elements of a tuple are the arguments of f; the message says so.

// expected: dad: f cannot be called with this point: .*one for each element of a tuple or pair

#include <dad/dad.hpp>
#include <tuple>

auto slope(const std::tuple<double, double>& point) {
#ifdef MUST_NOT_COMPILE
  return dad::batch_eval([](const auto& x) { return x; }, std::vector{point});
#else
  return dad::batch_eval([](const auto& x, const auto& y) { return x * y; }, std::vector{point});
#endif
}
