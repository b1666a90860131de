// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// Duals of duals, to the fourth derivative, and several directions at once.

#include <dad/forward/dual.hpp>

#include <array>
#include <cmath>
#include <vector>

#include "core/close.hpp"

namespace {

using dad::dual;
using d1 = dual<>;
using d2 = dual<d1>;
using d3 = dual<d2>;
using d4 = dual<d3>;

d4 fourth_order(double x) { return d4(d3(d2(d1(x, 1.0), d1(1.0)), d2(1.0)), d3(1.0)); }

// The derivatives of orders 0 to 4 sit in the components with that many tangents, in every place.
std::array<double, 5> orders(const d4& y) {
  return {y.value().value().value().value(), y.tangent().value().value().value(),
          y.tangent().tangent().value().value(), y.tangent().tangent().tangent().value(),
          y.tangent().tangent().tangent().tangent()};
}
std::array<double, 5> orders_inside(const d4& y) {
  return {dad::value(y), y.value().value().value().tangent(), y.value().value().tangent().tangent(),
          y.value().tangent().tangent().tangent(), y.tangent().tangent().tangent().tangent()};
}

TEST_CASE("four levels give four derivatives") {
  const double x = 0.7;
  SECTION("of a sine") {
    const auto y = sin(fourth_order(x));
    CHECK_ROW(orders(y), (std::vector{std::sin(x), std::cos(x), -std::sin(x), -std::cos(x), std::sin(x)}));
    CHECK_ROW(orders_inside(y), orders(y));
  }
  SECTION("of a product of an exponential and a cosine") {
    // (e^x cos x)'''' = -4 e^x cos x
    const auto z = fourth_order(x);
    const double e = std::exp(x), c = std::cos(x), s = std::sin(x);
    CHECK_ROW(orders(exp(z) * cos(z)),
              (std::vector{e * c, e * (c - s), -2 * e * s, -2 * e * (c + s), -4 * e * c}));
  }
  SECTION("of a power with a plain exponent") {
    CHECK_ROW(orders(pow(fourth_order(2.0), 3.5)),
              (std::vector{std::pow(2.0, 3.5), 3.5 * std::pow(2.0, 2.5), 8.75 * std::pow(2.0, 1.5),
                           13.125 * std::pow(2.0, 0.5), 6.5625 * std::pow(2.0, -0.5)}));
  }
  SECTION("of a power x^x, by logarithms") {
    // With g = ln x + 1: y' = y g, y'' = y (g^2 + 1/x), y''' = y (g^3 + 3 g/x - 1/x^2),
    // y'''' = y (g^4 + 6 g^2/x - 4 g/x^2 + 3/x^2 + 2/x^3)
    const double g = std::log(x) + 1, y = std::pow(x, x), r = 1 / x;
    const auto z = fourth_order(x);
    CHECK_ROW(orders(pow(z, z)),
              (std::vector{y, y * g, y * (g * g + r), y * (g * g * g + 3 * g * r - r * r),
                           y * (g * g * g * g + 6 * g * g * r - 4 * g * r * r + 3 * r * r + 2 * r * r * r)}),
              1e-12, 1e-14);
  }
  SECTION("of a quotient and a square root") {
    CHECK_ROW(orders(1 / fourth_order(2.0)), (std::vector{0.5, -0.25, 0.25, -0.375, 0.75}));
    const double s = std::sqrt(x);
    CHECK_ROW(orders(sqrt(fourth_order(x))),
              (std::vector{s, 0.5 / s, -0.25 / (s * x), 0.375 / (s * x * x), -0.9375 / (s * x * x * x)}));
  }
}

TEST_CASE("directions do not touch each other") {
  const dual<double, 3> x(2.0, 1.0, 0.0, 0.0), y(3.0, 0.0, 1.0, 0.0), z(0.0, 0.0, 0.0, 1.0);
  const auto f = x * x * y + sin(z) * y;
  CHECK(f.tangent(0) == 12.0);
  CHECK(f.tangent(1) == 4.0);
  CHECK(f.tangent(2) == 3.0);
  // The derivative of a square root at 0 is infinite; unrelated directions stay clean.
  const auto root = sqrt(z) * x;
  CHECK(root.tangent(0) == 0.0);
  CHECK(root.tangent(1) == 0.0);
  CHECK(root.tangent(2) == std::numeric_limits<double>::infinity());
}

TEST_CASE("a Hessian from directions inside directions") {
  // f = x^2 y + y^3: H = [2y, 2x; 2x, 6y]
  using inner = dual<double, 2>;
  using outer = dual<inner, 2>;
  const auto seeded = [](double v, std::size_t i) {
    inner value(v);
    value.tangent(i) = 1.0;
    outer x(value);
    x.tangent(i) = inner(1.0);
    return x;
  };
  const auto x = seeded(1.5, 0), y = seeded(-2.0, 1);
  const auto f = x * x * y + y * y * y;
  CHECK(f.tangent(0).tangent(0) == -4.0);
  CHECK(f.tangent(0).tangent(1) == 3.0);
  CHECK(f.tangent(1).tangent(0) == 3.0);
  CHECK(f.tangent(1).tangent(1) == -12.0);
}

TEST_CASE("float and long double duals keep their precision") {
  const auto single = exp(dual<float>(1.0F, 1.0F));
  STATIC_REQUIRE(std::is_same_v<decltype(single.tangent()), const float&>);
  CHECK(single.tangent() == std::exp(1.0F));
  const auto extended = exp(dual<long double>(1.0L, 1.0L));
  CHECK(extended.tangent() == std::exp(1.0L));
}

}  // namespace
