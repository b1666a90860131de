// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// The same function without dad, and with the headers that such a program has anyway: what first_gradient is
// held against.

#include <cmath>
#include <string>
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

double rosenbrock_value(const std::vector<double>& point) { return rosenbrock(point); }
