// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// Jacobians in both modes, and which mode is taken.

#include <dad/driver/jacobian.hpp>

#include <array>
#include <cmath>
#include <tuple>
#include <type_traits>
#include <vector>

#include "core/close.hpp"

namespace {

std::vector<double> entries(const dad::matrix& m) { return {m.data(), m.data() + m.size()}; }

/// Both modes and the automatic one give the expected matrix, and f's value.
template <class F, class X>
void check_jacobian(const F& f, const X& x, std::size_t rows, std::size_t cols,
                    const std::vector<double>& expected) {
  for (const dad::matrix& j : {dad::jacobian(f, x), dad::jacobian(f, x, dad::forward),
                               dad::jacobian(f, x, dad::reverse), dad::value_and_jacobian(f, x).jacobian}) {
    CHECK(j.rows() == rows);
    CHECK(j.cols() == cols);
    CHECK_ROW(entries(j), expected, 1e-12, 1e-15);
  }
}

TEST_CASE("spherical coordinates") {
  const auto f = [](const auto& x) {
    const auto& [r, theta, phi] = x;
    return std::array{r * sin(theta) * cos(phi), r * sin(theta) * sin(phi), r * cos(theta)};
  };
  const double r = 2.0, st = std::sin(0.7), ct = std::cos(0.7), sp = std::sin(1.9), cp = std::cos(1.9);
  const std::array x{2.0, 0.7, 1.9};
  check_jacobian(f, x, 3, 3,
                 {st * cp, r * ct * cp, -r * st * sp, st * sp, r * ct * sp, r * st * cp, ct, -r * st, 0.0});
  const auto [value, j] = dad::value_and_jacobian(f, x);
  STATIC_REQUIRE(std::is_same_v<decltype(value), const std::array<double, 3>>);
  STATIC_REQUIRE(std::is_same_v<decltype(j), const dad::matrix>);
  CHECK_ROW(value, (std::vector{r * st * cp, r * st * sp, r * ct}));
}

TEST_CASE("wide, tall and square, across the size of a block of directions") {
  // y_i = sum_j sin(i + j) x_j^2 / 2 : J(i, j) = sin(i + j) x_j
  for (const std::size_t n : {1u, 2u, 7u, 8u, 9u, 16u, 17u, 40u})
    for (const std::size_t m : {1u, 3u, 8u, 20u, 41u}) {
      CAPTURE(n, m);
      std::vector<double> x, expected;
      for (std::size_t j = 0; j < n; ++j) x.push_back(0.1 * static_cast<double>(j) - 0.4);
      const auto f = [m](const auto& u) {
        std::vector<std::remove_cvref_t<decltype(u[0])>> y(m);
        for (std::size_t i = 0; i < m; ++i)
          for (std::size_t j = 0; j < u.size(); ++j)
            y[i] += std::sin(static_cast<double>(i + j)) * square(u[j]) / 2;
        return y;
      };
      for (std::size_t i = 0; i < m; ++i)
        for (std::size_t j = 0; j < n; ++j) expected.push_back(std::sin(static_cast<double>(i + j)) * x[j]);
      check_jacobian(f, x, m, n, expected);
    }
}

TEST_CASE("a function is called once: with duals for up to eight inputs, else on the tape") {
  static int tangent_calls = 0, tape_calls = 0;
  const auto called = [&](std::size_t inputs, std::size_t outputs) {
    tangent_calls = tape_calls = 0;
    const auto f = [outputs](const auto& x) {
      using S = std::remove_cvref_t<decltype(x[0])>;
      ++(std::is_same_v<S, dad::var<>> ? tape_calls : tangent_calls);
      return std::vector<S>(outputs, x[0]);
    };
    (void)dad::jacobian(f, std::vector<double>(inputs, 1.0));
    return std::array{tangent_calls, tape_calls};
  };
  CHECK(called(2, 1) == std::array{1, 0});
  CHECK(called(8, 500) == std::array{1, 0});
  CHECK(called(9, 500) == std::array{0, 1});
  CHECK(called(100, 1) == std::array{0, 1});
  CHECK(called(100, 500) == std::array{0, 1});
}

TEST_CASE("points and results of any structure are counted in the order of their reals") {
  const auto f = [](const auto& x, const auto& ys, int k) {
    return std::tuple{x * ys[0], std::vector{k * ys[1], x}, 3.0, 4};
  };
  const std::tuple x{2.0, std::array{3.0, 5.0}, 7};
  for (const dad::matrix& j : {dad::jacobian(f, x), dad::jacobian(f, x, dad::reverse)}) {
    CHECK(j.rows() == 4);
    CHECK(j.cols() == 3);
    CHECK(entries(j) == std::vector<double>{3, 2, 0, 0, 0, 7, 1, 0, 0, 0, 0, 0});
  }
  const auto value = dad::value_and_jacobian(f, x).value;
  STATIC_REQUIRE(std::is_same_v<decltype(value), const std::tuple<double, std::vector<double>, double, int>>);
  CHECK(value == std::tuple{6.0, std::vector{35.0, 2.0}, 3.0, 4});
}

TEST_CASE("one input and one output") {
  check_jacobian([](const auto& x) { return x * x; }, 3.0, 1, 1, {6.0});
  check_jacobian([](const auto& x) { return x * x; }, 3, 1, 1, {6.0});
  check_jacobian(
      [](const auto& x) {
        return std::array{x, x * x, sin(x)};
      },
      0.5, 3, 1, {1.0, 1.0, std::cos(0.5)});
  check_jacobian([](const auto& x) { return x[0] * x[1]; }, std::array{3.0, 4.0}, 1, 2, {4.0, 3.0});
}

TEST_CASE("constant, plain and integer results have zero rows") {
  check_jacobian(
      [](const auto& x) {
        return std::array{x[0], std::remove_cvref_t<decltype(x[0])>(2)};
      },
      std::array{3.0, 4.0}, 2, 2, {1, 0, 0, 0});
  check_jacobian([](const auto&) { return std::array{1.5, 2.5}; }, std::array{3.0, 4.0}, 2, 2, {0, 0, 0, 0});
  check_jacobian([](const auto&) { return std::vector{1, 2, 3}; }, std::vector{3.0}, 3, 1, {0, 0, 0});
  check_jacobian([](const auto&) { return 5; }, std::vector<double>(12, 1.0), 1, 12,
                 std::vector<double>(12, 0.0));
  check_jacobian([](const auto&) { return 5; }, 1.0, 1, 1, {0.0});
}

TEST_CASE("no inputs and no outputs have a shape") {
  const auto nothing = [](const auto& x) { return std::vector<std::remove_cvref_t<decltype(x[0])>>{}; };
  check_jacobian(nothing, std::vector{1.0, 2.0}, 0, 2, {});
  const auto two = [](const auto& x) { return std::vector<std::remove_cvref_t<decltype(x[0])>>(2); };
  check_jacobian(two, std::vector<double>{}, 2, 0, {});
}

TEST_CASE("float points give a Jacobian in double") {
  const auto f = [](const auto& x) { return std::array{x[0] * x[1], x[1]}; };
  const auto j = dad::jacobian(f, std::array{0.1F, 0.2F});
  STATIC_REQUIRE(std::is_same_v<decltype(j), const dad::matrix>);
  CHECK(entries(j) == std::vector<double>{0.2F, 0.1F, 0.0, 1.0});
}

}  // namespace
