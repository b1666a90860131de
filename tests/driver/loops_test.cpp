// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// The forms for loops: into the caller's memory, and on the caller's tape.

#include <dad/driver/reverse.hpp>

#include <array>
#include <cmath>
#include <deque>
#include <span>
#include <tuple>
#include <vector>

#include "core/close.hpp"

namespace {

const auto f = [](const auto& x) { return x[0] * x[0] * x[1] + x[2]; };
const std::vector<double> point{2.0, 3.0, 4.0}, expected{12.0, 4.0, 1.0};

TEST_CASE("gradient_into fills the caller's range and returns the value") {
  SECTION("vector, array, span, deque") {
    std::vector<double> v(3);
    CHECK(dad::gradient_into(f, point, v) == 16.0);
    CHECK(v == expected);
    std::array<double, 3> a{};
    CHECK(dad::gradient_into(f, point, a) == 16.0);
    CHECK_ROW(a, expected);
    std::vector<double> w(5, -1.0);
    dad::gradient_into(f, point, std::span(w).subspan(1, 3));
    CHECK(w == std::vector{-1.0, 12.0, 4.0, 1.0, -1.0});
    std::deque<double> d(3);
    dad::gradient_into(f, point, d);
    CHECK_ROW(d, expected);
  }
  SECTION("a range of floats is narrowed") {
    std::array<float, 3> a{};
    dad::gradient_into(f, point, a);
    CHECK(a == std::array{12.0F, 4.0F, 1.0F});
  }
  SECTION("one number") {
    double slope = 0.0;
    CHECK(dad::gradient_into([](const auto& x) { return x * x; }, 3.0, slope) == 9.0);
    CHECK(slope == 6.0);
  }
  SECTION("the reals of any structure in order, or its whole structure") {
    const auto g = [](const auto& x, const auto& ys) { return x * ys[0] + 5 * ys[1]; };
    const std::tuple x{2.0, std::vector{3.0, 4.0}};
    std::vector<double> flat(3);
    CHECK(dad::gradient_into(g, x, flat) == 26.0);
    CHECK(flat == std::vector{3.0, 2.0, 5.0});
    std::tuple<double, std::vector<double>> structured;
    dad::gradient_into(g, x, structured);
    CHECK(structured == std::tuple{3.0, std::vector{2.0, 5.0}});
  }
  SECTION("a range of another size is refused and left alone") {
    std::vector<double> v(2, 7.0);
    CHECK_THROWS_AS(dad::gradient_into(f, point, v), dad::shape_error);
    CHECK_THROWS_WITH(dad::gradient_into(f, point, v), "dad: out of gradient_into has 2 entries, expected 3");
    CHECK(v == std::vector{7.0, 7.0});
    std::array<double, 4> a{};
    CHECK_THROWS_WITH(dad::gradient_into(f, point, a), "dad: out of gradient_into has 4 entries, expected 3");
  }
  SECTION("the point may be the output") {
    std::vector<double> x = point;
    dad::gradient_into(f, x, x);
    CHECK(x == expected);
  }
}

TEST_CASE("a tape can be used again and again") {
  dad::tape<> t;
  for (int i = 1; i < 5; ++i) {
    std::vector<double> x = point;
    x[0] = i;
    const auto [value, gradient] = dad::value_and_gradient(t, f, x);
    CHECK(value == 3.0 * i * i + 4.0);
    CHECK(gradient == std::vector{6.0 * i, 1.0 * i * i, 1.0});
    CHECK(dad::gradient(t, f, x) == gradient);
    std::vector<double> out(3);
    CHECK(dad::gradient_into(t, f, x, out) == value);
    CHECK(out == gradient);
    CHECK(t.statistics().inputs == 3);
    CHECK(dad::tape<>::active() == nullptr);
  }
  CHECK(dad::gradient(
            t, [](const auto& x) { return x * x; }, 3.0) == 6.0);
  CHECK(t.statistics().inputs == 1);

  SECTION("what was recorded on it before is gone") {
    const auto guard = t.activate();
    dad::var<> x = 1.0;
    t.clear();
    t.input(x);
    (void)dad::gradient(t, f, point);
    CHECK_THROWS_AS(x * x, dad::tape_error);
  }
  SECTION("the tape that was active is active again") {
    dad::tape<> outer;
    const auto guard = outer.activate();
    dad::var<> x = 3.0;
    outer.input(x);
    const auto y = x * dad::gradient(t, f, point)[0];
    CHECK(dad::tape<>::active() == &outer);
    outer.backward(y);
    CHECK(x.adjoint() == 12.0);
  }
  SECTION("a function that throws leaves it usable and inactive") {
    const auto failing = [](const auto& x) {
      const auto y = x[0] * x[1];
      if (y > 0) throw std::runtime_error("positive");
      return y;
    };
    CHECK_THROWS_WITH(dad::gradient(t, failing, point), "positive");
    CHECK(dad::tape<>::active() == nullptr);
    CHECK(dad::gradient(t, f, point) == expected);
  }
}

TEST_CASE("gradient descent on a quadratic ends at its minimum") {
  const auto g = [](const auto& x) { return square(x[0] - 1) + 2 * square(x[1] + 3) + x[0] * x[1] / 4; };
  std::vector<double> x(2), slope(2);
  for (int step = 0; step < 400; ++step) {
    dad::gradient_into(g, x, slope);
    for (std::size_t i = 0; i < 2; ++i) x[i] -= 0.2 * slope[i];
  }
  // 2 (x - 1) + y / 4 = 0, 4 (y + 3) + x / 4 = 0
  const double y = (-12.0 - 0.25) / (4.0 - 1.0 / 32);
  CHECK_ROW(x, (std::vector{1 - y / 8, y}), 1e-10);
}

}  // namespace
