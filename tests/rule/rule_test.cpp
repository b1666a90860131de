// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// Rules of the user's own in every mode and order, against closed forms.

#include <array>
#include <cmath>
#include <tuple>
#include <vector>

#include <dad/dad.hpp>

#include "catch.hpp"

namespace {

using std::vector;

// Straight through: the value is rounded, the slope is 1 + x. Only a rule can have this derivative, so no
// mode that differentiates the value itself passes.
const auto rounded = dad::rule(
    [](const auto& x) {
      using std::round;
      return round(x);
    },
    [](const auto& x, const auto& dx) { return (1 + x) * dx; }, dad::derived);

// The same for plain numbers only, by vjp.
const auto plainly_rounded = dad::rule([](double x) { return std::round(x); }, dad::derived,
                                       [](double x, double w) { return (1 + x) * w; });

// (u, v) -> (u^2 v, u + v^3, 0), which is what it says it is.
const auto curve_value = [](const auto& x) {
  using T = std::decay_t<decltype(x[0])>;
  return vector<T>{x[0] * x[0] * x[1], x[0] + x[1] * x[1] * x[1], T(0)};
};
const auto curve_jvp = [](const auto& x, const auto& d) {
  using T = std::decay_t<decltype(x[0])>;
  return vector<T>{2 * x[0] * x[1] * d[0] + x[0] * x[0] * d[1], d[0] + 3 * x[1] * x[1] * d[1], T(0)};
};
const auto curve_vjp = [](const auto& x, const auto& w) {
  using T = std::decay_t<decltype(x[0])>;
  return vector<T>{2 * x[0] * x[1] * w[0] + w[1], x[0] * x[0] * w[0] + 3 * x[1] * x[1] * w[1]};
};

// Sums the squares of what it gets: something nonlinear around a rule.
template <class Curve>
auto around(const Curve& curve) {
  return [&curve](const auto& x) {
    const auto y = curve(vector{x[0] * 2, x[1]});
    return y[0] * y[1];
  };
}

void check_same(const dad::matrix& a, const dad::matrix& b) {
  REQUIRE(a.rows() == b.rows());
  REQUIRE(a.cols() == b.cols());
  for (std::size_t i = 0; i < a.size(); ++i) CHECK(a.data()[i] == Approx(b.data()[i]).margin(1e-13));
}

}  // namespace

TEST_CASE("a rule of one number is used by every driver") {
  const auto check = [](const auto& f) {
    CHECK(f(1.75) == 2);
    CHECK(dad::derivative(f, 1.75) == 2.75);
    CHECK(dad::gradient(f, 1.75) == 2.75);
    const auto product = [&](const auto& x) { return f(x[0] * x[1]) * x[1]; };
    const auto [value, gradient] = dad::value_and_gradient(product, vector{0.7, 2.5});
    CHECK(value == 5);  // round(1.75) 2.5
    CHECK(gradient[0] == Approx(2.75 * 2.5 * 2.5));
    CHECK(gradient[1] == Approx(2.75 * 0.7 * 2.5 + 2));
    check_same(dad::jacobian(product, vector{0.7, 2.5}, dad::forward),
               dad::jacobian(product, vector{0.7, 2.5}, dad::reverse));
  };
  check(rounded);
  check(plainly_rounded);
}

TEST_CASE("derivatives of a rule are those of its jvp or vjp, at every level") {
  CHECK(dad::derivative<2>(rounded, 1.75) == 1);
  CHECK(dad::derivative<3>(rounded, 1.75) == 0);
  CHECK(dad::hessian(rounded, 1.75)(0, 0) == 1);
  // (r(x) x)'' = 2 r' + x r'', in which the value of r has the derivative of the rule as well.
  const auto times = [](const auto& x) { return rounded(x) * x; };
  CHECK(dad::derivative<2>(times, 1.75) == 7.25);
  CHECK(dad::hessian(times, 1.75)(0, 0) == 7.25);
  CHECK(dad::gradient([&](const auto& x) { return dad::gradient(times, x); }, 1.75) == 7.25);
  // g = r(x y): g_xx = y^2, g_xy = (1 + xy) + xy
  const auto g = [](const auto& x) { return rounded(x[0] * x[1]); };
  const dad::matrix h = dad::hessian(g, vector{0.5, 3.0});
  CHECK(h(0, 0) == Approx(9));
  CHECK(h(0, 1) == Approx(2.5 + 1.5));
  CHECK(h(1, 1) == Approx(0.25));
  // Reverse over reverse.
  const auto slope = [&](const auto& x) { return dad::gradient(rounded, x); };
  CHECK(dad::gradient(slope, 1.75) == 1);
  CHECK(dad::gradient([&](const auto& x) { return dad::derivative(rounded, x); }, 1.75) == 1);
}

TEST_CASE("vector rules, with either derivative or both") {
  const vector<double> x{1.5, -0.5};
  const double u = 3, v = -0.5;  // what the rule sees: (2 x0, x1)
  const double p = u * u * v, q = u + v * v * v;
  const vector<double> expected{2 * (2 * u * v * q + p), u * u * q + p * 3 * v * v};
  const auto f = around(curve_value);
  const auto check = [&](const auto& curve) {
    const auto g = around(curve);
    const auto [value, gradient] = dad::value_and_gradient(g, x);
    CHECK(value == Approx(p * q));
    CHECK(gradient[0] == Approx(expected[0]));
    CHECK(gradient[1] == Approx(expected[1]));
    CHECK(dad::jvp(g, x, vector{1.0, 10.0}).tangent == Approx(expected[0] + 10 * expected[1]));
    check_same(dad::hessian(g, x), dad::hessian(f, x));
    check_same(dad::jacobian(curve, x, dad::forward), dad::jacobian(curve_value, x));
    check_same(dad::jacobian(curve, x, dad::reverse), dad::jacobian(curve_value, x));
    const auto hv = dad::hvp(g, x, vector{1.0, 2.0});
    const auto exact = dad::hvp(f, x, vector{1.0, 2.0});
    CHECK(hv[0] == Approx(exact[0]));
    CHECK(hv[1] == Approx(exact[1]));
    // Reverse over reverse: the gradient of the first component of the gradient.
    const auto row = dad::gradient([&](const auto& z) { return dad::gradient(g, z)[0]; }, x);
    const dad::matrix h = dad::hessian(f, x);
    CHECK(row[0] == Approx(h(0, 0)));
    CHECK(row[1] == Approx(h(0, 1)));
  };
  check(dad::rule(curve_value, curve_jvp, curve_vjp));
  check(dad::rule(curve_value, curve_jvp, dad::derived));
  check(dad::rule(curve_value, dad::derived, curve_vjp));
}

TEST_CASE("several arguments are one tuple for jvp and vjp, numbers and data among them") {
  // scale * sum(x), with an int that chooses the power
  const auto power_sum = dad::rule(
      [](const vector<double>& x, double scale, int n) {
        double sum = 0;
        for (const double xi : x) sum += std::pow(xi, n);
        return scale * sum;
      },
      dad::derived,
      [](const std::tuple<vector<double>, double, int>& at, double w) {
        const auto& [x, scale, n] = at;
        auto [gradient, by_scale, same] = at;
        by_scale = 0;
        for (std::size_t i = 0; i < x.size(); ++i) {
          gradient[i] = w * scale * n * std::pow(x[i], n - 1);
          by_scale += w * std::pow(x[i], n);
        }
        return std::tuple(gradient, by_scale);
      });
  const vector<double> x{2, 3};
  const auto f = [&](const auto& point, const auto& scale) { return power_sum(point, scale, 3); };
  const auto [value, gradient] = dad::value_and_gradient(f, std::tuple(x, 0.5));
  CHECK(value == 17.5);
  CHECK(std::get<0>(gradient) == vector{6.0, 13.5});
  CHECK(std::get<1>(gradient) == 35);
  // An argument may be a plain number beside scalars, or all of them.
  CHECK(dad::gradient([&](const auto& point) { return power_sum(point, 0.5, 3); }, x) == vector{6.0, 13.5});
  CHECK(dad::derivative([&](const auto& scale) { return power_sum(x, scale, 3); }, 0.5) == 35);
  CHECK(power_sum(x, 0.5, 3) == 17.5);
  // A rule is an f itself.
  const auto product = dad::rule([](double a, double b) { return a * b; }, dad::derived,
                                 [](const std::tuple<double, double>& at, double w) {
                                   return std::array{std::get<1>(at) * w, std::get<0>(at) * w};
                                 });
  CHECK(dad::gradient(product, std::tuple(2.0, 3.0)) == std::tuple(3.0, 2.0));
}

TEST_CASE("generic rules are operations of a recording, others go to the tape") {
  vector<double> points;
  for (int i = 0; i < 300; ++i) points.push_back(0.01 * i);
  const auto check = [&](const auto& f) {
    const auto r = dad::batch_eval(f, points);
    for (std::size_t i = 0; i < points.size(); ++i) {
      const double x = points[i];
      CHECK(r[i].value == Approx(std::round(x * x) * x));
      CHECK(r[i].gradient == Approx((1 + x * x) * 2 * x * x + std::round(x * x)));
    }
    return r.statistics();
  };
  const auto in_lanes = [](const auto& x) { return rounded(x * x) * x; };
  const auto on_tape = [](const auto& x) { return plainly_rounded(x * x) * x; };
  check(in_lanes);
  check(on_tape);

  auto p = dad::record(in_lanes, 1.5);
  CHECK(p.value_and_gradient(2.5).gradient == Approx((1 + 6.25) * 2 * 6.25 + 6));
  // f = r(x^2) x with r' = 1 + x^2: f'' = (2x)(2x)x + (1 + x^2) 2 x + (1 + x^2) 2 x + (1 + x^2) 2x
  CHECK(p.hessian(2.5)(0, 0) == Approx(4 * 2.5 * 2.5 * 2.5 + 6 * (1 + 6.25) * 2.5));
  CHECK_THROWS_WITH(dad::record(on_tape, 1.5), contains("dad: "));

  const auto hessians = dad::batch_hessian(in_lanes, points);
  const auto sums = dad::batch_sum([](const auto& a, const auto& x) { return rounded(a * x); }, 2.0, points);
  double sum = 0, slope = 0;
  for (std::size_t i = 0; i < points.size(); ++i) {
    const double x = points[i];
    CHECK(hessians[i].hessian(0, 0) == Approx(4 * x * x * x + 6 * (1 + x * x) * x).margin(1e-13));
    sum += std::round(2 * x);
    slope += (1 + 2 * x) * x;
  }
  CHECK(sums.value == Approx(sum));
  CHECK(sums.gradient == Approx(slope));
}

TEST_CASE("derivatives that are written with the result are the rule's in programs as well") {
  // e^x, whose value is a step function: what it is computed by has no slope.
  const auto stairs = dad::rule(
      [](const auto& x) {
        using std::exp, std::floor;
        return exp(floor(x * 1024) / 1024);
      },
      dad::derived, [](const auto&, const auto& y, const auto& w) { return y * w; });
  const auto f = [&](const auto& x) { return stairs(x[0]) * x[1]; };
  const double e = std::exp(0.75);
  const vector<double> x{0.75, 3.0};
  dad::matrix exact(2, 2);
  exact(0, 0) = 3 * e, exact(0, 1) = exact(1, 0) = e;
  check_same(dad::hessian(f, x), exact);
  check_same(dad::record(f, x).hessian(x), exact);
  CHECK(dad::batch_hvp(f, vector(20, x), vector(20, vector{1.0, 2.0}))[7].product[0] == Approx(5 * e));
  const auto sparse = dad::sparse_hessian(f, x);
  REQUIRE(sparse.values().size() == 3);
  CHECK(sparse.values()[0] == Approx(3 * e));
  CHECK(sparse.values()[1] == Approx(e));
}

TEST_CASE("vector rules in batches") {
  vector<vector<double>> points;
  for (int i = 0; i < 40; ++i) points.push_back({0.1 * i, 1 - 0.2 * i});
  const auto f = around(curve_value);
  const auto check = [&](const auto& g) {
    const auto r = dad::batch_eval(g, points);
    const auto h = dad::batch_hvp(g, points, points);
    for (std::size_t i = 0; i < points.size(); ++i) {
      const auto gradient = dad::gradient(f, points[i]);
      const auto product = dad::hvp(f, points[i], points[i]);
      for (std::size_t k = 0; k < 2; ++k) {
        CHECK(r[i].gradient[k] == Approx(gradient[k]).margin(1e-12));
        CHECK(h[i].product[k] == Approx(product[k]).margin(1e-12));
      }
    }
  };
  const auto generic = dad::rule(curve_value, curve_jvp, curve_vjp);
  check(around(generic));
  const auto j = dad::batch_jacobian(dad::rule(curve_value, dad::derived, curve_vjp), points);
  for (std::size_t i = 0; i < points.size(); ++i)
    check_same(j[i].jacobian, dad::jacobian(curve_value, points[i]));
}

TEST_CASE("a black box is differentiated by differences with the step that is asked for") {
  const auto box = dad::rule(
      [](const vector<double>& x) {
        return vector{std::exp(x[0]) * x[1], x[1]};
      },
      dad::finite_differences{.step = 1e-5});
  const vector<double> x{2.0, 1000.0};  // the step is relative above 1
  for (const auto& j : {dad::jacobian(box, x, dad::forward), dad::jacobian(box, x, dad::reverse)}) {
    CHECK(j(0, 0) == Approx(1000 * std::exp(2.0)).epsilon(1e-9));
    CHECK(j(0, 1) == Approx(std::exp(2.0)).epsilon(1e-9));
    CHECK(j(1, 0) == 0);
    CHECK(j(1, 1) == Approx(1).epsilon(1e-9));
  }
  // The error of central differences is h^2 f''' / 6: a coarse step shows it.
  const auto coarse = dad::rule([](double y) { return y * y * y; }, dad::finite_differences{.step = 0.1});
  CHECK(dad::derivative(coarse, 0.5) == Approx(0.75 + 0.01));
  CHECK(dad::gradient(coarse, 0.5) == Approx(0.75 + 0.01));
  CHECK(dad::gradient(coarse, 2.0) == Approx(12 + 0.04));  // the step is 0.2 here
  const vector<double> points(100, 0.5);
  const auto generic =
      dad::rule([](const auto& y) { return y * y * y; }, dad::finite_differences{.step = 0.1});
  CHECK(dad::batch_eval(generic, points)[99].gradient == Approx(0.76));
  CHECK(dad::batch_eval(coarse, points)[99].gradient == Approx(0.76));
  const auto cube = [](double y) { return y * y * y; };
  for (const double step : {0.0, -1e-5, std::nan("")})
    CHECK_THROWS_WITH(
        dad::rule(cube, dad::finite_differences{.step = step}),
        contains("dad: step of finite_differences is") && contains("expected a positive number"));
}
