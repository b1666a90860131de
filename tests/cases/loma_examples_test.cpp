// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// The example programs of loma, by their numbers.

#include <array>
#include <cmath>
#include <vector>

#include "catch.hpp"
#include "core/close.hpp"

#include <dad/dad.hpp>

namespace {

constexpr double pi = 3.14159265358979323846;
using row = std::vector<double>;

// f as printed: with ten digits after the point or behind them.
auto digits(double expected) { return close_to(expected, 1e-7, 6e-11); }

const auto cubic = [](const auto& p) {
  const auto &x = p[0], &y = p[1];
  return .05 * x * x * x + .03 * y * y * y - .02 * x * x * y - .04 * x * y * y + 1.2 * x * x + .6 * y * y -
         .5 * x * y + .3 * x - .2 * y - .15;
};

const auto five_variables = [](const auto& x) {
  return .02 * x[0] * x[0] * x[1] * x[2] * x[4] - .01 * x[1] * x[2] * x[3] * x[4] * x[4] +
         .1 * x[0] * x[1] * x[4] + .2 * x[2] * x[2] * x[3] - .2 * x[1] * x[3] * x[3] + .5 * x[0] * x[0] +
         .6 * x[1] * x[1] + .4 * x[2] * x[2] + .5 * x[3] * x[3] + .3 * x[4] * x[4] + .1 * x[3] + .2 * x[4] -
         .1;
};

row descend(const auto& f, row x, int steps, double rate) {
  dad::tape<> t;
  row g(x.size());
  for (int i = 0; i < steps; ++i) {
    (void)dad::gradient_into(t, f, x, g);
    for (std::size_t k = 0; k < x.size(); ++k) x[k] -= rate * g[k];
  }
  return x;
}

}  // namespace

TEST_CASE("third-order polynomial") {
  const auto [value, g] = dad::value_and_gradient(cubic, row{2, 2});
  CHECK(value == close_to(5.41));
  CHECK_ROW(g, row{4.38, 1.16});
  const dad::matrix h = dad::hessian(cubic, row{2, 2});
  CHECK_ROW(row(h.data(), h.data() + 4), row{2.92, -.74, -.74, 1.40});
  CHECK_ROW(descend(cubic, {2, 2}, 1, 0.5), row{-.19, 1.42});

  const row minimum = descend(cubic, {2, 2}, 2000, 0.01);
  CHECK(minimum[0] == digits(-.09989904451));
  CHECK(minimum[1] == digits(.12324830995));
  CHECK(cubic(minimum) == digits(-.17733089529));

  row x = {2, 2};
  for (int step = 1; step <= 6; ++step) {
    const row slope = dad::gradient(cubic, x);
    const dad::matrix a = dad::hessian(cubic, x);
    const double det = a(0, 0) * a(1, 1) - a(0, 1) * a(1, 0);
    x[0] -= (a(1, 1) * slope[0] - a(0, 1) * slope[1]) / det;
    x[1] -= (a(0, 0) * slope[1] - a(1, 0) * slope[0]) / det;
    if (step == 1) {
      CHECK(x[0] == digits(.0255338380));
      CHECK(x[1] == digits(.1277821715));
    }
    if (step >= 5) {
      CHECK(x[0] == digits(-.09989904525));
      CHECK(x[1] == digits(.12324830801));
    }
  }
}

TEST_CASE("five-variable polynomial") {
  const row start = {.19151945, .62210876, .43772775, .7853586, .7799758};
  const auto [value, g] = dad::value_and_gradient(five_variables, start);
  CHECK(value == close_to(.91412922, 1e-8));
  // The start is known to eight digits, and the gradient no better.
  CHECK_ROW(g, row{.24166957, .63627003, .48507512, .72659166, .67676367}, 5e-8);
  CHECK(five_variables(descend(five_variables, start, 1000, 0.01)) == close_to(-.13833282, 1e-7));
}

TEST_CASE("pendulum by symplectic Euler") {
  constexpr double m = 1, r = 20, g = 9.8, dt = 0.01;
  const auto energy = [](const auto& q, const auto& p) { return p * p / (m * r * r) - m * g * r * cos(q); };
  double q = pi / 4, p = 0;
  CHECK(std::get<0>(dad::gradient(energy, std::tuple{q, p})) == close_to(138.5929291, 1e-9));
  for (int step = 1; step <= 100; ++step) {
    p -= dt * std::get<0>(dad::gradient(energy, std::tuple{q, p}));
    q += dt * std::get<1>(dad::gradient(energy, std::tuple{q, p}));
    if (step == 1) {
      CHECK(q == close_to(.785328867, 1e-9));
      CHECK(p == close_to(-1.385929291, 1e-9));
    }
  }
  CHECK(q == close_to(.456626024, 2e-9));
  CHECK(p == close_to(-121.758487, 5e-9));
}

TEST_CASE("masses and springs") {
  const auto energy = [](const auto& q, const auto& p) {
    constexpr double m = 1, length = .2, k = 8, g = 2;
    auto h = 0 * q[0];
    for (std::size_t i = 0; i < q.size(); ++i) h += p[i] * p[i] / (2 * m);
    for (std::size_t i = 0; i + 3 < q.size(); i += 2)
      h += k / 2 * square(hypot(q[i] - q[i + 2], q[i + 1] - q[i + 3]) - length);
    for (std::size_t i = 1; i < q.size(); i += 2) h += m * g * q[i];
    return h;
  };
  row p;
  for (int i = 0; i < 10; ++i) p.push_back(.1 * i);
  const auto [value, g] =
      dad::value_and_gradient(energy, std::tuple{row{0, 0, .25, .1, .4, -.1, .7, .05, .8, .2}, p});
  CHECK(value == close_to(2.0290863988, 1e-10));
  CHECK_ROW(std::get<0>(g),
            row{-.514437295, 1.794225082, .274437295, 2.525774918, -.728916494, 1.195541753, 1.056436808,
                2.615738718, -.087520314, 1.868719529},
            6e-9);
  CHECK_ROW(std::get<1>(g), p);  // the velocities p / m
}

TEST_CASE("the central ray of the raytracer") {
  // Colour along the ray from (x, 0, 0) towards -z, of a sphere or the sky behind it.
  const auto colour = [](const auto& x) {
    using T = std::decay_t<decltype(x)>;
    const std::array<T, 3> origin = {x, 0, 0}, direction = {0, 0, -1};
    const std::array<double, 3> centre = {0, 0, -1};
    const std::array<T, 3> to = {origin[0] - centre[0], origin[1] - centre[1], origin[2] - centre[2]};
    const T a = dot(direction, direction), b = dot(to, direction), c = dot(to, to) - .25;
    const T discriminant = b * b - a * c;
    std::array<T, 4> result{};  // t and the colour
    if (discriminant < 0) {
      const T blue = .5 * direction[1] + 1;
      const std::array<double, 3> sky = {.5, .7, 1};
      for (std::size_t i = 0; i < 3; ++i) result[i + 1] = (1 - blue) + blue * sky[i];
      return result;
    }
    result[0] = (-b - sqrt(discriminant)) / a;
    for (std::size_t i = 0; i < 3; ++i)
      result[i + 1] = .5 * ((origin[i] + result[0] * direction[i] - centre[i]) / .5 + 1);
    return result;
  };
  const auto [value, tangent] = dad::jvp(colour, 0.0, 1.0);
  CHECK_ROW(value, row{.5, .5, .5, 1});
  CHECK_ROW(tangent, row{0, 1, 0, 0});
  CHECK_ROW(dad::jvp(colour, 2.0, 1.0).value, row{0, .5, .7, 1});  // past the sphere
}

TEST_CASE("sum of an array through relu") {
  const auto [value, g] = dad::value_and_gradient(
      [](const auto& x) {
        auto sum = 0 * x[0];
        for (const auto& xi : x) sum += xi;
        return relu(sum);
      },
      row{1, 2, 3, 4, 5});
  CHECK(value == 15);
  CHECK_ROW(g, row{1, 1, 1, 1, 1});
}
