// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// Derivatives inside f, of functions that depend on f's input: by every driver, at points of f's scalar type.

#include "replay/against_single.hpp"

#include "driver/nested.hpp"
#include "replay/points.hpp"

namespace {

using test::check_eval;
using test::check_hessian;

const auto inputs = test::numbers(70, -2, 2);
const auto pairs = test::points<2>(70, -1, 2);

// d/dy of x^2 sin(y) + x y^3 at y = x is x^2 cos(x) + 3 x^3.
template <class By>
struct slope_at_itself {
  template <class T>
  T operator()(const T& x) const {
    return By::slope([&](const auto& y) { return x * x * sin(y) + x * y * y * y; }, x);
  }
};

TEMPLATE_TEST_CASE("an inner derivative at a point of f's scalar type", "", nested::by_derivative,
                   nested::by_jvp, nested::by_gradient, nested::by_vjp) {
  const slope_at_itself<TestType> f;
  check_eval(f, inputs);
  const auto r = dad::batch_eval(f, inputs);
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    const double x = inputs[i];
    REQUIRE(r[i].value == close_to(x * x * std::cos(x) + 3 * x * x * x, 1e-13, 1e-14));
    REQUIRE(r[i].gradient == close_to(2 * x * std::cos(x) - x * x * std::sin(x) + 9 * x * x, 1e-12, 1e-13));
  }
}

TEST_CASE("inner gradients, Jacobians and Hessians of vectors") {
  check_eval(
      [](const auto& x) {
        const auto g = dad::gradient([](const auto& y) { return sin(y[0] * y[1]) + y[0] * y[0]; }, x);
        return g[0] * g[0] + g[1];
      },
      pairs);
  check_eval(
      [](const auto& x) {
        const auto j = dad::jacobian([](const auto& y) { return std::array{y[0] * y[1], exp(y[0])}; }, x);
        return j(0, 0) * j(1, 0) + j(0, 1);
      },
      pairs);
  check_eval(
      [](const auto& x) {
        const auto h = dad::hessian([](const auto& y) { return y[0] * y[0] * y[1] * y[1] * y[1]; }, x);
        return h(0, 0) * h(1, 1) - h(0, 1) * h(1, 0);
      },
      pairs, 1e-12);
}

TEST_CASE("an inner derivative whose branches depend on f's input") {
  check_eval(
      [](const auto& x) {
        return dad::derivative([&](const auto& y) { return y > 0 ? y * y * x : x + 3 * y; }, x);
      },
      inputs);
  check_eval(
      [](const auto& x) {
        const auto g =
            dad::gradient([](const auto& y) { return y[0] > y[1] ? y[0] * y[1] : y[0] - y[1]; }, x);
        return g[0] > 0 ? g[0] * x[1] : g[1] + x[0];
      },
      pairs);
}

TEST_CASE("a Newton solver that takes its own derivatives") {
  const auto solve = [](const auto& x) {
    const auto residual = [&](const auto& y) { return y * y * y + y - x; };
    auto y = x;
    for (int k = 0; k < 60; ++k) {
      const auto r = residual(y);
      if (abs(r) < 1e-12) break;
      y -= r / dad::derivative(residual, y);
    }
    return y;
  };
  check_eval(solve, inputs, 1e-10);
  const auto r = dad::batch_eval(solve, inputs);
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    const double y = r[i].value;
    REQUIRE(y * y * y + y == close_to(inputs[i], 1e-11, 1e-12));
    REQUIRE(r[i].gradient == close_to(1 / (1 + 3 * y * y), 1e-10));
  }
}

TEST_CASE("derivatives of derivatives of derivatives") {
  const auto third = [](const auto& x) {
    return dad::derivative(
        [](const auto& y) { return y * dad::derivative([&](const auto& z) { return y * z * z * z; }, y); },
        x);
  };
  // d/dy of 3 y^4 is 12 y^3; its derivative is 36 x^2.
  check_eval(third, inputs);
  const auto r = dad::batch_eval(third, inputs);
  for (std::size_t i = 0; i < inputs.size(); ++i)
    REQUIRE(r[i].gradient == close_to(36 * inputs[i] * inputs[i], 1e-13));
  check_eval([](const auto& x) { return dad::derivative<3>([](const auto& y) { return sin(y * y); }, x); },
             inputs, 1e-12);
}

TEST_CASE("inner derivatives under Hessians and Jacobians") {
  check_hessian([](const auto& x) { return dad::derivative([](const auto& y) { return sin(y) * y; }, x); },
                inputs);
  test::check_jacobian(
      [](const auto& x) { return dad::gradient([](const auto& y) { return exp(y[0]) * y[1]; }, x); }, pairs);
}

TEST_CASE("inner derivatives of what does not depend on f's input") {
  check_eval([](const auto& x) { return x * dad::derivative([](const auto& y) { return y * y; }, 3.0); },
             inputs);
  check_eval(
      [](const auto& x) {
        const auto g = dad::gradient([](const auto& y) { return y[0] * y[1]; }, std::vector{2.0, 5.0});
        return g[0] * x + g[1] * x * x;
      },
      inputs);
  // x d/dy (x + y) at a plain y.
  check_eval([](const auto& x) { return x * dad::derivative([&](const auto& y) { return x + y; }, 1.0); },
             inputs);
}

}  // namespace
