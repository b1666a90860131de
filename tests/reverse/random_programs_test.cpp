// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// Programs made of random statements: forward and reverse agree, and both agree with long double differences.

#include <cmath>
#include <random>
#include <vector>

#include "reverse/both_modes.hpp"

namespace {

/// One statement: registers[target] = operation(registers[a], registers[b], constant).
struct step {
  int operation;
  std::size_t target, a, b;
  double constant;
};

/// A straight-line program over a vector of registers, which start as the inputs. Every operation keeps
/// registers of moderate size, so that derivatives are neither huge nor lost.
struct program {
  std::vector<step> steps;

  template <class Registers>
  auto operator()(Registers r) const {
    using std::atan;
    using std::cos;
    using std::exp;
    using std::fma;
    using std::hypot;
    using std::log1p;
    using std::pow;
    using std::sin;
    using std::sqrt;
    using std::tanh;
    using T = typename Registers::value_type;
    for (const step& s : steps) {
      const T& a = r[s.a];
      const T& b = r[s.b];
      T y = 0;
      switch (s.operation) {
        case 0:
          y = a + b;
          break;
        case 1:
          y = a - b * s.constant;
          break;
        case 2:
          y = sin(a) * b;
          break;
        case 3:
          y = a / (1 + b * b);
          break;
        case 4:
          y = tanh(a) + cos(b);
          break;
        case 5:
          y = exp(-a * a) * s.constant;
          break;
        case 6:
          y = sqrt(1 + a * a) - b;
          break;
        case 7:
          y = log1p(a * a) * b;
          break;
        case 8:
          y = a > b ? T(a * s.constant) : T(sin(b));
          break;
        case 9:
          y = pow(1 + a * a, 0.25 * s.constant);
          break;
        case 10:
          y = hypot(a, b);
          break;
        case 11:
          y = fma(a, s.constant, b);
          break;
        case 12:
          y = atan(b) - a;
          break;
        case 13:
          y = a;
          y += b;
          y *= s.constant;
          y -= a;
          break;
        default:
          y = s.constant;
          break;
      }
      r[s.target] = tanh(y);
    }
    T sum = 0;
    for (const T& x : r) sum += x;
    return sum;
  }
};

program random_program(std::mt19937& engine, std::size_t registers, std::size_t length) {
  std::uniform_int_distribution<int> operation(0, 14);
  std::uniform_int_distribution<std::size_t> index(0, registers - 1);
  std::uniform_real_distribution<double> constant(-1.5, 1.5);
  program p;
  for (std::size_t i = 0; i < length; ++i)
    p.steps.push_back({operation(engine), index(engine), index(engine), index(engine), constant(engine)});
  return p;
}

TEST_CASE("random programs") {
  std::mt19937 engine(20240501);
  std::uniform_real_distribution<double> coordinate(-1.0, 1.0);
  for (int trial = 0; trial < 300; ++trial) {
    CAPTURE(trial);
    const std::size_t registers = 2 + static_cast<std::size_t>(trial % 7);
    const program p = random_program(engine, registers, 5 + static_cast<std::size_t>(trial % 60));
    std::vector<double> x(registers);
    for (double& c : x) c = coordinate(engine);

    const auto gradient = test::reverse_gradient(p, x);
    double scale = 1e-3;
    for (const double g : gradient) scale = std::max(scale, std::abs(g));
    REQUIRE(difference(gradient, test::forward_gradient(p, x), 0.0, 1e-12 * scale) == "");

    // Fourth-order central differences in long double; a kink (operation 8) within h of x is left out.
    for (std::size_t i = 0; i < registers; ++i) {
      const long double h = 1e-4L;
      const auto at = [&](long double shift) {
        std::vector<long double> y(x.begin(), x.end());
        y[i] += shift;
        return p(y);
      };
      const long double narrow = (at(h) - at(-h)) / (2 * h);
      const long double wide = (at(2 * h) - at(-2 * h)) / (4 * h);
      if (std::abs(narrow - wide) > 1e-3L * static_cast<long double>(scale)) continue;
      REQUIRE(gradient[i] == close_to(static_cast<double>((4 * narrow - wide) / 3), 0.0, 1e-7 * scale));
    }
  }
}

}  // namespace
