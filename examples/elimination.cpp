// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// A Jacobian accumulated by hand, operation by operation, and by dad: the same numbers, and as few
// multiplications.

#include <array>
#include <cmath>
#include <cstdio>
#include <vector>

#include <dad/dad.hpp>

const auto waisted = [](const auto& x) {
  const auto v1 = x[0] * x[1];
  const auto v2 = sin(v1);
  const auto v3 = v1 * v2;
  return std::array{cos(v3), exp(v3)};
};

// The partials of each operation, put together from the middle out.
std::array<double, 4> by_hand(double x0, double x1, int& multiplications) {
  const auto times = [&](double a, double b) { return ++multiplications, a * b; };
  const double v1 = x0 * x1, v2 = std::sin(v1), v3 = v1 * v2;
  const double c1 = x1, c2 = x0;                  // v1 by x0 and x1
  const double c6 = -std::sin(v3);                // v4 by v3
  const double c7 = std::exp(v3);                 // v5 by v3
  const double r = v2 + times(v1, std::cos(v1));  // v3 by v1, on both ways
  const double r1 = times(r, c1), r2 = times(r, c2);
  return {times(c6, r1), times(c6, r2), times(c7, r1), times(c7, r2)};
}

int main() {
  const std::vector<double> x{1.2, 0.7};
  int multiplications = 0;
  const auto hand = by_hand(x[0], x[1], multiplications);

  auto plan = dad::sparse_jacobian_plan(waisted, x);
  const dad::sparse_matrix J = plan(x);

  std::printf("            by hand      dad\n");
  for (std::size_t i = 0; i < 2; ++i)
    for (std::size_t j = 0; j < 2; ++j)
      std::printf("dv%zu/dx%zu    % .6f   % .6f\n", i + 4, j, hand[2 * i + j], J(i, j));
  std::printf("products    %9d   %9zu\n", multiplications, plan.multiplication_count());
}
