// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// The patterns that dad finds in what f does.

#include <dad/dad.hpp>

#include <array>
#include <cmath>
#include <string>
#include <tuple>
#include <vector>

#include "core/close.hpp"
#include "patterns.hpp"

namespace {

std::vector<double> point(std::size_t n) {
  std::vector<double> x(n);
  for (std::size_t i = 0; i < n; ++i) x[i] = 0.3 + 0.1 * static_cast<double>(i % 7);
  return x;
}

template <class F>
std::string hessian_of(std::size_t n, const F& f) {
  return test::drawn(dad::hessian_pattern(f, point(n)));
}
template <class F>
std::string jacobian_of(std::size_t n, const F& f) {
  return test::drawn(dad::jacobian_pattern(f, point(n)));
}

TEST_CASE("linear operations make no entry of a Hessian") {
  CHECK(hessian_of(3, [](const auto& x) { return 2 * x[0] - x[1] / 3 + -x[2] + 1; }) == "... ... ...");
  CHECK(hessian_of(3, [](const auto& x) { return max(x[0], abs(x[1])) + floor(x[2] * x[2]); }) ==
        "... ... ...");
  CHECK(hessian_of(2, [](const auto& x) { return select(x[0] < x[1], x[0], 2 * x[1]); }) == ".. ..");
  CHECK(hessian_of(2, [](const auto&) { return 1.0; }) == ".. ..");
}

TEST_CASE("products, quotients, powers and functions of one number make the entries that they have") {
  CHECK(hessian_of(3, [](const auto& x) { return x[0] * x[1] + x[2]; }) == ".x. x.. ...");
  CHECK(hessian_of(2, [](const auto& x) { return x[0] / x[1]; }) == ".x xx");
  CHECK(hessian_of(3, [](const auto& x) { return exp(x[0] + x[2]) + sin(x[1]); }) == "x.x .x. x.x");
  CHECK(hessian_of(2, [](const auto& x) { return pow(x[0], 3) + x[1]; }) == "x. ..");
  CHECK(hessian_of(2, [](const auto& x) { return pow(x[0], x[1]); }) == "xx xx");
  CHECK(hessian_of(3, [](const auto& x) { return (x[0] + x[1]) * (x[1] - x[2]); }) == ".xx xxx xx.");
  CHECK(hessian_of(3, [](const auto& x) { return fma(x[0], x[1], x[2]); }) == ".x. x.. ...");
  // Through choices, which are linear, to what is chosen.
  CHECK(hessian_of(3, [](const auto& x) { return select(x[0] < 1, x[1] * x[1], exp(x[2])); }) ==
        "... .x. ..x");
  CHECK(hessian_of(3, [](const auto& x) { return sin(max(x[0], x[1])) + x[2]; }) == "xx. xx. ...");
  // What the result does not depend on is not there.
  CHECK(hessian_of(2, [](const auto& x) {
          const auto unused = exp(x[0] * x[1]);
          return x[0] * x[0] + 0 * trunc(unused);
        }) == "x. ..");
}

TEST_CASE("functions of ranges, whose partials are numbers of their own") {
  const auto head = [](const auto& x, std::size_t n) {
    return std::vector(x.begin(), x.begin() + static_cast<std::ptrdiff_t>(n));
  };
  CHECK(hessian_of(5, [&](const auto& x) { return dad::norm(head(x, 4)) + x[4]; }) ==
        "xxxx. xxxx. xxxx. xxxx. .....");
  CHECK(hessian_of(5, [&](const auto& x) { return dad::log_sum_exp(head(x, 4)) + x[4]; }) ==
        "xxxx. xxxx. xxxx. xxxx. .....");
  CHECK(jacobian_of(5, [&](const auto& x) {
          return std::array{dad::norm(head(x, 4)), x[4]};
        }) == "xxxx. ....x");
}

TEST_CASE("rows of a Jacobian have the inputs of an output") {
  using std::array;
  CHECK(jacobian_of(3, [](const auto& x) {
          return array{x[0] + 1, x[1] * x[2], floor(x[0]), x[2] - x[2]};
        }) == "x.. .xx ... ..x");
  CHECK(jacobian_of(3, [](const auto& x) {
          using T = typename std::remove_cvref_t<decltype(x)>::value_type;
          const T mean = (x[0] + x[1] + x[2]) / 3;
          return array{mean, x[1], T(4)};
        }) == "xxx .x. ...");
  CHECK(jacobian_of(2, [](const auto& x) { return array{x[1], x[0]}; }) == ".x x.");
  const auto two =
      dad::jacobian_pattern([](const auto& a, const auto& b) { return std::tuple(a * b[1], b[0]); },
                            std::tuple(1.0, std::vector{2.0, 3.0}));
  CHECK(test::drawn(two) == "x.x .x.");
}

TEST_CASE("a pattern is that of the branch at the point") {
  const auto f = [](const auto& x) { return x[0] > 0.35 ? x[0] * x[1] : x[1] * x[2]; };
  CHECK(hessian_of(3, f) == "... ..x .x.");
  CHECK(test::drawn(dad::hessian_pattern(f, std::vector{1.0, 1.0, 1.0})) == ".x. x.. ...");
}

/// Time steps of a nonlinear heat equation.
template <class X>
auto heat(const X& x, int steps) {
  auto u = x;
  for (int s = 0; s < steps; ++s) {
    const auto old = u;
    for (std::size_t i = 1; i + 1 < u.size(); ++i)
      u[i] = old[i] + 0.1 * (old[i - 1] - 2 * old[i] + old[i + 1]) * (1 + old[i] * old[i]);
  }
  return u;
}

TEST_CASE("patterns of long computations") {
  // Each step reaches one further; the ends stay.
  const auto p = dad::jacobian_pattern([](const auto& x) { return heat(x, 3); }, point(40));
  for (std::size_t i = 0; i < 40; ++i)
    for (std::size_t j = 0; j < 40; ++j) {
      const bool is_end = i == 0 || i == 39;
      const std::size_t distance = i < j ? j - i : i - j;
      CHECK(p.contains(i, j) == (is_end ? i == j : distance <= 3));
    }
}

TEST_CASE("what is used many times is not gone through many times") {
  // 2^200 ways from the result to the input.
  CHECK(hessian_of(2, [](const auto& x) {
          auto a = x[0];
          for (int i = 0; i < 200; ++i) a = 0.5 * a + 0.5 * a;
          return a * x[1];
        }) == ".x x.");
  CHECK(jacobian_of(2, [](const auto& x) {
          auto a = x[0];
          for (int i = 0; i < 200; ++i) a = sin(a) + cos(a);
          return std::vector(3, a);
        }) == "x. x. x.");
}

TEST_CASE("a hundred thousand inputs, in more operations than a program may have") {
  const std::size_t n = 100000;
  const auto f = [](const auto& x) {
    auto sum = 0 * x[0];
    for (std::size_t i = 0; i + 1 < x.size(); ++i)
      sum += 100 * dad::square(x[i + 1] - dad::square(x[i])) + dad::square(1 - x[i]);
    return sum;
  };
  CHECK(dad::hessian_pattern(f, point(n)) == test::banded(n, 1));
  const auto p = dad::jacobian_pattern([](const auto& x) { return heat(x, 2); }, point(n));
  // Five in a row, four beside the ends, one at them.
  CHECK(p.size() == 5 * n - 10);
  CHECK(p.contains(50000, 50002));
  CHECK_FALSE(p.contains(50000, 50003));
  // Sums of all inputs, each used by the next and by the result: linear, so nobody asks for their inputs.
  const auto sums = [](const auto& x) {
    auto sum = 0 * x[0], total = 0 * x[0];
    for (const auto& v : x) {
      sum += v;
      total += sum;
    }
    return total;
  };
  CHECK(dad::hessian_pattern(sums, point(n)).size() == 0);
}

TEST_CASE("a function that reads a number out has no pattern that holds elsewhere") {
  const auto f = [](const auto& x) { return dad::value(x[0]) > 0 ? x[0] * x[1] : x[1]; };
  CHECK_THROWS_WITH(
      dad::hessian_pattern(f, point(2)),
      "dad: the pattern of a sparse Hessian cannot be found, because f reads a number out of its "
      "scalars (value(), a cast, printing); give the pattern as the third argument, or write f "
      "with select");
  CHECK_THROWS_AS(dad::jacobian_pattern(f, point(2)), dad::tape_error);
  const auto failing = [](const auto& x) {
    if (x.size() == 2) throw std::runtime_error("the user's own words");
    return x[0];
  };
  CHECK_THROWS_WITH(dad::hessian_pattern(failing, point(2)), "the user's own words");
}

}  // namespace
