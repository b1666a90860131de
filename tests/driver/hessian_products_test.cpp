// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// Products of a Hessian with many directions, in one call (hvp of a matrix) or one after another (hvp_at),
// and the check for results that are not finite.

#include <dad/driver/hessian.hpp>
#include <dad/driver/hvp_at.hpp>
#include <dad/rule/checkpoint.hpp>

#include <array>
#include <cmath>
#include <limits>
#include <tuple>
#include <type_traits>
#include <vector>

#include "core/close.hpp"

namespace {

template <class X>
using element = std::remove_cvref_t<decltype(std::declval<const X&>()[0])>;

std::vector<double> entries(const dad::matrix& m) { return {m.data(), m.data() + m.size()}; }

std::vector<double> point(std::size_t n) {
  std::vector<double> x(n);
  for (std::size_t k = 0; k < n; ++k) x[k] = 1.2 + 0.5 * std::sin(1.0 + static_cast<double>(k));
  return x;
}

dad::matrix directions(std::size_t count, std::size_t n) {
  dad::matrix v(count, n);
  for (std::size_t i = 0; i < v.size(); ++i) v.data()[i] = std::cos(static_cast<double>(3 * i));
  return v;
}

std::vector<double> product(const dad::matrix& v, const std::vector<double>& hessian, std::size_t n) {
  std::vector<double> rows(v.rows() * n, 0.0);
  for (std::size_t r = 0; r < v.rows(); ++r)
    for (std::size_t i = 0; i < n; ++i)
      for (std::size_t j = 0; j < n; ++j) rows[r * n + i] += hessian[i * n + j] * v(r, j);
  return rows;
}

/// A function and its Hessian in closed form.
struct product_of_all {  // H_ij = P / (x_i x_j), and 0 on the diagonal
  template <class X>
  auto operator()(const X& x) const {
    element<X> p = x[0];
    for (std::size_t k = 1; k < x.size(); ++k) p *= x[k];
    return p;
  }
  static std::vector<double> hessian(const std::vector<double>& x) {
    double p = 1.0;
    for (const double u : x) p *= u;
    std::vector<double> h;
    for (std::size_t i = 0; i < x.size(); ++i)
      for (std::size_t j = 0; j < x.size(); ++j) h.push_back(i == j ? 0.0 : p / (x[i] * x[j]));
    return h;
  }
};
struct log_of_exponentials {  // H = diag(p) - p p^T, p the share of each
  template <class X>
  auto operator()(const X& x) const {
    element<X> sum(0);
    for (const auto& u : x) sum += exp(u);
    return log(sum);
  }
  static std::vector<double> hessian(const std::vector<double>& x) {
    double sum = 0.0;
    for (const double u : x) sum += std::exp(u);
    std::vector<double> h;
    for (std::size_t i = 0; i < x.size(); ++i)
      for (std::size_t j = 0; j < x.size(); ++j) {
        const double p = std::exp(x[i]) / sum, q = std::exp(x[j]) / sum;
        h.push_back((i == j ? p : 0.0) - p * q);
      }
    return h;
  }
};
struct increments {  // (sum_k k x_k^2)^2 / 2 - 3 x_0: H_ij = 4 ij x_i x_j + 2 i s on the diagonal
  template <class X>
  auto operator()(const X& x) const {
    element<X> s(0);
    for (std::size_t k = 0; k < x.size(); ++k) s += static_cast<double>(k) * x[k] * x[k];
    return 0.5 * s * s - 3 * x[0];
  }
  static std::vector<double> hessian(const std::vector<double>& x) {
    double s = 0.0;
    for (std::size_t k = 0; k < x.size(); ++k) s += static_cast<double>(k) * x[k] * x[k];
    std::vector<double> h;
    for (std::size_t i = 0; i < x.size(); ++i)
      for (std::size_t j = 0; j < x.size(); ++j) {
        const double a = static_cast<double>(i), b = static_cast<double>(j);
        h.push_back(4 * a * b * x[i] * x[j] + (i == j ? 2 * a * s : 0.0));
      }
    return h;
  }
};

struct tower {  // x_0^(x_1 x_2 ...), link by link: with g the gradient of its logarithm q l, H = f (g g^T +
                // g')
  template <class X>
  auto operator()(const X& x) const {
    element<X> s = x[0];
    for (std::size_t k = 1; k < x.size(); ++k) s = exp(x[k] * log(s));
    return s;
  }
  static std::vector<double> hessian(const std::vector<double>& x) {
    const double l = std::log(x[0]);
    double q = 1.0;
    for (std::size_t k = 1; k < x.size(); ++k) q *= x[k];
    const double f = std::exp(q * l);
    const auto g = [&](std::size_t i) { return i == 0 ? q / x[0] : q * l / x[i]; };
    std::vector<double> h;
    for (std::size_t i = 0; i < x.size(); ++i)
      for (std::size_t j = 0; j < x.size(); ++j) {
        double second = q * l / (x[i] * x[j]);
        if (i == j) second = i == 0 ? -q / (x[0] * x[0]) : 0.0;
        if (i != j && (i == 0 || j == 0)) second = q / (x[i] * x[j]);
        h.push_back(f * (g(i) * g(j) + second));
      }
    return h;
  }
};
struct differences {  // x_0 - sum_k x_k x_{k+1}, rows with products that are subtracted: -1 beside the
                      // diagonal
  template <class X>
  auto operator()(const X& x) const {
    element<X> s = x[0];
    for (std::size_t k = 0; k + 1 < x.size(); ++k) s = s - x[k] * x[k + 1];
    return s;
  }
  static std::vector<double> hessian(const std::vector<double>& x) {
    const std::size_t n = x.size();
    std::vector<double> h(n * n, 0.0);
    for (std::size_t k = 0; k + 1 < n; ++k) h[k * n + k + 1] = h[(k + 1) * n + k] = -1.0;
    return h;
  }
};

template <class F>
void check_all(const F& f, std::size_t most = 40) {
  for (const std::size_t n : {1u, 2u, 7u, 16u, 17u, 32u, 33u, 40u}) {
    if (n > most) continue;
    CAPTURE(n);
    const auto x = point(n);
    const auto expected = F::hessian(x);
    const auto [value, h] = dad::value_and_hessian(f, x);
    CHECK(value == close_to(f(x)));
    CHECK_ROW(entries(h), expected, 1e-12, 1e-14);
    for (std::size_t i = 0; i < n; ++i)
      for (std::size_t j = 0; j < i; ++j) REQUIRE(h(i, j) == h(j, i));
    for (const std::size_t count : {0u, 1u, 2u, 8u, 9u, 19u, 35u}) {
      const dad::matrix v = directions(count, n);
      const auto [y, p] = dad::value_and_hvp(f, x, v);
      CHECK(y == value);
      CHECK(p.rows() == count);
      CHECK(p.cols() == n);
      CHECK_ROW(entries(p), product(v, expected, n), 1e-11, 1e-12);
    }
    auto map = dad::hvp_at(f, x);
    CHECK(map.value() == value);
    CHECK(map.size() == n);
    CHECK_ROW(map.gradient(), dad::gradient(f, x), 1e-13, 1e-14);
    const dad::matrix v = directions(3, n);
    CHECK_ROW(entries(map(v)), product(v, expected, n), 1e-11, 1e-12);
    for (std::size_t r = 0; r < 3; ++r) {
      const std::vector<double> row(v.row(r).begin(), v.row(r).end());
      CHECK_ROW(map(row), dad::hvp(f, x, row), 1e-12, 1e-13);
    }
  }
}

TEST_CASE("Hessians and products in closed form, across the sizes of blocks") {
  check_all(product_of_all{});
  check_all(log_of_exponentials{});
  check_all(increments{});
  check_all(tower{}, 7);
  check_all(differences{});
}

TEST_CASE("inputs that enter linearly, or not at all") {
  const auto f = [](const auto& x) { return 3 * x[0] + x[1] * x[3] * x[3] - x[4]; };
  const std::vector x{1.0, 2.0, 3.0, 5.0, 7.0};
  std::vector<double> expected(25, 0.0);
  expected[1 * 5 + 3] = expected[3 * 5 + 1] = 10;
  expected[3 * 5 + 3] = 4;
  CHECK(entries(dad::hessian(f, x)) == expected);
  const dad::matrix v = directions(4, 5);
  CHECK_ROW(entries(dad::hvp(f, x, v)), product(v, expected, 5));
  CHECK(entries(dad::hvp([](const auto& u) { return 2 * u[0]; }, x, v)) == std::vector<double>(20, 0.0));
  CHECK(entries(dad::hvp([](const auto&) { return 2; }, x, v)) == std::vector<double>(20, 0.0));
  CHECK(entries(dad::hvp([](const auto& u) { return u[2]; }, x, v)) == std::vector<double>(20, 0.0));
}

TEST_CASE("where a first adjoint is zero, its tangent is not") {
  // In (x_0 - x_1) sin(x_2) at x_0 = x_1, the sine's adjoint is zero.
  const auto f = [](const auto& x) {
    const auto difference = x[0] - x[1];
    const auto sine = sin(x[2]);
    return difference * sine + square(difference) * x[3];
  };
  const double c = std::cos(0.7);
  CHECK_ROW(entries(dad::hessian(f, std::vector{0.5, 0.5, 0.7, 3.0})),
            (std::vector<double>{6, -6, c, 0, -6, 6, -c, 0, c, -c, 0, 0, 0, 0, 0, 0}));
}

TEST_CASE("many values of one, whose adjoints come and go while it is kept") {
  // g(u) = (sum_i sin(i u))^2 at u = x_0 x_1
  const auto f = [](const auto& x) {
    const auto u = x[0] * x[1];
    auto sum = sin(u);
    for (int i = 2; i <= 30; ++i) {
      const auto angle = i * u;
      const auto sine = sin(angle);
      sum = sum + sine;
    }
    return sum * sum;
  };
  const double x = 0.3, y = 0.7;
  double s = 0.0, slope = 0.0, curvature = 0.0;
  for (int i = 1; i <= 30; ++i) {
    s += std::sin(i * x * y);
    slope += i * std::cos(i * x * y);
    curvature -= i * i * std::sin(i * x * y);
  }
  const double first = 2 * s * slope, second = 2 * slope * slope + 2 * s * curvature;
  CHECK_ROW(entries(dad::hessian(f, std::array{x, y})),
            (std::vector{second * y * y, second * x * y + first, second * x * y + first, second * x * x}),
            1e-12, 1e-10);
}

TEST_CASE("zero seeds mask what is singular, in every lane of its own") {
  const double infinity = std::numeric_limits<double>::infinity();
  const auto f = [](const auto& x) { return sqrt(x[0]) + x[1] * x[1] * x[2]; };
  const std::vector x{0.0, 2.0, 3.0};
  CHECK(entries(dad::hessian(f, x)) == std::vector<double>{-infinity, 0, 0, 0, 6, 4, 0, 4, 0});
  dad::matrix v(2, 3);
  v(0, 1) = 1;
  v(1, 0) = 1;
  CHECK(entries(dad::hvp(f, x, v)) == std::vector<double>{0, 6, 4, -infinity, 0, 0});
}

TEST_CASE("products at points of other structures") {
  const auto f = [](const auto& x, const auto& ys, int k) { return k * x * x * ys[0] + ys[1] * ys[1] * x; };
  const std::tuple x{2.0, std::array{3.0, 5.0}, 7};
  auto map = dad::hvp_at(f, x);
  CHECK(map.value() == 134.0);
  CHECK(map.gradient() == std::tuple{109.0, std::array{28.0, 20.0}, 7});
  CHECK(map(std::tuple{1.0, std::array{0.0, -1.0}, 0}) == std::tuple{32.0, std::array{28.0, 6.0}, 7});
  dad::matrix v(1, 3);
  v(0, 0) = 1;
  v(0, 2) = -1;
  CHECK(entries(map(v)) == std::vector{32.0, 28.0, 6.0});
  CHECK(entries(dad::hvp(f, x, v)) == std::vector{32.0, 28.0, 6.0});

  const auto cube = [](const auto& u) { return u * u * u; };
  auto of_one = dad::hvp_at(cube, 2.0);
  CHECK(of_one.gradient() == 12.0);
  CHECK(of_one(0.5) == 6.0);
  CHECK(entries(dad::hvp(cube, 2.0, dad::matrix(3, 1, 0.5))) == std::vector{6.0, 6.0, 6.0});

  // A matrix may be the point, and a direction of its kind is one direction.
  const auto trace = [](const auto& m) { return m(0, 0) * m(0, 0) * m(1, 1); };
  dad::matrix m(2, 2, 3.0), w(2, 2, 1.0);
  CHECK(dad::hvp(trace, m, w)(0, 0) == 12.0);
  CHECK(dad::hvp(trace, m, w)(1, 1) == 6.0);

  // Directions in the caller's memory.
  const std::vector memory{1.0, 0.0, 9.0, 0.0, 1.0, 9.0};
  const auto g = [](const auto& u) { return u[0] * u[0] * u[1]; };
  CHECK(entries(dad::hvp(g, std::vector{2.0, 3.0}, dad::matrix_view(memory.data(), 2, 2, 3))) ==
        std::vector<double>{6, 4, 4, 0});
}

TEST_CASE("parts that are left to the sweep") {
  const auto f = [](const auto& x) {
    const auto inner = dad::checkpoint(product_of_all{});
    return 2 * inner(x) + x[0] * x[0];
  };
  for (const std::size_t n : {2u, 20u}) {
    const auto x = point(n);
    auto expected = product_of_all::hessian(x);
    for (double& e : expected) e *= 2;
    expected[0] += 2;
    CHECK_ROW(entries(dad::hessian(f, x)), expected, 1e-12, 1e-14);
    const dad::matrix v = directions(3, n);
    CHECK_ROW(entries(dad::hvp(f, x, v)), product(v, expected, n), 1e-12, 1e-12);
    auto map = dad::hvp_at(f, x);
    CHECK_ROW(map.gradient(), dad::gradient(f, x), 1e-13, 1e-14);
    CHECK_ROW(entries(map(v)), product(v, expected, n), 1e-12, 1e-12);
    CHECK_ROW(entries(map(v)), product(v, expected, n), 1e-12, 1e-12);
  }
}

TEST_CASE("inside another derivative") {
  // f(y) = x y0^2 y1: products with (1, 0) and (0, 1) are 2 x y1, 2 x y0 and 2 x y0, 0 at y = (3, x).
  const auto f = [](const auto& x) {
    using T = std::remove_cvref_t<decltype(x)>;
    const auto p = dad::hvp([&](const auto& y) { return x * y[0] * y[0] * y[1]; }, std::array{T(3), T(x)},
                            [] {
                              dad::matrix v(2, 2);
                              v(0, 0) = v(1, 1) = 1;
                              return v;
                            }());
    return p(0, 0) + 10 * p(0, 1) + 100 * p(1, 0);  // 2 x^2 + 660 x
  };
  CHECK(dad::derivative(f, 2.0) == 668.0);
}

TEST_CASE("a scalar of an outer derivative does not get lost inside") {
  const auto f = [](const auto& x) {
    const auto c = x[0];
    return x[0] * dad::hessian([&](const auto& y) { return c * y[0] * y[0]; }, std::vector{1.0, 2.0})(0, 0);
  };
  CHECK_THROWS_AS(dad::gradient(f, std::vector{3.0}), dad::tape_error);
}

TEST_CASE("directions of another size are refused") {
  const auto f = [](const auto& x) { return x[0] * x[1]; };
  const std::vector x{1.0, 2.0};
  CHECK_THROWS_AS(dad::hvp(f, x, dad::matrix(4, 3)), dad::shape_error);
  CHECK_THROWS_WITH(dad::hvp(f, x, dad::matrix(4, 3)), "dad: directions V of hvp have 3 columns, expected 2");
  auto map = dad::hvp_at(f, x);
  CHECK_THROWS_WITH(map(dad::matrix(2, 1)), "dad: directions V of hvp have 1 columns, expected 2");
  CHECK_THROWS_WITH(map(std::vector{1.0}), "dad: direction v of hvp has 1 entries, expected 2");
}

TEST_CASE("second derivatives that are not finite are refused where a check is asked for") {
  const auto f = [](const auto& x) { return x[0] + sqrt(x[1]) * x[2]; };
  const std::vector x{1.0, 0.0, 2.0};
  const auto message = [](const char* entry, const char* of, const char* made) {
    return std::string("dad: entry ") + entry + " of " + of +
           ", expected a finite number: f is not twice differentiable at this point, or a number of its "
           "computation overflows: " +
           made;
  };
  CHECK_NOTHROW(dad::hessian(f, x));
  CHECK_THROWS_AS(dad::hessian(f, x, {.check = true}), dad::domain_error);
  CHECK_THROWS_WITH(dad::hessian(f, x, {.check = true}),
                    message("(1, 1)", "the Hessian is -inf",
                            "operation 1, sqrt(x1) of 0 (tangent 1) gave 0 (tangent inf)"));
  CHECK_THROWS_WITH(
      dad::hvp(f, x, std::vector{0.0, 0.0, 1.0}, {.check = true}),
      message("(0, 1)", "the product with the Hessian is inf",
              "operation 1, sqrt(x1) of 0 (tangent 0) made the adjoint of x1 inf (tangent inf): "
              "partial inf (tangent 0), its own adjoint 2 (tangent 1)"));
  dad::matrix v(3, 3);
  v(2, 1) = 1;
  CHECK_THROWS_WITH(dad::hvp(f, x, v, {.check = true}),
                    message("(2, 1)", "the products with the Hessian is -inf",
                            "operation 1, sqrt(x1) of 0 (tangent 1) gave 0 (tangent inf)"));
  CHECK_NOTHROW(dad::hessian(f, std::vector{1.0, 1.0, 2.0}, {.check = true}));
  CHECK_NOTHROW(dad::hvp(f, x, std::vector{1.0, 0.0, 0.0}, {.check = true}));

  // Where value and gradient are finite, the second derivative alone is not; and what select does not take
  // makes no harm.
  const auto norm = [](const auto& u) {
    const dad::scope loss("loss");
    const auto taken = select(u[0] > 0.5, u[0] * u[2], sqrt(u[1]));
    const dad::scope inner("norm");
    return taken + pow(u[1], 1.5);
  };
  CHECK(dad::gradient(norm, x) == std::vector{2.0, 0.0, 1.0});
  const std::string made =
      "operation 3, pow(x1, 1.5 (tangent 0)) of 0 (tangent 1) and 1.5 (tangent 0) made "
      "the adjoint of x1 0 (tangent inf): partial 0 (tangent inf), its own adjoint 1 "
      "(tangent 0), in scope loss/norm";
  CHECK_THROWS_WITH(dad::hessian(norm, x, {.check = true}),
                    message("(1, 1)", "the Hessian is inf", made.c_str()));

  // Edges whose derivative is finite by convention are not seen.
  const auto edges = [](const auto& u) { return abs(u[0]) * u[1] + relu(u[0]); };
  CHECK_NOTHROW(dad::hessian(edges, std::vector{0.0, 1.0}, {.check = true}));
}

}  // namespace
