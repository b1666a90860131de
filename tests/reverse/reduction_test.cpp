// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// Functions of whole ranges on the tape, also of more terms than one statement holds.

#include <array>
#include <cmath>
#include <span>
#include <vector>

#include "reverse/both_modes.hpp"

namespace {

using dad::var;

std::vector<double> ramp(std::size_t n) {
  std::vector<double> x;
  for (std::size_t i = 0; i < n; ++i)
    x.push_back(0.01 * static_cast<double>(i) - 1.3 + 0.001 * static_cast<double>(i % 7));
  return x;
}

TEST_CASE("a dot product of any length has the other range as its gradient") {
  for (const std::size_t n : {1u, 2u, 127u, 128u, 253u, 254u, 255u, 256u, 507u, 508u, 509u, 1000u, 5000u}) {
    CAPTURE(n);
    const auto x = ramp(n);
    std::vector<double> w;
    for (const double c : x) w.push_back(std::cos(c));
    CHECK_ROW(test::reverse_gradient([&](const auto& u) { return dot(u, w); }, x), w);
    CHECK_ROW(test::reverse_gradient([&](const auto& u) { return dot(w, u) * 2.0; }, x), [&] {
      auto twice = w;
      for (double& c : twice) c *= 2;
      return twice;
    }());
    // x . x: both arguments of each term are the same value
    auto twice = x;
    for (double& c : twice) c *= 2;
    CHECK_ROW(test::reverse_gradient([](const auto& u) { return dot(u, u); }, x), twice);
  }
}

TEST_CASE("the gradient of a norm is the unit vector") {
  for (const std::size_t n : {1u, 3u, 254u, 255u, 1500u}) {
    CAPTURE(n);
    const auto x = ramp(n);
    long double square = 0.0L;
    for (const double c : x) square += static_cast<long double>(c) * c;
    std::vector<double> unit;
    for (const double c : x) unit.push_back(static_cast<double>(c / std::sqrt(square)));
    CHECK_ROW(test::check_both_modes([](const auto& u) { return dad::norm(u); }, x), unit);
  }
  CHECK_ROW(test::reverse_gradient([](const auto& u) { return norm(u); }, std::vector<double>(300, 0.0)),
            std::vector<double>(300, 0.0));
  CHECK_ROW(test::reverse_gradient([](const auto& u) { return norm(u); }, {3e200, 4e200}),
            (std::vector{0.6, 0.8}));
}

TEST_CASE("the gradient of log_sum_exp is the softmax") {
  for (const std::size_t n : {1u, 254u, 255u, 1200u}) {
    CAPTURE(n);
    const auto x = ramp(n);
    long double sum = 0.0L;
    for (const double c : x) sum += std::exp(static_cast<long double>(c));
    std::vector<double> softmax;
    for (const double c : x)
      softmax.push_back(static_cast<double>(std::exp(static_cast<long double>(c)) / sum));
    CHECK_ROW(test::check_both_modes([](const auto& u) { return dad::log_sum_exp(u); }, x), softmax);
  }
  CHECK_ROW(test::reverse_gradient([](const auto& u) { return log_sum_exp(u); }, {1000.0, 1000.0}),
            (std::vector{0.5, 0.5}));
}

TEST_CASE("active, passive and repeated elements mix") {
  dad::tape<> t;
  const auto guard = t.activate();
  var<> x = 2.0, y = 3.0;
  t.input(x);
  t.input(y);
  SECTION("one var a thousand times") {
    t.backward(dot(std::vector<var<>>(1000, x), std::vector<double>(1000, 0.5)));
    CHECK(x.adjoint() == close_to(500.0));
  }
  SECTION("mostly constants") {
    std::vector<var<>> u(600, 1.0);
    u[17] = x;
    u[599] = y;
    const std::size_t before = t.statistics().statements;
    const auto z = dot(u, u);
    CHECK(t.statistics().statements == before + 1);
    CHECK(z.value() == 598.0 + 4.0 + 9.0);
    t.backward(z);
    CHECK(x.adjoint() == 4.0);
    CHECK(y.adjoint() == 6.0);
  }
  SECTION("constants alone record nothing") {
    const std::size_t before = t.statistics().statements;
    CHECK_FALSE(dot(std::vector<var<>>(600, 1.0), std::vector<int>(600, 2)).is_active());
    CHECK_FALSE(norm(std::vector<var<>>{}).is_active());
    CHECK(t.statistics().statements == before);
    CHECK(t.statistics().arguments == 0);
  }
  SECTION("ranges of any kind") {
    const std::vector<var<>> u{x, y, 1.0};
    const std::array<int, 3> w{1, 2, 3};
    CHECK(dot(std::span(u), w).value() == 11.0);
    CHECK(dot(std::span(u).subspan(1), std::vector<float>{1.0F, 1.0F}).value() == 4.0);
    CHECK_THROWS_AS(dot(u, std::vector{1.0}), dad::shape_error);
    CHECK_THROWS_WITH(dot(u, std::vector{1.0}), "dad: second range of dot has 1 entries, expected 3");
  }
  SECTION("results go on") {
    const auto z = exp(norm(std::vector<var<>>{x, y}) * 0.5) * y;
    const double r = std::sqrt(13.0);
    t.backward(z);
    CHECK(x.adjoint() == close_to(std::exp(0.5 * r) * 0.5 * 2 / r * 3));
    CHECK(y.adjoint() == close_to(std::exp(0.5 * r) * (0.5 * 3 / r * 3 + 1)));
  }
}

/// A range of one value that can be read a number of times.
struct failing_range {
  var<> x;
  int reads;
  mutable int count = 0;
  [[nodiscard]] std::size_t size() const { return 3; }
  [[nodiscard]] const var<>& operator[](std::size_t) const {
    if (count++ == reads) throw std::runtime_error("no further element");
    return x;
  }
};

TEST_CASE("a reduction that fails leaves the recording as it was") {
  dad::tape<> t;
  const auto guard = t.activate();
  var<> x = 2.0;
  t.input(x);
  const var<> y = sin(x);
  int failures = 0;
  for (int reads = 0; reads < 20; ++reads) {
    const auto before = t.statistics();
    try {
      (void)dad::norm(failing_range{y, reads});
    } catch (const std::runtime_error&) {
      ++failures;
      CHECK(t.statistics().statements == before.statements);
      CHECK(t.statistics().arguments == before.arguments);
      CHECK(t.statistics().partials == before.partials);
    }
  }
  CHECK(failures > 5);
  CHECK(failures < 20);
  t.backward(y * x);
  CHECK(x.adjoint() == close_to(std::sin(2.0) + 2.0 * std::cos(2.0)));
}

TEST_CASE("second derivatives of reductions") {
  // f = |x|: Hessian (I - u u^T) / |x|, here its first column
  dad::tape<dad::dual<>> t;
  const auto guard = t.activate();
  std::vector<var<dad::dual<>>> x{dad::dual<>(3.0, 1.0), dad::dual<>(4.0, 0.0)};
  t.input(x);
  t.backward(norm(x));
  CHECK(x[0].adjoint().tangent() == close_to((1 - 0.36) / 5));
  CHECK(x[1].adjoint().tangent() == close_to(-0.48 / 5));
  t.backward(log_sum_exp(x));
  const double p = 1 / (1 + std::exp(1.0));
  CHECK(x[0].adjoint().tangent() == close_to(p * (1 - p)));
  CHECK(x[1].adjoint().tangent() == close_to(-p * (1 - p)));
  t.backward(dot(x, x) * x[1]);
  CHECK(x[0].adjoint().tangent() == 8.0);
  CHECK(x[1].adjoint().tangent() == 6.0);
}

}  // namespace
