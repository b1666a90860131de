// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// Gradients at points of plain structure, against closed forms.

#include <dad/driver/reverse.hpp>

#include <array>
#include <cmath>
#include <deque>
#include <limits>
#include <list>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <tuple>
#include <type_traits>
#include <vector>

#include "core/close.hpp"

namespace {

template <class A, class B>
constexpr bool same = std::is_same_v<A, B>;

// f = sum_i (i + 1) x_i^2 sin x_0
const auto weighted = [](const auto& x) {
  auto sum = 0 * x[0];
  for (std::size_t i = 0; i < x.size(); ++i) sum += static_cast<double>(i + 1) * x[i] * x[i];
  return sum * sin(x[0]);
};
template <class X>
std::vector<double> weighted_gradient(const X& x) {
  double sum = 0.0;
  for (std::size_t i = 0; i < x.size(); ++i) {
    const double xi = static_cast<double>(x[i]);
    sum += static_cast<double>(i + 1) * xi * xi;
  }
  const double x0 = static_cast<double>(x[0]);
  std::vector<double> gradient;
  for (std::size_t i = 0; i < x.size(); ++i)
    gradient.push_back(2 * static_cast<double>(i + 1) * static_cast<double>(x[i]) * std::sin(x0));
  gradient[0] += sum * std::cos(x0);
  return gradient;
}

TEST_CASE("Rosenbrock in ten dimensions") {
  const auto rosenbrock = [](const auto& x) {
    auto sum = 0 * x[0];
    for (std::size_t i = 0; i + 1 < x.size(); ++i)
      sum += 100 * square(x[i + 1] - x[i] * x[i]) + square(1 - x[i]);
    return sum;
  };
  std::vector<double> x, expected(10);
  for (int i = 0; i < 10; ++i) x.push_back(-1.2 + 0.31 * i);
  double value = 0.0;
  for (std::size_t i = 0; i < 9; ++i) {
    const double r = x[i + 1] - x[i] * x[i];
    value += 100 * r * r + (1 - x[i]) * (1 - x[i]);
    expected[i] += -400 * x[i] * r - 2 * (1 - x[i]);
    expected[i + 1] += 200 * r;
  }
  const auto [y, gradient] = dad::value_and_gradient(rosenbrock, x);
  CHECK(y == close_to(value));
  CHECK_ROW(gradient, expected, 1e-12, 1e-11);
  CHECK(dad::gradient(rosenbrock, std::vector<double>(10, 1.0)) == std::vector<double>(10, 0.0));
}

TEST_CASE("the gradient has the structure of the point") {
  const std::vector<double> v{0.3, -1.2, 2.0};
  const auto expected = weighted_gradient(v);
  SECTION("vector and array") {
    const auto g = dad::gradient(weighted, v);
    STATIC_REQUIRE(same<decltype(g), const std::vector<double>>);
    CHECK_ROW(g, expected);
    const auto a = dad::gradient(weighted, std::array{0.3, -1.2, 2.0});
    STATIC_REQUIRE(same<decltype(a), const std::array<double, 3>>);
    CHECK_ROW(a, expected);
  }
  SECTION("a span's gradient is a vector") {
    const auto g = dad::gradient(weighted, std::span<const double>(v));
    STATIC_REQUIRE(same<decltype(g), const std::vector<double>>);
    CHECK_ROW(g, expected);
    std::vector<double> w = v;
    CHECK_ROW(dad::gradient(weighted, std::span(w)), expected);
    CHECK_ROW(dad::gradient(weighted, std::span(w).first<2>()), weighted_gradient(std::array{0.3, -1.2}));
  }
  SECTION("deque") {
    const auto g = dad::gradient(weighted, std::deque<double>(v.begin(), v.end()));
    STATIC_REQUIRE(same<decltype(g), const std::deque<double>>);
    CHECK_ROW(g, expected);
  }
  SECTION("integers are promoted") {
    const auto g = dad::gradient(weighted, std::vector<int>{2, -1, 3});
    STATIC_REQUIRE(same<decltype(g), const std::vector<double>>);
    CHECK_ROW(g, weighted_gradient(std::vector<int>{2, -1, 3}));
    const auto a = dad::gradient(weighted, std::array<unsigned, 2>{2, 3});
    STATIC_REQUIRE(same<decltype(a), const std::array<double, 2>>);
    CHECK_ROW(a, weighted_gradient(std::array{2, 3}));
  }
  SECTION("floats are widened, their gradients narrowed") {
    const std::vector<float> f{0.5F, -1.25F, 2.0F};
    const auto [value, g] = dad::value_and_gradient(weighted, f);
    STATIC_REQUIRE(same<decltype(value), const double>);
    STATIC_REQUIRE(same<decltype(g), const std::vector<float>>);
    const auto wide = weighted_gradient(f);
    for (std::size_t i = 0; i < 3; ++i) CHECK(g[i] == static_cast<float>(wide[i]));
    CHECK(value == weighted(std::vector<double>{0.5, -1.25, 2.0}));
  }
}

TEST_CASE("points of one variable") {
  const auto f = [](const auto& x) { return x * sin(x); };
  const auto [value, slope] = dad::value_and_gradient(f, 2.0);
  CHECK(value == 2 * std::sin(2.0));
  CHECK(slope == close_to(std::sin(2.0) + 2 * std::cos(2.0)));
  STATIC_REQUIRE(same<decltype(dad::gradient(f, 2.0)), double>);
  STATIC_REQUIRE(same<decltype(dad::gradient(f, 2)), double>);
  STATIC_REQUIRE(same<decltype(dad::gradient(f, 2.0F)), float>);
  CHECK(dad::gradient(f, 2) == slope);
  CHECK(dad::gradient(f, 2.0F) == static_cast<float>(slope));
  CHECK(dad::gradient([](const auto&) { return 7; }, 2.0) == 0.0);
  STATIC_REQUIRE(same<decltype(dad::value_and_gradient(f, 2.0F).value), double>);
}

TEST_CASE("a tuple or pair gives several arguments") {
  const auto f = [](const auto& x, const auto& ys, int k) { return x * x * ys[0] + k * ys[1]; };
  const auto g = dad::gradient(f, std::tuple{3.0, std::vector{2.0, 5.0}, 7});
  STATIC_REQUIRE(same<decltype(g), const std::tuple<double, std::vector<double>, int>>);
  CHECK(std::get<0>(g) == 12.0);
  CHECK(std::get<1>(g) == std::vector{9.0, 7.0});
  CHECK(std::get<2>(g) == 7);
  const auto p = dad::gradient([](const auto& x, const auto& y) { return x / y; }, std::pair{3.0, 2.0});
  STATIC_REQUIRE(same<decltype(p), const std::pair<double, double>>);
  CHECK(p == std::pair{0.5, -0.75});
  const auto one = dad::gradient([](const auto& x) { return x * x; }, std::tuple{3.0});
  CHECK(std::get<0>(one) == 6.0);
  SECTION("ints beside reals are data, ints alone are a point") {
    const auto ints = dad::gradient([](const auto& a, const auto& b) { return a * a * b; }, std::tuple{3, 2});
    STATIC_REQUIRE(same<decltype(ints), const std::tuple<double, double>>);
    CHECK(ints == std::tuple{12.0, 9.0});
    CHECK(
        std::get<0>(dad::gradient([](const auto& x, bool flag,
                                     const std::string& name) { return flag && name == "twice" ? 2 * x : x; },
                                  std::tuple{3.0, true, std::string("twice")})) == 2.0);
  }
  SECTION("floats and doubles mix") {
    const auto mixed =
        dad::gradient([](const auto& a, const auto& b) { return a * b; }, std::tuple{1.5F, 2.0});
    STATIC_REQUIRE(same<decltype(mixed), const std::tuple<float, double>>);
    CHECK(std::get<0>(mixed) == 2.0F);
    CHECK(std::get<1>(mixed) == 1.5);
  }
}

TEST_CASE("nested containers") {
  const auto total = [](const auto& rows) {
    auto sum = 0 * rows[0][0];
    for (std::size_t i = 0; i < rows.size(); ++i)
      for (const auto& x : rows[i]) sum += static_cast<double>(i + 1) * x * x;
    return sum;
  };
  using ragged = std::vector<std::vector<double>>;
  CHECK(dad::gradient(total, ragged{{1, 2}, {3}, {}, {4, 5}}) == ragged{{2, 4}, {12}, {}, {32, 40}});
  using block = std::array<std::array<double, 2>, 2>;
  CHECK(dad::gradient(total, block{{{1, 2}, {3, 4}}}) == block{{{2, 4}, {12, 16}}});
  SECTION("optional, list and map") {
    const auto f = [](const auto& o, const auto& l, const auto& m) {
      return (o ? *o * *o : l.front()) + 3 * l.back() * m.at("a") + m.at("b");
    };
    using point = std::tuple<std::optional<double>, std::list<double>, std::map<std::string, double>>;
    const auto g = dad::gradient(f, point{4.0, {1.0, 2.0}, {{"a", 5.0}, {"b", 6.0}}});
    STATIC_REQUIRE(same<decltype(g), const point>);
    CHECK(g == point{8.0, {0.0, 15.0}, {{"a", 6.0}, {"b", 1.0}}});
    const auto empty = dad::gradient(f, point{std::nullopt, {1.0, 2.0}, {{"a", 5.0}, {"b", 6.0}}});
    CHECK(empty == point{std::nullopt, {1.0, 15.0}, {{"a", 6.0}, {"b", 1.0}}});
  }
}

TEST_CASE("results that do not depend on the point have a zero gradient") {
  const std::vector<double> x{1.0, 2.0}, zero{0.0, 0.0};
  CHECK(dad::gradient([](const auto&) { return 3; }, x) == zero);
  CHECK(dad::gradient([](const auto&) { return 3.5; }, x) == zero);
  CHECK(dad::gradient([](const auto& u) { return std::remove_cvref_t<decltype(u[0])>(2); }, x) == zero);
  CHECK(dad::gradient([](const auto& u) { return floor(u[0]); }, x) == zero);
  CHECK(dad::gradient([](const auto& u) { return dad::value(u[0]); }, x) == zero);
  CHECK(dad::value_and_gradient([](const auto&) { return 3; }, x).value == 3.0);
  CHECK(dad::gradient([](const auto& u) { return u[1]; }, x) == std::vector{0.0, 1.0});
}

TEST_CASE("a point may be empty") {
  const auto [value, gradient] = dad::value_and_gradient(
      [](const auto& x) { return 1.0 + static_cast<double>(x.size()); }, std::vector<double>{});
  CHECK(value == 1.0);
  CHECK(gradient.empty());
}

TEST_CASE("NaN and infinity are answers, and stay where they belong") {
  const double nan = std::numeric_limits<double>::quiet_NaN(),
               infinity = std::numeric_limits<double>::infinity();
  // sqrt has an infinite slope at 0, but the other inputs have nothing to do with it.
  const auto g =
      dad::gradient([](const auto& x) { return sqrt(x[0]) + x[1] * x[2]; }, std::vector{0.0, 2.0, 3.0});
  CHECK(g == std::vector{infinity, 3.0, 2.0});
  const auto masked =
      dad::gradient([](const auto& x) { return 0.0 * sqrt(x[0]) + x[1]; }, std::vector{0.0, 2.0});
  CHECK(masked == std::vector{0.0, 1.0});
  CHECK_ROW(dad::gradient([](const auto& x) { return log(x[0]) + x[1]; }, std::vector{-1.0, 2.0}),
            (std::vector{-1.0, 1.0}));
  CHECK_ROW(dad::gradient([](const auto& x) { return x[0] * x[1]; }, std::vector{nan, 2.0}),
            (std::vector{2.0, nan}));
}

}  // namespace
