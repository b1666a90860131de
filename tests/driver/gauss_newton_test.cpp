// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// Products with Gauss-Newton matrices.

#include <dad/driver/gauss_newton.hpp>

#include <array>
#include <cmath>
#include <tuple>
#include <type_traits>
#include <vector>

#include "core/close.hpp"

namespace {

// r = (x0 x1, sin x1, x2^2, x0)
const auto residuals = [](const auto& x) { return std::vector{x[0] * x[1], sin(x[1]), x[2] * x[2], x[0]}; };
const std::vector<double> point{2.0, 0.5, 3.0};
const std::vector<double> v{0.3, -1.1, 0.7};

const double c = std::cos(0.5);
const double jacobian[4][3] = {{0.5, 2.0, 0.0}, {0.0, c, 0.0}, {0.0, 0.0, 6.0}, {1.0, 0.0, 0.0}};

// J' W J v by loops.
std::vector<double> by_loops(const std::array<std::array<double, 4>, 4>& w) {
  std::array<double, 4> tangent{}, weighted{};
  std::vector<double> product(3);
  for (std::size_t i = 0; i < 4; ++i)
    for (std::size_t k = 0; k < 3; ++k) tangent[i] += jacobian[i][k] * v[k];
  for (std::size_t i = 0; i < 4; ++i)
    for (std::size_t j = 0; j < 4; ++j) weighted[i] += w[i][j] * tangent[j];
  for (std::size_t i = 0; i < 4; ++i)
    for (std::size_t k = 0; k < 3; ++k) product[k] += jacobian[i][k] * weighted[i];
  return product;
}

TEST_CASE("the product is that with the dense matrix") {
  const auto expected = by_loops({{{1, 0, 0, 0}, {0, 1, 0, 0}, {0, 0, 1, 0}, {0, 0, 0, 1}}});
  const auto [r, product] = dad::value_and_gauss_newton_product(residuals, point, v);
  STATIC_REQUIRE(std::is_same_v<decltype(r), const std::vector<double>>);
  STATIC_REQUIRE(std::is_same_v<decltype(product), const std::vector<double>>);
  CHECK_ROW(r, (std::vector{1.0, std::sin(0.5), 9.0, 2.0}));
  CHECK_ROW(product, expected);
  CHECK(dad::gauss_newton_product(residuals, point, v) == product);
}

TEST_CASE("with a loss of the results, its Hessian stands between") {
  // log sum exp has the Hessian diag(p) - p p' for p = softmax.
  const std::array<double, 4> y{1.0, std::sin(0.5), 9.0, 2.0};
  double sum = 0;
  for (const double yi : y) sum += std::exp(yi);
  std::array<std::array<double, 4>, 4> w{};
  for (std::size_t i = 0; i < 4; ++i)
    for (std::size_t j = 0; j < 4; ++j) {
      const double p = std::exp(y[i]) / sum, q = std::exp(y[j]) / sum;
      w[i][j] = (i == j ? p : 0.0) - p * q;
    }
  const auto loss = [](const auto& u) { return log_sum_exp(u); };
  const auto [value, product] = dad::value_and_gauss_newton_product(residuals, loss, point, v);
  CHECK(value == close_to(std::log(sum)));
  CHECK_ROW(product, by_loops(w), 1e-12, 1e-14);
  CHECK(dad::gauss_newton_product(residuals, loss, point, v) == product);

  // Half the sum of squares is the plain product.
  const auto squares = [](const auto& u) { return dot(u, u) / 2; };
  CHECK_ROW(dad::gauss_newton_product(residuals, squares, point, v),
            dad::gauss_newton_product(residuals, point, v));
}

TEST_CASE("where residuals are linear it is the Hessian's product, elsewhere it is not") {
  const auto linear = [](const auto& x) {
    return std::array{3 * x[0] - x[1] + 2, x[2] - 4 * x[0], x[1] + x[2] - 1.5, 0.5 * x[2]};
  };
  const auto loss = [](const auto& y) { return exp(y[0] / 5) + y[1] * y[1] * y[2] - cos(y[3]); };
  const auto composed = [&](const auto& x) { return loss(linear(x)); };
  CHECK_ROW(dad::gauss_newton_product(linear, loss, point, v), dad::hvp(composed, point, v), 1e-12, 1e-12);

  const auto bent = [&](const auto& x) { return loss(residuals(x)); };
  CHECK(difference(dad::gauss_newton_product(residuals, loss, point, v), dad::hvp(bent, point, v)) != "");
}

TEST_CASE("weights and residuals of other structures") {
  const auto square_of = [](const auto& x) { return x * x; };
  CHECK(dad::gauss_newton_product(square_of, 3.0, 0.5) == 18.0);
  CHECK(dad::gauss_newton_product(square_of, square_of, 3.0, 0.5) == 36.0);
  CHECK(dad::gauss_newton_product(square_of, 3, 1) == 36.0);

  const auto g = [](const auto& x, const auto& ys, int k) {
    return std::tuple{k * x, std::vector{ys[1] * ys[1], x}, 8};
  };
  const std::tuple x{2.0, std::array{3.0, 5.0}, 7};
  const std::tuple direction{1.0, std::array{10.0, 100.0}, 0};
  const auto product = dad::gauss_newton_product(g, x, direction);
  STATIC_REQUIRE(std::is_same_v<decltype(product), const std::tuple<double, std::array<double, 2>, int>>);
  CHECK(product == std::tuple{50.0, std::array{0.0, 10'000.0}, 7});
  // A loss of several results: H = diag(2 * 8, 0, 4), for 8 a^2 + 2 b1^2.
  const auto loss = [](const auto& a, const auto& b, int k) { return k * a * a + 2 * b[1] * b[1]; };
  CHECK(dad::gauss_newton_product(g, loss, x, direction) ==
        std::tuple{49.0 * 16 + 4, std::array{0.0, 0.0}, 7});

  STATIC_REQUIRE(std::is_same_v<decltype(dad::gauss_newton_product(square_of, 2.0F, 1)), float>);
  CHECK(dad::gauss_newton_product([](const auto&) { return 7; }, point, v) == std::vector(3, 0.0));
}

TEST_CASE("a product inside a derivative") {
  // J' J v = 4 x^2 v for r = x^2.
  const auto product = [](const auto& x) {
    return dad::gauss_newton_product([](const auto& u) { return u * u; }, x, 0.5);
  };
  CHECK(product(3.0) == 18.0);
  CHECK(dad::derivative(product, 3.0) == close_to(12.0));
}

TEST_CASE("a direction of another size than the weights is refused") {
  CHECK_THROWS_AS(dad::gauss_newton_product(residuals, point, 1.0), dad::shape_error);
  CHECK_THROWS_WITH(dad::gauss_newton_product(residuals, point, std::vector<double>(4)),
                    "dad: direction v of gauss_newton_product has 4 entries, expected 3");
  const auto loss = [](const auto& u) { return log_sum_exp(u); };
  CHECK_THROWS_WITH(dad::gauss_newton_product(residuals, loss, point, std::vector<double>(2)),
                    "dad: direction v of gauss_newton_product has 2 entries, expected 3");
}

}  // namespace
