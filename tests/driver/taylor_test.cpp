// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// Taylor coefficients along lines and curves, and third derivatives, against closed forms.

#include <dad/driver/taylor.hpp>
#include <dad/rule/checkpoint.hpp>
#include <dad/rule/implicit.hpp>
#include <dad/rule/rule.hpp>

#include <array>
#include <cmath>
#include <tuple>
#include <vector>

#include "core/close.hpp"

namespace {

using list = std::vector<double>;

double factorial(int k) { return std::tgamma(k + 1.0); }

TEST_CASE("coefficients of functions of one variable") {
  const auto sine = dad::taylor<30>([](const auto& x) { return sin(x); }, 0.5);
  STATIC_REQUIRE(std::is_same_v<decltype(sine), const std::array<double, 31>>);
  for (int k = 0; k <= 30; ++k)
    CHECK(sine[static_cast<std::size_t>(k)] ==
          close_to(std::sin(0.5 + k * std::acos(0.0)) / factorial(k), 1e-13));
  const auto geometric = dad::taylor<20>([](const auto& x) { return 1 / (1 - x); }, 0.25);
  for (int k = 0; k <= 20; ++k)
    CHECK(geometric[static_cast<std::size_t>(k)] == close_to(std::pow(4.0 / 3.0, k + 1), 1e-13));
  // Catalan's numbers
  const auto catalan = dad::taylor<10>([](const auto& x) { return 2 / (1 + sqrt(1 - 4 * x)); }, 0);
  CHECK_ROW(catalan, list{1, 1, 2, 5, 14, 42, 132, 429, 1430, 4862, 16796}, 1e-14);
  const auto tangent = dad::taylor<7>([](const auto& x) { return tan(x); }, 0);
  CHECK_ROW(tangent, list{0, 1, 0, 1.0 / 3, 0, 2.0 / 15, 0, 17.0 / 315}, 1e-15);
}

TEST_CASE("order 0 is the value; types are those of the point") {
  const auto f = [](const auto& x) { return x * x; };
  CHECK(dad::taylor<0>(f, 3.0) == std::array{9.0});
  STATIC_REQUIRE(std::is_same_v<decltype(dad::taylor<2>(f, 3)), std::array<double, 3>>);
  STATIC_REQUIRE(std::is_same_v<decltype(dad::taylor<2>(f, 3.0f)), std::array<float, 3>>);
  STATIC_REQUIRE(std::is_same_v<decltype(dad::taylor<2>(f, 3.0L)), std::array<long double, 3>>);
  CHECK(dad::taylor<3>(f, 3) == std::array{9.0, 6.0, 1.0, 0.0});
  CHECK(dad::taylor<2>([](const auto&) { return 4; }, 1.0) == std::array{4.0, 0.0, 0.0});
}

TEST_CASE("results have f's structure, order by order") {
  const auto f = [](const auto& t) { return std::tuple{t * t, std::vector{t, 3 * t * t * t}}; };
  const auto c = dad::taylor<2>(f, 2.0);
  CHECK(c[0] == std::tuple{4.0, list{2, 24}});
  CHECK(c[1] == std::tuple{4.0, list{1, 36}});
  CHECK(c[2] == std::tuple{1.0, list{0, 18}});
}

const auto g = [](const auto& x) { return x[0] * x[0] * x[1] + x[1] * x[1] * x[1] * x[2] + exp(x[2]); };

TEST_CASE("coefficients along lines and curves") {
  const list x{1, 2, 0}, v{1, -1, 2}, a{0, 3, 0};
  // (1 + t)^2 (2 - t) + (2 - t)^3 2 t + exp(2 t)
  CHECK_ROW(dad::taylor<4>(g, x, v), list{3, 3 + 16 + 2, -24 + 2, -1 + 12 + 8.0 / 6, -2 + 16.0 / 24}, 1e-14);
  // (1 + t)^2 w + w^3 2 t + exp(2 t) with w = 2 - t + 3 t^2; w^3 = 8 - 12 t + 42 t^2 ...
  CHECK_ROW(dad::taylor<3>(g, x, v, a), list{3, 21, -24 + 3 + 2, 5 + 84 + 8.0 / 6}, 1e-14);
  const auto two = [](const auto& p, const auto& q) { return std::array{p * q, p + q}; };
  const auto c = dad::taylor<2>(two, std::tuple{2.0, 3.0}, std::tuple{1.0, 1.0});
  CHECK(c == std::array{std::array{6.0, 5.0}, std::array{5.0, 2.0}, std::array{1.0, 0.0}});
  CHECK(dad::taylor<2>([](const auto& t) { return t * t; }, 3.0, 2.0) == std::array{9.0, 12.0, 4.0});
  CHECK_THROWS_WITH(dad::taylor<2>(g, x, list{1, 2}), "dad: direction v of taylor has 2 entries, expected 3");
  CHECK_THROWS_WITH(dad::taylor<2>(g, x, v, list{1}),
                    "dad: a coefficient of the curve of taylor has 1 entries, expected 3");
}

TEST_CASE("third derivatives along three directions, and their gradient") {
  // x0^2 x1: 2 (u0 v0 w1 + ...); x1^3 x2: 6 x2 u1 v1 w1 + 6 x1 (u1 v1 w2 + ...); exp(x2): exp(x2) u2 v2 w2
  const list x{1, 2, 0.5}, u{1, -1, 2}, v{0.5, 3, 1}, w{1e6, -2e6, 1e6};
  list expected(3);
  const double e = std::exp(0.5);
  expected[0] = 2 * (u[0] * v[1] + u[1] * v[0]);
  expected[1] = 2 * u[0] * v[0] + 6 * x[2] * u[1] * v[1] + 6 * x[1] * (u[1] * v[2] + u[2] * v[1]);
  expected[2] = 6 * x[1] * u[1] * v[1] + e * u[2] * v[2];
  CHECK_ROW(dad::third_derivative(g, x, u, v), expected, 1e-14);
  CHECK_ROW(dad::third_derivative(g, x, v, u), expected, 1e-14);
  const double along = expected[0] * w[0] + expected[1] * w[1] + expected[2] * w[2];
  CHECK(dad::third_derivative(g, x, u, v, w) == close_to(along, 1e-14));
  CHECK(dad::third_derivative(g, x, w, u, v) == close_to(along, 1e-14));
  CHECK(dad::third_derivative(g, x, u, u, u) == close_to(6 * dad::taylor<3>(g, x, u)[3], 1e-14));
  const auto pair = [](const auto& p, const auto& q) { return std::array{p * p * q, p * q}; };
  const std::tuple point{2.0, 3.0}, one{1.0, 1.0};
  CHECK(dad::third_derivative(pair, point, one, one, one) == std::array{6.0, 0.0});
  CHECK_THROWS_WITH(dad::third_derivative(g, x, u, list{1}),
                    "dad: direction v of third_derivative has 1 entries, expected 3");
  CHECK_THROWS_WITH(dad::third_derivative(g, x, u, v, list{}),
                    "dad: direction w of third_derivative has 0 entries, expected 3");
}

TEST_CASE("the gradient of a third derivative is reverse over series, too") {
  using S = dad::series<double, 2>;
  const list x{1, 2, 0.5}, u{1, -1, 2};
  dad::tape<S> tape;
  const auto guard = tape.activate();
  std::vector<dad::var<S>> active;
  for (std::size_t i = 0; i < 3; ++i) {
    active.emplace_back(S(x[i], u[i]));
    tape.input(active[i]);
  }
  tape.backward(g(active));
  const list expected = dad::third_derivative(g, x, u, u);
  for (std::size_t i = 0; i < 3; ++i)
    CHECK(2 * active[i].adjoint().coefficient(2) == close_to(expected[i], 1e-14));
}

TEST_CASE("high derivatives") {
  CHECK(dad::derivative<12>([](const auto& x) { return sin(x); }, 0.5) == close_to(std::sin(0.5), 1e-13));
  CHECK(dad::derivative<20>([](const auto& x) { return 1 / x; }, 1.0) == close_to(factorial(20), 1e-13));
  const auto parts = dad::derivative<3>([](const auto& x) { return std::array{x * x * x * x, 1 / x}; }, 2.0);
  CHECK_ROW(parts, list{48, -6.0 / 16}, 1e-14);
}

TEST_CASE("Taylor coefficients inside and outside other derivatives") {
  const auto power = [](const auto& a) { return [a](const auto& b) { return a * a * b * b * b; }; };
  // derivative inside taylor: of 3 a^2 b^2 at b = 2, with the inner point in plain numbers and in the outer
  // scalar
  CHECK(dad::taylor<3>([&](const auto& a) { return dad::derivative(power(a), 2.0); }, 1.0) ==
        std::array{12.0, 24.0, 12.0, 0.0});
  CHECK(dad::taylor<2>([&](const auto& a) { return dad::derivative(power(a), a); }, 1.0) ==
        std::array{3.0, 12.0, 18.0});
  CHECK(dad::taylor<2>([&](const auto& a) { return dad::derivative<3>(power(a), 2.0); }, 1.0) ==
        std::array{6.0, 12.0, 6.0});
  const auto slope = [](const auto& a) {
    return dad::gradient([&](const auto& b) { return a * a * b[0] * b[1]; }, std::vector{2.0, 3.0})[0];
  };
  CHECK(dad::taylor<2>(slope, 1.0) == std::array{3.0, 6.0, 3.0});
  // taylor inside derivative, gradient, hessian and taylor
  const auto second = [&](const auto& a) { return dad::taylor<2>(power(a), 2.0)[2]; };  // 6 a^2
  CHECK(dad::derivative(second, 1.0) == 12.0);
  CHECK(dad::taylor<2>(second, 1.0) == std::array{6.0, 12.0, 6.0});
  const auto of_range = [](const auto& x) {
    using T = std::remove_cvref_t<decltype(x[0])>;
    return dad::taylor<3>([&](const auto& b) { return x[0] * b * b * b * b; }, T(x[1]))[3];  // 4 x0 x1
  };
  CHECK(dad::gradient(of_range, list{2, 3}) == list{12, 8});
  CHECK(dad::hessian(of_range, list{2, 3})(0, 1) == 4.0);
  const auto along = [](const auto& x) {
    return dad::taylor<2>([](const auto& p) { return p[0] * p[1]; }, std::array{1.0, 2.0}, x)[2];  // x0 x1
  };
  CHECK(dad::gradient(along, list{2, 3}) == list{3, 2});
}

TEST_CASE("rules with a generic derivative have Taylor coefficients") {
  const auto sine = dad::rule([](const auto& x) { return std::sin(x); }, dad::derived,
                              [](const auto& x, const auto& w) { return cos(x) * w; });
  const auto of_rule = [&](const auto& x) { return sine(x * x) * x; };
  const auto itself = [](const auto& x) { return sin(x * x) * x; };
  CHECK_ROW(dad::taylor<6>(of_rule, 0.7), dad::taylor<6>(itself, 0.7), 1e-13);
  CHECK(dad::derivative<4>(of_rule, 0.7) == close_to(dad::derivative<4>(itself, 0.7), 1e-13));
  const auto product =
      dad::rule([](const list& x) { return x[0] * x[1]; },
                [](const auto& x, const auto& dx) { return dx[0] * x[1] + x[0] * dx[1]; }, dad::derived);
  const auto of_product = [&](const auto& t) { return product(std::vector{sin(t), t * t}); };
  CHECK_ROW(dad::taylor<4>(of_product, 0.7),
            dad::taylor<4>([](const auto& t) { return sin(t) * t * t; }, 0.7), 1e-13);
}

TEST_CASE("implicit functions and checkpoints have Taylor coefficients") {
  // y^3 + y = x: y' = 1 / (3 y^2 + 1)
  const auto residual = [](const auto& x, const auto& y) { return y * y * y + y - x; };
  const auto solve = [](double x) {
    double y = x;
    for (int i = 0; i < 60; ++i) y -= (y * y * y + y - x) / (3 * y * y + 1);
    return y;
  };
  const auto root = dad::implicit(residual, solve);
  const auto c = dad::taylor<4>(root, 2.0);  // at y = 1: x - 2 = 4 h + 3 h^2 + h^3
  CHECK_ROW(c, list{1, 0.25, -3.0 / 64, 7.0 / 512, -75.0 / 16384}, 1e-13);
  const auto kept = dad::checkpoint([](const auto& x) { return exp(x) * x; });
  CHECK_ROW(dad::taylor<4>(kept, 0.3), dad::taylor<4>([](const auto& x) { return exp(x) * x; }, 0.3), 1e-14);
}

}  // namespace
