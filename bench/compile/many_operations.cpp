// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// The gradient of a function of 45 operations of most kinds, as far as the compiler sees it: what each
// further operation costs to compile.

#include <cmath>
#include <dad/dad.hpp>
#include <vector>

namespace {

template <class Point>
auto many_operations(const Point& x) {
  using std::cos, std::exp, std::log, std::sin, std::sqrt;
  const auto a = x[0], b = x[1], c = x[2];
  typename Point::value_type sum = 0.0;
  sum += a * b + c;
  sum -= exp(a) * b;
  sum += log(b) / c;
  sum += sin(a * c) - cos(b);
  sum *= sqrt(c);
  sum += (a - b) * (b - c) / (a + c);
  sum = sum + 2.0 * a - b / 3.0;
  sum -= a * a * a;
  sum += exp(-a * b) * sin(c) + 1.0 / (1.0 + exp(-sum));
  sum /= a * b + c * c + 1.0;
  return sum;
}

}  // namespace

std::vector<double> many_operations_gradient(const std::vector<double>& point) {
  return dad::gradient([](const auto& x) { return many_operations(x); }, point);
}
