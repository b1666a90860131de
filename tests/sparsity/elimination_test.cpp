// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// Jacobians of short functions by elimination: the same numbers, and no more multiplications than by hand.

#include <dad/dad.hpp>

#include <array>
#include <cmath>
#include <limits>
#include <vector>

#include "core/close.hpp"
#include "patterns.hpp"

namespace {

std::vector<double> entries(const dad::matrix& m) { return {m.data(), m.data() + m.size()}; }

template <class F, class X>
std::size_t multiplications(const F& f, const X& x) {
  auto plan = dad::sparse_jacobian_plan(f, x);
  const auto j = plan(x);
  CHECK_ROW(entries(j.dense()), entries(dad::jacobian(f, x)), 1e-13, 1e-15);
  plan.check(x);
  return plan.multiplication_count();
}

TEST_CASE("as many multiplications as by hand") {
  const std::vector<double> x{1.2, 0.7, 0.4};
  using std::array;
  CHECK(multiplications([](const auto& v) { return array{v[0] + v[1], v[1] - v[2], -v[0]}; }, x) == 0);
  // d(v0 v1) is v1, v0: nothing to multiply.
  CHECK(multiplications([](const auto& v) { return array{v[0] * v[1]}; }, x) == 0);
  CHECK(multiplications([](const auto& v) { return array{exp(v[0] * v[1])}; }, x) == 2);
  // Two inputs, one waist, two outputs: 1 for the waist's own, 2 + 4 or 4 + 2 with its ends.
  CHECK(multiplications(
            [](const auto& v) {
              const auto v1 = v[0] * v[1], v2 = sin(v1), v3 = v1 * v2;
              return array{cos(v3), exp(v3)};
            },
            x) == 7);
  // Three inputs, one product of sums, and four outputs: from the inputs up it is 3 (they are sums), not 3
  // x 4.
  CHECK(multiplications(
            [](const auto& v) {
              const auto w = exp(v[0] + v[1] + v[2]);
              return array{w, -w, w + v[0], w - v[1]};
            },
            x) == 0);
}

/// A random function of operations that have sharp corners as well.
struct random_function {
  std::uint64_t seed;

  template <class X>
  auto operator()(const X& x) const {
    using T = typename X::value_type;
    using std::max;
    test::random_numbers random(seed);
    std::vector<T> v(x.begin(), x.end());
    for (int k = 0; k < 25; ++k) {
      const T a = v[random.below(v.size())], b = v[random.below(v.size())];
      switch (random.below(9)) {
        case 0:
          v.push_back(a + b);
          break;
        case 1:
          v.push_back(a - b);
          break;
        case 2:
          v.push_back(a * b * 0.5);
          break;
        case 3:
          v.push_back(sin(a));
          break;
        case 4:
          v.push_back(max(a, b));
          break;
        case 5:
          v.push_back(dad::select(a < b, a, exp(-b * b)));
          break;
        case 6:
          v.push_back(dad::norm(std::vector<T>{a, b, T(1.5), a * 0.3}));
          break;
        case 7:
          v.push_back(-a);
          break;
        default:
          v.push_back(a / (2 + b * b));
      }
    }
    return std::vector<T>(v.end() - 4, v.end());
  }
};

TEST_CASE("random functions against dense Jacobians, forward and in reverse") {
  const std::vector<double> x{0.3, -0.8, 1.1, 0.6, -0.2};
  for (std::uint64_t seed = 0; seed < 200; ++seed) {
    CAPTURE(seed);
    const random_function f{seed};
    auto plan = dad::sparse_jacobian_plan(f, x);
    const auto j = entries(plan(x).dense());
    CHECK_ROW(j, entries(dad::jacobian(f, x, dad::forward)), 1e-11, 1e-12);
    CHECK_ROW(j, entries(dad::jacobian(f, x, dad::reverse)), 1e-11, 1e-12);
  }
}

TEST_CASE("a zero that nothing comes through") {
  // The square root's partial is infinite at 0, and nothing asks for it.
  const auto f = [](const auto& x) {
    return std::array{0 * sqrt(x[0]) + x[1], select(x[0] > 0, sqrt(x[0]), x[1])};
  };
  const auto j = dad::sparse_jacobian(f, std::vector{0.0, 2.0});
  CHECK(j(0, 1) == 1);
  CHECK(j(1, 1) == 1);
  CHECK(j(0, 0) == 0);
  CHECK(j(1, 0) == 0);
}

TEST_CASE("a function that has changed since it was eliminated") {
  double factor = 1;
  const auto f = [&factor](const auto& x) { return std::array{factor * x[0] * x[1], x[1]}; };
  const std::vector<double> x{2, 3};
  auto plan = dad::sparse_jacobian_plan(f, x);
  auto called = dad::sparse_jacobian_plan(f, x, {.eliminates = false});
  auto made_anew = dad::sparse_jacobian_plan(f, x, {.replans = true});
  CHECK(plan(x)(0, 0) == 3);
  factor = 2;
  CHECK_THROWS_WITH(
      plan(x),
      "dad: f is not what it was when its sparse Jacobian plan was made: it gives another value at the "
      "same point; make the plan anew when data that f captures changes, or with "
      "sparse_options{.eliminates = false}, which calls f at each point");
  CHECK(called(x)(0, 0) == 6);
  CHECK(made_anew(x)(0, 0) == 6);
}

TEST_CASE("a long function is not eliminated") {
  const auto f = [](const auto& x) {
    auto y = x[0];
    for (int k = 0; k < 2000; ++k) y = y + sin(y) * x[1];
    return y;
  };
  auto plan = dad::sparse_jacobian_plan(f, std::vector{0.1, 0.001});
  CHECK(plan.multiplication_count() == 0);
  CHECK(plan({0.1, 0.001})(0, 1) == close_to(dad::gradient(f, std::vector{0.1, 0.001})[1]));
}

}  // namespace
