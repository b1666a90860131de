// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// Hessians, and products with them.

#include <dad/driver/hessian.hpp>

#include <array>
#include <cmath>
#include <tuple>
#include <type_traits>
#include <vector>

#include "core/close.hpp"

namespace {

std::vector<double> entries(const dad::matrix& m) { return {m.data(), m.data() + m.size()}; }

TEST_CASE("the Hessian of Rosenbrock's function") {
  const auto rosenbrock = [](const auto& x) {
    auto sum = 0 * x[0];
    for (std::size_t i = 0; i + 1 < x.size(); ++i)
      sum += 100 * dad::square(x[i + 1] - dad::square(x[i])) + dad::square(1 - x[i]);
    return sum;
  };
  for (const std::size_t n : {2u, 3u, 4u, 5u, 8u, 10u}) {
    CAPTURE(n);
    std::vector<double> x, v, expected(n * n), product(n);
    for (std::size_t i = 0; i < n; ++i) {
      x.push_back(-1.0 + 0.27 * static_cast<double>(i));
      v.push_back(std::cos(static_cast<double>(i)));
    }
    for (std::size_t i = 0; i + 1 < n; ++i) {
      expected[i * n + i] += 1200 * x[i] * x[i] - 400 * x[i + 1] + 2;
      expected[(i + 1) * n + i + 1] += 200;
      expected[i * n + i + 1] = expected[(i + 1) * n + i] = -400 * x[i];
    }
    const auto [value, h] = dad::value_and_hessian(rosenbrock, x);
    CHECK(value == close_to(rosenbrock(x)));
    CHECK(h.rows() == n);
    CHECK(h.cols() == n);
    CHECK_ROW(entries(h), expected, 1e-12, 1e-10);
    CHECK(dad::hessian(rosenbrock, x) == h);
    for (std::size_t i = 0; i < n; ++i)
      for (std::size_t j = 0; j < n; ++j) {
        CHECK(h(i, j) == h(j, i));
        product[i] += expected[i * n + j] * v[j];
      }
    const auto [y, hv] = dad::value_and_hvp(rosenbrock, x, v);
    CHECK(y == close_to(rosenbrock(x)));
    CHECK_ROW(hv, product, 1e-11, 1e-10);
    CHECK(dad::hvp(rosenbrock, x, v) == hv);
  }
}

TEST_CASE("a Hessian with every kind of function in it") {
  // f = x^y + erf(z) x: known second derivatives
  const auto f = [](const auto& u) { return pow(u[0], u[1]) + erf(u[2]) * u[0]; };
  const double x = 1.3, y = 2.2, z = 0.4, p = std::pow(x, y), l = std::log(x);
  const double slope = 2 / std::sqrt(std::acos(-1.0)) * std::exp(-z * z);
  CHECK_ROW(entries(dad::hessian(f, std::array{x, y, z})),
            (std::vector{p * y * (y - 1) / (x * x), p / x * (1 + y * l), slope, p / x * (1 + y * l),
                         p * l * l, 0.0, slope, 0.0, -2 * z * slope * x}));
}

TEST_CASE("points of other structures") {
  SECTION("one variable") {
    const auto f = [](const auto& x) { return sin(x) * x; };
    const auto h = dad::hessian(f, 0.7);
    CHECK(h.rows() == 1);
    CHECK(h(0, 0) == close_to(2 * std::cos(0.7) - 0.7 * std::sin(0.7)));
    CHECK(dad::hessian(f, 2)(0, 0) == close_to(2 * std::cos(2.0) - 2 * std::sin(2.0)));
    CHECK(dad::hvp(f, 0.7, 2.0) == close_to(2 * h(0, 0)));
  }
  SECTION("several arguments") {
    const auto f = [](const auto& x, const auto& ys, int k) { return k * x * x * ys[0] + ys[1] * ys[1] * x; };
    const std::tuple x{2.0, std::array{3.0, 5.0}, 7};
    CHECK(entries(dad::hessian(f, x)) == std::vector<double>{42, 28, 10, 28, 0, 0, 10, 0, 4});
    const auto product = dad::hvp(f, x, std::tuple{1.0, std::array{0.0, -1.0}, 0});
    STATIC_REQUIRE(std::is_same_v<decltype(product), const std::tuple<double, std::array<double, 2>, int>>);
    CHECK(product == std::tuple{42.0 - 10.0, std::array{28.0, 10.0 - 4.0}, 7});
  }
  SECTION("no variable at all") {
    const auto h = dad::hessian([](const auto&) { return 1.0; }, std::vector<double>{});
    CHECK(h.rows() == 0);
    CHECK(h.cols() == 0);
  }
  SECTION("integers and floats") {
    const auto f = [](const auto& x) { return x[0] * x[0] * x[1]; };
    CHECK(entries(dad::hessian(f, std::vector{2, 3})) == std::vector<double>{6, 4, 4, 0});
    CHECK(entries(dad::hessian(f, std::array{2.0F, 3.0F})) == std::vector<double>{6, 4, 4, 0});
    const auto product = dad::hvp(f, std::array{2.0F, 3.0F}, std::array{1.0F, 1.0F});
    STATIC_REQUIRE(std::is_same_v<decltype(product), const std::array<float, 2>>);
    CHECK(product == std::array{10.0F, 4.0F});
    CHECK(dad::hvp(f, std::vector{2, 3}, std::vector{1, 1}) == std::vector{10.0, 4.0});
  }
}

TEST_CASE("functions that are linear, constant or plain have a zero Hessian") {
  const std::vector<double> x(5, 1.5);
  const std::vector<double> zero(25, 0.0);
  CHECK(entries(dad::hessian([](const auto& u) { return 2 * u[0] - u[3]; }, x)) == zero);
  CHECK(entries(dad::hessian([](const auto&) { return 2; }, x)) == zero);
  CHECK(entries(dad::hessian([](const auto&) { return 2.5; }, x)) == zero);
  CHECK(dad::value_and_hessian([](const auto&) { return 2; }, x).value == 2.0);
  CHECK(dad::hvp([](const auto& u) { return 2 * u[0]; }, x, x) == std::vector<double>(5, 0.0));
  CHECK(dad::hvp([](const auto&) { return 2; }, x, x) == std::vector<double>(5, 0.0));
}

TEST_CASE("zero seeds mask singular second derivatives") {
  const auto f = [](const auto& x) { return sqrt(x[0]) + x[1] * x[1] * x[2]; };
  const std::vector<double> product = dad::hvp(f, std::vector{0.0, 2.0, 3.0}, std::vector{0.0, 1.0, 0.0});
  CHECK(product == std::vector{0.0, 6.0, 4.0});
}

TEST_CASE("a direction of another size is refused") {
  const auto f = [](const auto& x) { return x[0] * x[1]; };
  const std::vector x{1.0, 2.0};
  CHECK_THROWS_AS(dad::hvp(f, x, std::vector{1.0, 2.0, 3.0}), dad::shape_error);
  CHECK_THROWS_WITH(dad::hvp(f, x, std::vector{1.0, 2.0, 3.0}),
                    "dad: direction v of hvp has 3 entries, expected 2");
  CHECK_THROWS_WITH(dad::hvp(f, x, 1.0), "dad: direction v of hvp has 1 entries, expected 2");
}

}  // namespace
