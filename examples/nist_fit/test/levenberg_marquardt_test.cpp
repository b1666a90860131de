// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// The solver against closed forms and published minima.

#include "../levenberg_marquardt.hpp"

#include <cmath>
#include <vector>

#include "catch.hpp"

namespace {

using nist_fit::levenberg_marquardt;

enum class published { rosenbrock, bard, brown_dennis, line, at_infinity, root };

// One type for all, so that the solver is compiled once. Numbers and formulas: Moré, Garbow and Hillstrom,
// Testing Unconstrained Optimization Software, ACM TOMS 7, 1981.
struct residuals {
  published of;

  template <class T>
  std::vector<T> operator()(const std::vector<T>& b) const {
    using std::cos, std::exp, std::sin, std::sqrt;
    std::vector<T> r;
    const auto squared = [](const T& x) { return x * x; };
    switch (of) {
      case published::rosenbrock:
        return {10 * (b[1] - b[0] * b[0]), 1 - b[0]};
      case published::bard: {
        const double y[] = {0.14, 0.18, 0.22, 0.25, 0.29, 0.32, 0.35, 0.39,
                            0.37, 0.58, 0.73, 0.96, 1.34, 2.10, 4.39};
        for (int i = 0; i < 15; ++i) {
          const double u = i + 1, v = 15 - i, w = std::min(u, v);
          r.push_back(y[i] - (b[0] + u / (v * b[1] + w * b[2])));
        }
        return r;
      }
      case published::brown_dennis:
        for (int i = 1; i <= 20; ++i) {
          const double t = i / 5.0;
          r.push_back(squared(b[0] + t * b[1] - std::exp(t)) +
                      squared(b[2] + b[3] * std::sin(t) - std::cos(t)));
        }
        return r;
      case published::line:
        for (const double x : {1.0, 2.0, 4.0, 7.0}) r.push_back(b[0] + b[1] * x - x * x);
        return r;
      case published::at_infinity:
        return {exp(-b[0]), 0 * b[0]};
      case published::root:
        return {sqrt(b[0]) - 2, 0 * b[0]};
    }
    return r;
  }
};

}  // namespace

TEST_CASE("published minima are found") {
  const struct {
    published of;
    std::vector<double> start, minimum;  // empty: only the sum is published
    double sum, tolerance;
  } rows[] = {
      {published::rosenbrock, {-1.2, 1}, {1, 1}, 0, 1e-25},
      {published::rosenbrock, {-120, 100}, {1, 1}, 0, 1e-25},
      {published::bard, {1, 1, 1}, {}, 8.21487e-3, 1e-8},
      {published::brown_dennis, {25, 5, -5, -1}, {}, 85822.2, 0.05},
  };
  for (const auto& row : rows) {
    const auto found = levenberg_marquardt(residuals{row.of}, row.start);
    CAPTURE(static_cast<int>(row.of), found.steps, found.sum_of_squares);
    CHECK(found.has_converged);
    CHECK(std::fabs(found.sum_of_squares - row.sum) <= row.tolerance);
    for (std::size_t j = 0; j < row.minimum.size(); ++j)
      CHECK(std::fabs(found.parameters[j] - row.minimum[j]) < 1e-4);
  }
}

TEST_CASE("a line has the closed forms of regression") {
  // x = 1, 2, 4, 7 and y = x^2: means 3.5 and 17.5, Sxx = 21, Sxy = 171, Syy = 1449.
  const auto found = levenberg_marquardt(residuals{published::line}, {0, 0});
  CHECK(found.has_converged);
  const double slope = 171.0 / 21;
  CHECK(std::fabs(found.parameters[1] / slope - 1) < 1e-14);
  CHECK(std::fabs(found.parameters[0] / (17.5 - 3.5 * slope) - 1) < 1e-14);
  CHECK(std::fabs(found.deviations[1] * std::sqrt(21.0) - 1) < 1e-14);
  CHECK(std::fabs(found.deviations[0] / std::sqrt(1.0 / 4 + 3.5 * 3.5 / 21) - 1) < 1e-14);
  CHECK(std::fabs(found.sum_of_squares / (1449 - 171 * slope) - 1) < 1e-12);
}

TEST_CASE("where there is no minimum none is found") {
  CHECK_FALSE(levenberg_marquardt(residuals{published::at_infinity}, {0}).has_converged);
  const auto nowhere =
      levenberg_marquardt(residuals{published::root}, {-1});  // the square root is not a number there
  CHECK_FALSE(nowhere.has_converged);
  CHECK(std::isnan(nowhere.sum_of_squares));
  const auto found = levenberg_marquardt(residuals{published::root}, {0.01});
  CHECK(found.has_converged);
  CHECK(std::fabs(found.parameters[0] - 4) < 1e-13);
}

TEST_CASE("least squares by QR of a matrix whose normal equations are singular in double") {
  // Läuchli's: columns (1, e, 0) and (1, 0, e) with e^2 below the rounding of 1. For y = A (1, 2) the answer
  // is (1, 2).
  const double e = 1e-9;
  dad::matrix a(3, 2);
  a(0, 0) = 1, a(0, 1) = 1, a(1, 0) = e, a(2, 1) = e;
  const nist_fit::qr factors(a);
  const auto x = factors.solve(factors.turned({3, e, 2 * e}));
  CHECK(std::fabs(x[0] - 1) < 1e-6);
  CHECK(std::fabs(x[1] - 2) < 1e-6);
  // R^T R = A^T A, and R^T is solved with as well.
  CHECK(std::fabs(factors.r(0, 0) * factors.r(0, 1) - 1) < 1e-15);
  const auto z = factors.solve_transposed({factors.r(0, 0), factors.r(0, 1) + factors.r(1, 1)});
  CHECK(std::fabs(z[0] - 1) < 1e-15);
  CHECK(std::fabs(z[1] - 1) < 1e-6);
}
