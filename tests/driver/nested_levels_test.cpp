// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// Derivatives inside derivatives as they occur: second derivatives inside, three levels, norms of gradients,
// implicit functions, the same function at several levels.

#include <dad/driver/hessian.hpp>
#include <dad/driver/jacobian.hpp>

#include <array>
#include <cmath>
#include <tuple>
#include <vector>

#include "core/close.hpp"

namespace {

template <class V>
using element = std::remove_cvref_t<decltype(std::declval<V&>()[0])>;

TEST_CASE("hessian and hvp inside") {
  // g(y) = x y0^2 y1 + x^2 y1: H = [2 x y1, 2 x y0; 2 x y0, 0]
  const auto hessian_entry = [](const auto& x) {
    using T = std::remove_cvref_t<decltype(x)>;
    const auto h = dad::hessian([&](const auto& y) { return x * y[0] * y[0] * y[1] + x * x * y[1]; },
                                std::array{T(3), T(5)});
    return x * (h(0, 0) + 100 * h(0, 1) + h(1, 1));  // x (10 x + 600 x)
  };
  CHECK(dad::derivative(hessian_entry, 2.0) == 2440.0);
  CHECK(dad::gradient([&](const auto& x) { return hessian_entry(x[0]); }, std::vector{2.0})[0] == 2440.0);

  const auto product_entry = [](const auto& x) {
    using T = std::remove_cvref_t<decltype(x)>;
    const auto p = dad::hvp([&](const auto& y) { return x * y[0] * y[0] * y[1] + x * x * y[1]; },
                            std::array{T(3), T(5)}, std::array{x, T(1)});
    return p[0] + 100 * p[1];  // 10 x^2 + 6 x + 600 x^2
  };
  CHECK(dad::derivative(product_entry, 2.0) == 2 * 610 * 2.0 + 6);
  CHECK(dad::gradient([&](const auto& x) { return product_entry(x[0]); }, std::vector{2.0})[0] ==
        2 * 610 * 2.0 + 6);
}

TEST_CASE("derivatives inside a Hessian and a product with it") {
  // f(x) = x0 d/dy (x0 y^2 + x1 y^3) at y = x1: 2 x0^2 x1 + 3 x0 x1^3
  const auto f = [](const auto& x) {
    return x[0] * dad::derivative([&](const auto& y) { return x[0] * y * y + x[1] * y * y * y; }, x[1]);
  };
  const auto g = [](const auto& x) {
    return x[0] * dad::gradient([&](const auto& y) { return x[0] * y[0] * y[0] + x[1] * y[0] * y[0] * y[0]; },
                                std::vector{x[1]})[0];
  };
  const std::vector x{2.0, 3.0};
  const std::vector<double> expected{4 * 3.0, 4 * 2.0 + 9 * 9.0, 4 * 2.0 + 9 * 9.0, 18 * 2.0 * 3.0};
  const auto check = [&](const auto& function) {
    const auto h = dad::hessian(function, x);
    CHECK_ROW(std::vector<double>(h.data(), h.data() + 4), expected);
    CHECK_ROW(dad::hvp(function, x, std::vector{1.0, -1.0}),
              (std::vector{expected[0] - expected[1], expected[2] - expected[3]}));
  };
  // With x1 = d/dy's own point: d/dx1 goes through both; the plain value is checked too.
  CHECK(dad::value_and_gradient(f, x).value == 2 * 4 * 3 + 3 * 2 * 27.0);
  check(f);
  check(g);
}

TEST_CASE("three levels") {
  // d/dx x d/dy y d/dz (x y z + z^2 y) at z = 2, y = 3: inner x y + 4 y, times y: (x + 4) y^2, slope 2 (x +
  // 4) 3
  const auto mixed_points = [](const auto& x) {
    return x * dad::derivative(
                   [&](const auto& y) {
                     return y * dad::derivative([&](const auto& z) { return x * y * z + z * z * y; }, 2.0);
                   },
                   3.0);
  };
  CHECK(dad::derivative(mixed_points, 5.0) == 6 * (2 * 5 + 4.0));
  CHECK(dad::gradient([&](const auto& x) { return mixed_points(x[0]); }, std::vector{5.0})[0] ==
        6 * (2 * 5 + 4.0));

  const auto typed_points = [](const auto& x) {
    using T = std::remove_cvref_t<decltype(x)>;
    return x * dad::gradient(
                   [&](const auto& y) {
                     using U = element<decltype(y)>;
                     return y[0] *
                            dad::gradient([&](const auto& z) { return x * y[0] * z[0] + z[0] * z[0] * y[0]; },
                                          std::vector{U(2)})[0];
                   },
                   std::vector{T(3)})[0];
  };
  CHECK(dad::derivative(typed_points, 5.0) == 6 * (2 * 5 + 4.0));
  CHECK(dad::gradient([&](const auto& x) { return typed_points(x[0]); }, std::vector{5.0})[0] ==
        6 * (2 * 5 + 4.0));
}

TEST_CASE("the derivative of a gradient's norm") {
  // f = x y0^2 + y1: grad_y = (2 x y0, 1)
  const auto steepness = [](const auto& x) {
    using T = std::remove_cvref_t<decltype(x)>;
    return norm(
        dad::gradient([&](const auto& y) { return x * y[0] * y[0] + y[1]; }, std::vector{T(1.5), T(7)}));
  };
  const double x = 0.8, expected = 4 * 1.5 * 1.5 * x / std::hypot(2 * x * 1.5, 1.0);
  CHECK(dad::derivative(steepness, x) == close_to(expected));
  CHECK(dad::gradient([&](const auto& u) { return steepness(u[0]); }, std::vector{x})[0] ==
        close_to(expected));

  // The gradient of |grad f|^2 / 2 is H grad f.
  const auto f = [](const auto& y) { return sin(y[0]) * y[1] + y[0] * y[0] * y[2] + exp(y[1] * y[2]); };
  const auto half_square = [&](const auto& y) {
    const auto g = dad::gradient(f, y);
    return dot(g, g) / 2;
  };
  const std::vector y{0.4, -0.6, 1.1};
  CHECK_ROW(dad::gradient(half_square, y), dad::hvp(f, y, dad::gradient(f, y)), 1e-12, 1e-14);
}

TEST_CASE("the same function at two levels") {
  const auto g = [](const auto& x) { return sin(x) * x; };
  const double x = 0.9, s = std::sin(x), c = std::cos(x);
  const auto slope = [&](const auto& u) { return dad::derivative(g, u); };
  CHECK(dad::derivative(slope, x) == close_to(2 * c - x * s));
  CHECK(dad::derivative([&](const auto& u) { return dad::derivative(slope, u); }, x) ==
        close_to(-3 * s - x * c));
  CHECK(dad::derivative([&](const auto& u) { return dad::derivative<2>(g, u) * u; }, x) ==
        close_to(-3 * s * x - x * x * c + 2 * c - x * s));
  const auto mixed = [&](const auto& u) { return g(u) * dad::derivative(g, g(u)); };
  const double y = s * x, dy = c * x + s;
  CHECK(dad::derivative(mixed, x) ==
        close_to(dy * (std::cos(y) * y + std::sin(y)) + y * (2 * std::cos(y) - y * std::sin(y)) * dy));
}

TEST_CASE("an inner minimisation by Newton steps, differentiated by the outer parameter") {
  // argmin_y cosh(y - x^2) + ...: y = x^2, so the derivative is 2 x.
  const auto argmin = [](const auto& x) {
    auto y = 0.9 * x * x;
    const auto energy = [&](const auto& u) { return cosh(u - x * x); };
    for (int i = 0; i < 6; ++i) y = y - dad::derivative(energy, y) / dad::derivative<2>(energy, y);
    return y;
  };
  CHECK(argmin(0.7) == close_to(0.49));
  CHECK(dad::derivative(argmin, 0.7) == close_to(1.4));
  CHECK(dad::gradient([&](const auto& x) { return argmin(x[0]); }, std::vector{0.7})[0] == close_to(1.4));
}

TEST_CASE("inner derivatives with respect to structures of the outer scalar") {
  const auto f = [](const auto& x) {
    using T = element<decltype(x)>;
    const auto energy = [&](const auto& q, const auto& ps) { return q * q * x[0] + ps[0] * ps[1] * x[1]; };
    const auto [dq, dps] = dad::gradient(energy, std::tuple{x[0], std::array<T, 2>{x[1], T(2)}});
    return dq + 10 * dps[0] + 100 * dps[1];  // 2 x0^2 + 20 x1 + 100 x1^2
  };
  CHECK(dad::gradient(f, std::vector{3.0, 4.0}) == std::vector{12.0, 820.0});
  CHECK(dad::jvp(f, std::array{3.0, 4.0}, std::array{1.0, 1.0}).tangent == 832.0);
}

TEST_CASE("inner drivers into memory and on a tape") {
  const auto f = [](const auto& x) {
    using T = element<decltype(x)>;
    const auto g = [&](const auto& y) { return x[0] * y[0] * y[1]; };
    std::vector<T> out(2);
    const T value = dad::gradient_into(g, std::vector<T>{x[0], T(2)}, out);
    dad::tape<T> t;
    const auto again = dad::gradient(t, g, std::vector<T>{x[0], T(2)});
    return value + 10 * out[0] + 100 * again[1];  // 2 x^2 + 20 x + 100 x^2
  };
  CHECK(dad::gradient(f, std::vector{3.0})[0] == 204 * 3.0 + 20);
  CHECK(dad::jvp(f, std::vector{3.0}, std::vector{1.0}).tangent == 204 * 3.0 + 20);
}

}  // namespace
