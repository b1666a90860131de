// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// A first program with dad, as far as the compiler sees it: Rosenbrock's function and its gradient.

#include <dad/dad.hpp>
#include <vector>

namespace {

template <class Point>
auto rosenbrock(const Point& x) {
  typename Point::value_type sum = 0.0;
  for (std::size_t i = 0; i + 1 < x.size(); ++i) {
    const auto a = x[i + 1] - x[i] * x[i];
    const auto b = 1.0 - x[i];
    sum += 100.0 * a * a + b * b;
  }
  return sum;
}

}  // namespace

std::vector<double> rosenbrock_gradient(const std::vector<double>& point) {
  return dad::gradient([](const auto& x) { return rosenbrock(x); }, point);
}
