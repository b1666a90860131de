// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// Loops that run until a number is small enough: the trip count depends on the input, in places on its last
// bit.

#include "replay/against_single.hpp"

#include <set>

#include "core/close.hpp"
#include "replay/points.hpp"

namespace {

using test::check_eval;

/// The square root by Newton's iteration, and how many steps it took.
struct newton {
  double tolerance = 1e-9;

  template <class T>
  std::array<T, 2> operator()(const T& x) const {
    T y = 1 + 0 * x;
    int steps = 0;
    for (T error = y * y - x; abs(error) > tolerance * x; error = y * y - x) {
      y -= error / (2 * y);
      ++steps;
    }
    return {y, T(steps)};
  }
};

/// The same with the number of steps given.
struct newton_steps {
  int steps;
  template <class T>
  T operator()(const T& x) const {
    T y = 1 + 0 * x;
    for (int k = 0; k < steps; ++k) y -= (y * y - x) / (2 * y);
    return y;
  }
};

int steps_of(double x) {
  double y = 1;
  int steps = 0;
  for (double error = y * y - x; std::abs(error) > newton().tolerance * x; error = y * y - x) {
    y -= error / (2 * y);
    ++steps;
  }
  return steps;
}

TEST_CASE("Newton's iteration with a trip count for each size of input") {
  std::vector<double> inputs;
  for (int k = -20; k < 60; ++k) inputs.push_back(std::pow(1.7, k + 0.5));
  const auto root = [](const auto& x) { return newton()(x)[0]; };
  check_eval(root, inputs, 1e-12);
  test::check_jacobian(newton(), inputs, 1e-12);
  const auto r = dad::batch_jacobian(newton(), inputs);
  for (std::size_t i = 0; i < inputs.size(); ++i)
    REQUIRE(r[i].jacobian(0, 0) == close_to(0.5 / std::sqrt(inputs[i]), 1e-6));
}

TEST_CASE("a trip count that changes between neighbouring numbers") {
  // Two numbers without another between them that take different numbers of steps.
  double low = 20, high = 30;
  while (steps_of(low) == steps_of(high)) high *= 1.5;
  const int before = steps_of(low);
  for (double middle = 0; (middle = low + (high - low) / 2) != low && middle != high;)
    (steps_of(middle) == before ? low : high) = middle;
  REQUIRE(std::nextafter(low, high) == high);

  // All numbers around them, shuffled: other kernels may take the step a few numbers earlier or later.
  std::vector<double> inputs(400);
  double x = low;
  for (int k = 0; k < 200; ++k) x = std::nextafter(x, 0.0);
  for (std::size_t k = 0; k < inputs.size(); ++k, x = std::nextafter(x, 1e9)) inputs[k * 171 % 400] = x;

  const auto r = dad::batch_jacobian(newton(), inputs);
  std::set<int> seen;
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    const int steps = static_cast<int>(r[i].value[1]);
    seen.insert(steps);
    REQUIRE(std::abs(steps - before) <= 1);
    const auto [value, gradient] = dad::value_and_gradient(newton_steps{steps}, inputs[i]);
    REQUIRE(r[i].value[0] == close_to(value, 1e-15));
    REQUIRE(r[i].jacobian(0, 0) == close_to(gradient, 1e-14));
    REQUIRE(r[i].jacobian(1, 0) == 0);
  }
  CHECK(seen.size() == 2);
}

TEST_CASE("bisection, with one last step of Newton's") {
  // y + y^3 = x. The branches of bisection alone carry no derivative; the last step does.
  const auto root = [](const auto& x) {
    double low = -10, high = 10;
    while (high - low > 1e-13) {
      const double middle = 0.5 * (low + high);
      (middle + middle * middle * middle < x ? low : high) = middle;
    }
    return low - (low + low * low * low - x) / (1 + 3 * low * low);
  };
  const auto inputs = test::numbers(200, -30, 30);
  check_eval(root, inputs, 1e-12);
  const auto r = dad::batch_eval(root, inputs);
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    const double y = r[i].value;
    REQUIRE(y + y * y * y == close_to(inputs[i], 1e-12, 1e-12));
    REQUIRE(r[i].gradient == close_to(1 / (1 + 3 * y * y), 1e-10));
  }
}

TEST_CASE("bisection to a width that depends on the input") {
  const auto root = [](const auto& x) {
    auto low = 0 * x, high = 1 + x;
    int steps = 0;
    while (high - low > 1e-3 * x) {
      const auto middle = 0.5 * (low + high);
      (middle * middle < x ? low : high) = middle;
      ++steps;
    }
    return low * steps + high;
  };
  check_eval(root, test::numbers(200, 0.1, 50));
}

TEST_CASE("step sizes that adapt to the input") {
  // y' = -a y + sin(b t), with steps halved and doubled by the difference of two methods.
  const auto solve = [](const auto& x) {
    using T = std::remove_cvref_t<decltype(x[0])>;
    const T &a = x[0], &b = x[1];
    const auto slope = [&](const T& t, const T& y) { return -a * y + sin(b * t); };
    T t = 0, y = 1, h = 0.5;
    while (t < 2) {
      h = min(h, 2 - t);
      const T first = slope(t, y);
      const T second = slope(t + h, y + h * first);
      const T error = abs(0.5 * h * (second - first));
      if (error > 2e-3) {
        h = h * max(0.2, 0.9 * sqrt(2e-3 / error));
        continue;
      }
      y += 0.5 * h * (first + second);
      t += h;
      h = h * 1.5;
    }
    return y;
  };
  check_eval(solve, test::points<2>(300, 0.3, 4), 1e-10);
}

TEST_CASE("a loop until nothing changes any more") {
  // cos(y) + x = y, as long as the number moves: a trip count from the last bits.
  const auto fixed = [](const auto& x) {
    auto y = x;
    for (int k = 0; k < 500; ++k) {
      const auto next = 0.5 * cos(y) + x;
      if (next == y) break;
      y = next;
    }
    return y;
  };
  const auto inputs = test::numbers(200, -2, 2);
  const auto r = dad::batch_eval(fixed, inputs);
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    const double y = r[i].value;
    REQUIRE(y == close_to(0.5 * std::cos(y) + inputs[i], 1e-14, 1e-14));
    REQUIRE(r[i].gradient == close_to(1 / (1 + 0.5 * std::sin(y)), 1e-12));
  }
}

TEST_CASE("escape times") {
  // The Mandelbrot set: from 1 to 60 rounds, the value smoothed by the size at the escape.
  const auto smooth = [](const auto& c) {
    auto x = 0 * c[0], y = 0 * c[1];
    for (int k = 0; k < 60; ++k) {
      const auto next = x * x - y * y + c[0];
      y = 2 * x * y + c[1];
      x = next;
      if (x * x + y * y > 16) return k + 1 - log2(log(x * x + y * y));
    }
    return x * y;
  };
  // Outside the set, where rounding is not amplified without end.
  auto inputs = test::points<2>(300, 0.3, 1.5);
  check_eval(smooth, inputs, 1e-9);
}

TEST_CASE("the greatest common divisor of numbers that are integers") {
  const auto gcd = [](const auto& x) {
    auto a = round(abs(x[0])), b = round(abs(x[1]));
    while (b > 0) {
      const auto rest = fmod(a, b);
      a = b;
      b = rest;
    }
    return a * x[0] * x[1];
  };
  check_eval(gcd, test::points<2>(300, 1, 200));
}

// The integral of exp(-t^2) sin(5 t) by Simpson's rule, halved where two estimates differ.
struct adaptive {
  template <class T>
  static T simpson(const T& a, const T& b) {
    return (b - a) / 6 * (at(a) + 4 * at(0.5 * (a + b)) + at(b));
  }
  template <class T>
  static T at(const T& t) {
    return exp(-t * t) * sin(5 * t);
  }
  template <class T>
  static T integral(const T& a, const T& b, const T& whole, int depth) {
    const T middle = 0.5 * (a + b), left = simpson(a, middle), right = simpson(middle, b);
    if (depth == 0 || abs(left + right - whole) < 1e-7) return left + right;
    return integral(a, middle, left, depth - 1) + integral(middle, b, right, depth - 1);
  }
};

TEST_CASE("recursion as deep as the input says") {
  const auto f = [](const auto& x) { return adaptive::integral(0 * x, x, adaptive::simpson(0 * x, x), 12); };
  check_eval(f, test::numbers(60, 0.1, 3), 1e-11);
  const auto r = dad::batch_eval(f, std::vector{0.5, 1.0, 2.0});
  CHECK(r[1].gradient == close_to(std::exp(-1) * std::sin(5), 1e-5));
}

}  // namespace
