// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// Implicit functions: what a solver finds, with first and second derivatives in closed form.

#include <array>
#include <cmath>
#include <limits>
#include <tuple>
#include <vector>

#include <dad/dad.hpp>
#include <dad/rule/linear_system.hpp>

#include "catch.hpp"

namespace {

using std::vector;

// Kepler's equation E - e sin E = M for the eccentric anomaly E of the mean anomaly M, by Newton's method.
const auto kepler_residual = [](const auto& x, const auto& anomaly) {
  const auto& [mean, eccentricity] = x;
  return anomaly - eccentricity * sin(anomaly) - mean;
};
int solutions = 0;
const auto kepler_solver = [](double mean, double e) {
  ++solutions;
  double anomaly = mean;
  for (int i = 0; i < 50; ++i)
    anomaly -= (anomaly - e * std::sin(anomaly) - mean) / (1 - e * std::cos(anomaly));
  return anomaly;
};
const auto kepler = dad::implicit(kepler_residual, kepler_solver);

// z0 + z1 = a, z0 z1 = b, as a solver and in closed form.
const auto sum_and_product = [](const auto& x, const auto& z) {
  return vector{z[0] + z[1] - x[0], z[0] * z[1] - x[1]};
};
const auto closed_form = [](const auto& x) {
  using std::sqrt;
  const auto root = sqrt(x[0] * x[0] - 4 * x[1]);
  return vector{(x[0] + root) / 2, (x[0] - root) / 2};
};
const auto both_roots =
    dad::implicit(sum_and_product, [](const vector<double>& x) { return closed_form(x); });

void check_same(const dad::matrix& a, const dad::matrix& b) {
  REQUIRE(a.rows() == b.rows());
  REQUIRE(a.cols() == b.cols());
  for (std::size_t i = 0; i < a.size(); ++i) CHECK(a.data()[i] == Approx(b.data()[i]).margin(1e-13));
}

}  // namespace

TEST_CASE("Kepler's equation, to the second order in closed form") {
  for (const auto& [mean, e] : {std::pair(0.8, 0.3), std::pair(2.5, 0.9), std::pair(0.1, 0.7)}) {
    CAPTURE(mean, e);
    const double E = kepler_solver(mean, e), s = std::sin(E), c = std::cos(E), d = 1 - e * c;
    solutions = 0;
    const auto [value, gradient] = dad::value_and_gradient(kepler, std::tuple(mean, e));
    CHECK(solutions == 1);
    CHECK(value == E);
    CHECK(std::get<0>(gradient) == Approx(1 / d));
    CHECK(std::get<1>(gradient) == Approx(s / d));
    CHECK(dad::jvp(kepler, std::tuple(mean, e), std::tuple(1.0, 2.0)).tangent == Approx((1 + 2 * s) / d));
    const dad::matrix h = dad::hessian(kepler, std::tuple(mean, e));
    CHECK(h(0, 0) == Approx(-e * s / (d * d * d)));
    CHECK(h(0, 1) == Approx((c - e * s * s / d) / (d * d)));
    CHECK(h(1, 1) == Approx((2 * s * c - e * s * s * s / d) / (d * d)));
    // By other ways to nest: twice forward, twice in reverse.
    const double e1 = e;
    const auto by_mean = [e1](const auto& m) { return kepler(m, e1); };
    CHECK(dad::derivative<2>(by_mean, mean) == Approx(-e * s / (d * d * d)));
    CHECK(dad::gradient([&](const auto& m) { return dad::gradient(by_mean, m); }, mean) ==
          Approx(-e * s / (d * d * d)));
  }
}

TEST_CASE("vectors of solutions") {
  const vector<double> x{5, 4};  // 4 and 1
  CHECK(both_roots(x) == vector{4.0, 1.0});
  check_same(dad::jacobian(both_roots, x, dad::forward), dad::jacobian(closed_form, x));
  check_same(dad::jacobian(both_roots, x, dad::reverse), dad::jacobian(closed_form, x));
  const auto around = [](const auto& f) {
    return [&f](const auto& p) {
      const auto z = f(vector{p[0] + p[1], p[0] * p[0]});
      return z[0] * z[0] * exp(-z[1]);
    };
  };
  const vector<double> p{1.5, 4.0};
  check_same(dad::hessian(around(both_roots), p), dad::hessian(around(closed_form), p));
  const auto row = dad::gradient([&](const auto& q) { return dad::gradient(around(both_roots), q)[1]; }, p);
  CHECK(row[0] == Approx(dad::hessian(around(closed_form), p)(1, 0)));
}

TEST_CASE("fixed points") {
  // Heron's iteration for the square root.
  const auto heron = [](const auto& x, const auto& z) { return (z + x / z) / 2; };
  const auto root = dad::implicit([&](const auto& x, const auto& z) { return z - heron(x, z); },
                                  [&](double x) {
                                    double z = x;
                                    for (int i = 0; i < 60; ++i) z = heron(x, z);
                                    return z;
                                  });
  CHECK(root(9.0) == Approx(3));
  CHECK(dad::gradient(root, 9.0) == Approx(1.0 / 6));
  CHECK(dad::hessian(root, 9.0)(0, 0) == Approx(-1.0 / 108));
  CHECK(dad::derivative<3>(root, 9.0) == Approx(3.0 / 8 / 243));
}

TEST_CASE("implicit functions in batches: solvers of plain numbers, and generic ones") {
  vector<vector<double>> points;
  for (int i = 0; i < 50; ++i) points.push_back({4 + 0.1 * i, 1 + 0.05 * i});
  const auto generic = dad::implicit(sum_and_product, closed_form);
  const auto check = [&](const auto& f) {
    const auto j = dad::batch_jacobian(f, points);
    for (std::size_t i = 0; i < points.size(); ++i)
      check_same(j[i].jacobian, dad::jacobian(closed_form, points[i]));
  };
  check(both_roots);
  check(generic);
  auto recorded = dad::record(generic, points[0]);
  check_same(recorded.jacobian(points[9]), dad::jacobian(closed_form, points[9]));
  const auto means = vector{0.1, 0.2, 0.3, 0.4};
  const auto r = dad::batch_hessian([](const auto& m) { return kepler(m, 0.5); }, means);
  for (std::size_t i = 0; i < means.size(); ++i) {
    const double E = kepler_solver(means[i], 0.5);
    CHECK(r[i].hessian(0, 0) == Approx(-0.5 * std::sin(E) / std::pow(1 - 0.5 * std::cos(E), 3)));
  }
}

TEST_CASE("a singular system has no derivative, and says so") {
  const vector<double> x{4, 4};  // 2 and 2
  CHECK(both_roots(x)[1] == 2);
  CHECK_THROWS_AS(dad::jacobian(both_roots, x, dad::forward), dad::domain_error);
  CHECK_THROWS_WITH(
      dad::jacobian(both_roots, x, dad::reverse),
      "dad: dF/dz of implicit at its solution is singular, expected an invertible matrix (found "
      "at row 2 of its elimination)");
  const auto flat =
      dad::implicit([](const auto& u, const auto& z) { return 0 * z + u; }, [](double) { return 1.0; });
  CHECK_THROWS_AS(dad::gradient(flat, 0.0), dad::domain_error);
  const auto short_one = dad::implicit([](const auto& u, const auto& z) { return z[0] - u[0]; },
                                       [](const vector<double>& u) { return u; });
  CHECK_THROWS_WITH(
      dad::jacobian(short_one, x, dad::reverse),
      "dad: the residual of implicit returned 1 numbers, expected 2, one for each number of the "
      "solution");
}

TEST_CASE("linear systems of any scale, against their product") {
  using system = dad::detail::linear_system<double>;
  const auto filled = [](std::size_t n, const vector<double>& entries) {
    dad::matrix a(n, n);
    std::copy(entries.begin(), entries.end(), a.data());
    return a;
  };
  // x is (1, 2 unit, 3 unit, ...), and (first, 2, 3, ...) for the transpose.
  const auto check = [&](const dad::matrix& a, double unit = 1, double first = 1) {
    const std::size_t n = a.rows();
    vector<double> x(n), xt(n), b(n, 0.0), bt(n, 0.0);
    for (std::size_t i = 0; i < n; ++i) {
      xt[i] = i == 0 ? first : static_cast<double>(i + 1);
      x[i] = i == 0 ? 1 : unit * static_cast<double>(i + 1);
    }
    for (std::size_t i = 0; i < n; ++i)
      for (std::size_t j = 0; j < n; ++j) b[i] += a(i, j) * x[j], bt[i] += a(j, i) * xt[j];
    const system lu(a, "A");
    for (std::size_t i = 0; i < n; ++i) {
      CHECK(lu.solve(b)[i] == Approx(x[i]).epsilon(1e-9));
      CHECK(lu.solve_transposed(bt)[i] == Approx(xt[i]).epsilon(1e-9));
    }
  };
  check(filled(3, {0, 2, 1, 1, 0, 0, 3, 0, 4}));  // a pivot is zero
  check(filled(2, {1, 0, 0, 1e-200}));
  check(filled(2, {1, 1e-20, 1, 2e-20}), 1e20);
  check(filled(3, {1e-30, 2e-30, 0, 1, -1, 1, 1, 1, 7}), 1, 1e30);
  dad::matrix hilbert(6, 6);
  for (std::size_t i = 0; i < 6; ++i)
    for (std::size_t j = 0; j < 6; ++j) hilbert(i, j) = 1.0 / static_cast<double>(i + j + 1);
  check(hilbert);
  CHECK_THROWS_AS(system(filled(2, {0.1, 0.2, 0.3, 0.6}), "A"), dad::domain_error);
  CHECK_THROWS_AS(system(filled(3, {1, 2, 3, 4, 5, 6, 7, 8, 9}), "A"), dad::domain_error);
  CHECK_THROWS_AS(system(filled(2, {1, 2, 0, 0}), "A"), dad::domain_error);
  CHECK_THROWS_WITH(system(filled(2, {1, 2, 2, 4}), "A"), contains("dad: A is singular"));
  const double nan = std::numeric_limits<double>::quiet_NaN();
  CHECK(std::isnan(system(filled(1, {nan}), "A").solve({1})[0]));
}
