// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// Derivatives of functions of one variable, of orders 0 to 5, against closed forms.

#include <dad/driver/forward.hpp>

#include <array>
#include <cmath>
#include <limits>
#include <tuple>
#include <type_traits>
#include <vector>

#include "core/close.hpp"

namespace {

template <class F>
std::vector<double> orders(const F& f, double x) {
  return {dad::derivative<0>(f, x), dad::derivative<1>(f, x), dad::derivative<2>(f, x),
          dad::derivative<3>(f, x), dad::derivative<4>(f, x), dad::derivative<5>(f, x)};
}

TEST_CASE("derivatives of orders 0 to 5") {
  const double x = 0.6;
  SECTION("polynomial") {
    // x^5 - 2 x^3 + x
    const auto f = [](const auto& u) { return u * u * u * u * u - 2 * u * u * u + u; };
    CHECK_ROW(orders(f, x),
              (std::vector{std::pow(x, 5) - 2 * std::pow(x, 3) + x, 5 * std::pow(x, 4) - 6 * x * x + 1,
                           20 * x * x * x - 12 * x, 60 * x * x - 12, 120 * x, 120.0}));
  }
  SECTION("sine") {
    const double s = std::sin(x), c = std::cos(x);
    CHECK_ROW(orders([](const auto& u) { return sin(u); }, x), (std::vector{s, c, -s, -c, s, c}));
  }
  SECTION("x e^2x: 2^(k - 1) (2 x + k) e^2x") {
    std::vector<double> expected;
    for (int k = 0; k <= 5; ++k) expected.push_back(std::pow(2.0, k - 1) * (2 * x + k) * std::exp(2 * x));
    CHECK_ROW(orders([](const auto& u) { return u * exp(2 * u); }, x), expected);
  }
  SECTION("logarithm: (-1)^(k - 1) (k - 1)! / x^k") {
    CHECK_ROW(orders([](const auto& u) { return log(u); }, x),
              (std::vector{std::log(x), 1 / x, -1 / (x * x), 2 / std::pow(x, 3), -6 / std::pow(x, 4),
                           24 / std::pow(x, 5)}));
  }
  SECTION("1 / (1 + x): (-1)^k k! / (1 + x)^(k + 1)") {
    std::vector<double> expected;
    double factorial = 1.0;
    for (int k = 0; k <= 5; ++k) {
      expected.push_back((k % 2 == 0 ? 1 : -1) * factorial / std::pow(1 + x, k + 1));
      factorial *= k + 1;
    }
    CHECK_ROW(orders([](const auto& u) { return 1 / (1 + u); }, x), expected);
  }
  SECTION("tanh, in y = tanh x") {
    const double y = std::tanh(x), q = 1 - y * y;
    CHECK_ROW(orders([](const auto& u) { return tanh(u); }, x),
              (std::vector{y, q, -2 * y * q, q * (6 * y * y - 2), q * y * (16 - 24 * y * y),
                           q * (120 * y * y * y * y - 120 * y * y + 16)}),
              1e-11);
  }
  SECTION("Gaussian: Hermite polynomials") {
    const double g = std::exp(-x * x / 2), a = x * x;
    CHECK_ROW(orders([](const auto& u) { return exp(-u * u / 2); }, x),
              (std::vector{g, -x * g, (a - 1) * g, -x * (a - 3) * g, (a * a - 6 * a + 3) * g,
                           -x * (a * a - 10 * a + 15) * g}));
  }
}

TEST_CASE("the type of a derivative is the promoted type of the point") {
  const auto f = [](const auto& x) { return x * x * x; };
  STATIC_REQUIRE(std::is_same_v<decltype(dad::derivative(f, 2.0)), double>);
  STATIC_REQUIRE(std::is_same_v<decltype(dad::derivative(f, 2)), double>);
  STATIC_REQUIRE(std::is_same_v<decltype(dad::derivative(f, 2.0L)), long double>);
  CHECK(dad::derivative(f, 2) == 12.0);
  CHECK(dad::derivative(f, 2u) == 12.0);
  CHECK(dad::derivative(f, true) == 3.0);
  CHECK(dad::derivative<2>(f, 2) == 12.0);
  CHECK(dad::derivative(f, 0.5F) == 0.75F);
  CHECK(dad::derivative([](const auto& x) { return exp(x); }, 1.0L) == std::exp(1.0L));
}

TEST_CASE("results of plain type have derivative zero") {
  CHECK(dad::derivative([](const auto&) { return 3.5; }, 1.0) == 0.0);
  CHECK(dad::derivative([](const auto&) { return 3; }, 1.0) == 0.0);
  CHECK(dad::derivative<0>([](const auto&) { return 3; }, 1.0) == 3.0);
  CHECK(dad::derivative<2>([](const auto&) { return 3; }, 1.0) == 0.0);
  CHECK(dad::derivative([](const auto& x) { return static_cast<int>(x); }, 1.5) == 0.0);
}

TEST_CASE("structured results have the derivative of each part") {
  const auto curve = [](const auto& t) { return std::array{cos(t), sin(t), 2 * t}; };
  CHECK_ROW(dad::derivative(curve, 0.3), (std::vector{-std::sin(0.3), std::cos(0.3), 2.0}));
  CHECK_ROW(dad::derivative<2>(curve, 0.3), (std::vector{-std::cos(0.3), -std::sin(0.3), 0.0}));
  const auto pair = dad::derivative(
      [](const auto& t) {
        return std::tuple{t * t, std::vector{t, 3 * t}};
      },
      2.0);
  CHECK(std::get<0>(pair) == 4.0);
  CHECK(std::get<1>(pair) == std::vector{1.0, 3.0});
}

struct cube {
  template <class T>
  T operator()(const T& x) const {
    return x * x * x;
  }
};
template <class T>
T free_function(T x) {
  return x * x;
}
struct holds_a_parameter {
  double power;
  template <class T>
  T operator()(T x) const {
    return pow(x, power);
  }
};

TEST_CASE("any callable that is generic in its scalar is a function") {
  CHECK(dad::derivative(cube{}, 2.0) == 12.0);
  CHECK(dad::derivative([](auto x) { return free_function(x); }, 2.0) == 4.0);
  CHECK(dad::derivative(holds_a_parameter{3.0}, 2.0) == 12.0);
  CHECK(dad::derivative([](auto&& x) { return x * x; }, 2.0) == 4.0);
  double scale = 3.0;
  const auto by_reference = [&scale](const auto& x) { return scale * x; };
  CHECK(dad::derivative(by_reference, 1.0) == 3.0);
  scale = 4.0;
  CHECK(dad::derivative(by_reference, 1.0) == 4.0);
  const auto by_value = [](auto x) {
    x *= x;
    return x;
  };
  CHECK(dad::derivative(by_value, 5.0) == 10.0);
}

TEST_CASE("NaN and infinity are answers") {
  const double infinity = std::numeric_limits<double>::infinity();
  CHECK(dad::derivative([](const auto& x) { return sqrt(x); }, 0.0) == infinity);
  CHECK(dad::derivative([](const auto& x) { return log(x); }, 0.0) == infinity);
  CHECK(std::isnan(dad::derivative([](const auto& x) { return sqrt(x); }, -1.0)));
  CHECK(std::isnan(
      dad::derivative([](const auto& x) { return x * x; }, std::numeric_limits<double>::quiet_NaN())));
  CHECK(dad::derivative([](const auto& x) { return abs(x); }, 0.0) == 0.0);
  CHECK(dad::derivative([](const auto& x) { return sqrt(x * 0) + x; }, 1.0) == 1.0);
}

TEST_CASE("errors of the user's function pass through") {
  const auto f = [](const auto& x) {
    if (x > 1) throw std::domain_error("beyond one");
    return x;
  };
  CHECK(dad::derivative(f, 0.5) == 1.0);
  CHECK_THROWS_WITH(dad::derivative(f, 2.0), "beyond one");
}

}  // namespace
