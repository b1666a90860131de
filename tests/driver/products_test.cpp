// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// Products with Jacobians from the right (jvp) and from the left (vjp).

#include <dad/driver/reverse.hpp>

#include <array>
#include <cmath>
#include <limits>
#include <span>
#include <tuple>
#include <type_traits>
#include <vector>

#include "core/close.hpp"

namespace {

template <class A, class B>
constexpr bool same = std::is_same_v<A, B>;

// y = (x0 x1, sin x1, x2^2)
const auto f = [](const auto& x) { return std::array{x[0] * x[1], sin(x[1]), x[2] * x[2]}; };
const std::vector<double> point{2.0, 0.5, 3.0};

TEST_CASE("jvp is the Jacobian times v, vjp is w times the Jacobian") {
  const auto [y, t] = dad::jvp(f, point, std::vector{1.0, -2.0, 0.5});
  STATIC_REQUIRE(same<decltype(y), const std::array<double, 3>>);
  STATIC_REQUIRE(same<decltype(t), const std::array<double, 3>>);
  CHECK_ROW(y, (std::vector{1.0, std::sin(0.5), 9.0}));
  CHECK_ROW(t, (std::vector{0.5 - 4.0, -2 * std::cos(0.5), 3.0}));

  const auto [z, a] = dad::vjp(f, point, std::array{1.0, -2.0, 0.5});
  STATIC_REQUIRE(same<decltype(z), const std::array<double, 3>>);
  STATIC_REQUIRE(same<decltype(a), const std::vector<double>>);
  CHECK(z == y);
  CHECK_ROW(a, (std::vector{0.5, 2.0 - 2 * std::cos(0.5), 3.0}));

  // w (J v) = (w J) v for other seeds
  const std::vector v{0.3, 0.7, -1.1};
  const std::array w{2.0, 1.5, -0.2};
  const auto tangent = dad::jvp(f, point, v).tangent;
  const auto adjoint = dad::vjp(f, point, w).adjoint;
  CHECK(w[0] * tangent[0] + w[1] * tangent[1] + w[2] * tangent[2] ==
        close_to(adjoint[0] * v[0] + adjoint[1] * v[1] + adjoint[2] * v[2]));
}

TEST_CASE("points and results of other structures") {
  SECTION("one variable") {
    const auto g = [](const auto& x) { return x * x * x; };
    CHECK(dad::jvp(g, 2.0, 0.5).tangent == 6.0);
    CHECK(dad::vjp(g, 2.0, 0.5).adjoint == 6.0);
    CHECK(dad::jvp(g, 2, 1).tangent == 12.0);
    CHECK(dad::vjp(g, 2, 1).adjoint == 12.0);
    STATIC_REQUIRE(same<decltype(dad::vjp(g, 2, 1).adjoint), double>);
    STATIC_REQUIRE(same<decltype(dad::vjp(g, 2.0F, 1).adjoint), float>);
    STATIC_REQUIRE(same<decltype(dad::vjp(g, 2.0F, 1).value), double>);
  }
  SECTION("several arguments and results") {
    const auto g = [](const auto& x, const auto& ys, int k) {
      return std::tuple{k * x * ys[0], std::vector{ys[1], x}, 8};
    };
    const std::tuple x{2.0, std::array{3.0, 5.0}, 7};
    const auto [value, tangent] = dad::jvp(g, x, std::tuple{1.0, std::array{10.0, 100.0}, 0});
    CHECK(value == std::tuple{42.0, std::vector{5.0, 2.0}, 8});
    CHECK(std::get<0>(tangent) == 7 * (3.0 + 20.0));
    CHECK(std::get<1>(tangent) == std::vector{100.0, 1.0});
    const auto [same_value, adjoint] = dad::vjp(g, x, std::tuple{1.0, std::vector{10.0, 100.0}, 0});
    CHECK(same_value == value);
    STATIC_REQUIRE(same<decltype(adjoint), const std::tuple<double, std::array<double, 2>, int>>);
    CHECK(adjoint == std::tuple{121.0, std::array{14.0, 10.0}, 7});
  }
  SECTION("directions and seeds may be of another type with as many reals") {
    const double v[3] = {1.0, 0.0, 0.0};
    CHECK(dad::jvp(f, point, std::span(v)).tangent[0] == 0.5);
    CHECK(dad::jvp(f, point, std::array{1, 0, 0}).tangent[0] == 0.5);
    CHECK(dad::vjp(f, point, std::vector<float>{1.0F, 0.0F, 0.0F}).adjoint == std::vector{0.5, 2.0, 0.0});
    CHECK(dad::vjp(f, point, std::vector{1, 0, 0}).adjoint == std::vector{0.5, 2.0, 0.0});
  }
  SECTION("results without reals or of plain numbers") {
    CHECK(dad::jvp([](const auto&) { return 7; }, point, point).tangent == 0.0);
    CHECK(dad::vjp([](const auto&) { return 7; }, point, 1.0).adjoint == std::vector{0.0, 0.0, 0.0});
    CHECK(dad::vjp(
              [](const auto&) {
                return std::array{1.5, 2.5};
              },
              point, point.size() == 3 ? std::array{1., 1.} : std::array{0., 0.})
              .adjoint == std::vector{0.0, 0.0, 0.0});
    CHECK(dad::vjp(
              [](const auto&) {
                return std::vector<int>{1, 2};
              },
              point, std::vector{1.0, 1.0})
              .adjoint == std::vector{0.0, 0.0, 0.0});
  }
}

TEST_CASE("zero seeds stay zero, whatever the partial") {
  const double infinity = std::numeric_limits<double>::infinity();
  const auto g = [](const auto& x) { return std::array{sqrt(x[0]), x[1], log(x[0]) * x[1]}; };
  const std::vector x{0.0, 2.0};
  CHECK_ROW(dad::jvp(g, x, std::vector{0.0, 1.0}).tangent, (std::vector{0.0, 1.0, -infinity}));
  CHECK(dad::vjp(g, x, std::array{0.0, 3.0, 0.0}).adjoint == std::vector{0.0, 3.0});
  CHECK(dad::vjp(g, x, std::array{1.0, 0.0, 0.0}).adjoint == std::vector{infinity, 0.0});
  CHECK(dad::vjp(g, x, std::array{0.0, 0.0, 0.0}).adjoint == std::vector{0.0, 0.0});
}

TEST_CASE("directions and seeds of another size are refused") {
  CHECK_THROWS_AS(dad::jvp(f, point, std::vector{1.0}), dad::shape_error);
  CHECK_THROWS_WITH(dad::jvp(f, point, std::vector{1.0}),
                    "dad: direction v of jvp has 1 entries, expected 3");
  CHECK_THROWS_WITH(dad::jvp(f, point, std::vector<double>(4)),
                    "dad: direction v of jvp has 4 entries, expected 3");
  CHECK_THROWS_WITH(dad::jvp(f, point, 1.0), "dad: direction v of jvp has 1 entries, expected 3");
  CHECK_THROWS_AS(dad::vjp(f, point, 1.0), dad::shape_error);
  CHECK_THROWS_WITH(dad::vjp(f, point, 1.0), "dad: seed w of vjp has 1 entries, expected 3");
  CHECK_THROWS_WITH(dad::vjp(f, point, std::vector<double>(5)),
                    "dad: seed w of vjp has 5 entries, expected 3");
  CHECK_THROWS_WITH(dad::vjp(f, point, std::vector<double>{}),
                    "dad: seed w of vjp has 0 entries, expected 3");
}

}  // namespace
