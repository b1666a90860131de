// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// Branches, select, and the functions of <cmath> that classify numbers and take them apart.

#include "replay/against_single.hpp"

#include <limits>

#include "replay/points.hpp"

namespace {

using test::check_eval;
using test::check_first_and_second;

constexpr double inf = std::numeric_limits<double>::infinity();
constexpr double nan = std::numeric_limits<double>::quiet_NaN();

const auto inputs = test::numbers(200, -3, 3);
const auto pairs = test::points<2>(300, -3, 3);
// Numbers of every class, next to each other, several of each.
const std::vector special{0.0,  1.5, nan, -0.0, inf,        -2.5,      -inf,    0x1p-1074, nan,
                          -1.0, 0.5, inf, 2.0,  -0x1p-1050, 0x1p-1022, 1.7e308, -nan,      0.0,
                          3.0,  nan, 1.0, -0.0, 1e-300,     -1e300,    -inf,    0.25};

TEST_CASE("branches") {
  check_first_and_second([](const auto& x) { return x > 0 ? x * x : -3 * x; }, inputs);
  check_eval([](const auto& x) { return x[0] < x[1] ? x[0] * x[1] : x[0] - x[1]; }, pairs);
  check_eval(
      [](const auto& x) {
        if (x[0] * x[0] + x[1] * x[1] <= 4) return x[0] * exp(x[1]);
        if (x[0] >= 0 && x[1] >= 0) return x[0] + x[1];
        if (x[0] < 0 || x[1] != x[0]) return sin(x[0] * x[1]);
        return 0 * x[0];
      },
      pairs);
  check_eval([](const auto& x) { return x == 1.5 || x == -0.0 ? x + 1 : x * 2; }, special);
}

TEST_CASE("a comparison is used as a bool is") {
  check_eval([](const auto& x) { return ((x > 0) - (x < 0)) * x + ((x > 1) + (x > 2)) * exp(x); }, inputs);
  check_eval([](const auto& x) { return (x > 0) * 2.5 * x + 3 * (x < 1) * sin(x) - 1.5 / (1 + (x > 2)); },
             inputs);
  check_eval([](const auto& x) { return (x > 0) * (x < 2) * x * x + (x > -1) * x; }, inputs);
  check_eval(
      [](const auto& x) {
        const double weights[] = {0.5, 1.5, 2.5};
        const int above = (x > -1) + (x > 1);
        const double half = (x > 0) * 0.5;
        return weights[above] * x * x + half * x;
      },
      inputs);
  check_eval(
      [](const auto& x) {
        const bool is_asked = x > -2;
        auto is_inside = is_asked ? x < 1 : false;
        if (x < -1) is_inside = false;
        return is_inside ? x * x : 3 * x;
      },
      inputs);
}

TEST_CASE("comparisons with NaN are false, both ways") {
  check_eval([](const auto& x) { return x < 1 ? 1 + x : 2 * x; }, special);
  check_eval([](const auto& x) { return x >= 1 ? 1 + x : 3.0; }, special);
  check_eval([](const auto& x) { return !(x < 1) ? 7.0 : 2 * x; }, special);
  check_eval([](const auto& x) { return x != x ? 5.0 : x; }, special);
  check_eval([](const auto& x) { return x <= 1 ? 1.0 : x > 1 ? 2.0 : 3.0; }, special);
}

TEST_CASE("branches on the class of a number") {
  check_eval([](const auto& x) { return isnan(x) ? 1 + 0 * x : x; }, special);
  check_eval([](const auto& x) { return isfinite(x) ? x * x : 2 * x; }, special);
  check_eval([](const auto& x) { return isinf(x) ? 0 : x + 1; }, special);
  check_eval([](const auto& x) { return signbit(x) ? x * 5 : x * 7; }, special);
  check_eval([](const auto& x) { return isnormal(x) ? x * 5 : x * 7; }, special);
  check_eval(
      [](const auto& x) {
        switch (fpclassify(x)) {
          case FP_NAN:
            return 1 + 0 * x;
          case FP_INFINITE:
            return 2 * x;
          case FP_ZERO:
            return x + 3;
          case FP_SUBNORMAL:
            return 4 * x;
          default:
            return 5 * x;
        }
      },
      special);
  // A NaN that arises inside.
  check_eval(
      [](const auto& x) {
        const auto y = sqrt(x);
        return isnan(y) ? x : y;
      },
      special);
}

TEST_CASE("select evaluates both sides and takes one") {
  check_first_and_second([](const auto& x) { return dad::select(x > 0, x * x, sin(x)); }, inputs);
  check_eval([](const auto& x) { return dad::select(x[0] < x[1], x[0] * x[1], exp(x[0])); }, pairs);
  check_eval([](const auto& x) { return dad::select(x > 1, 3, x); }, special);
  check_eval([](const auto& x) { return dad::select(isnan(x), 0.0, x * 2); }, special);
  check_eval(
      [](const auto& x) {
        return dad::select(x > 0, dad::select(x > 1, x, 2 * x), dad::select(x < -1, 3.0, -x));
      },
      inputs);
  // What is not taken has no influence, not even where it is infinite or no number at all.
  check_eval([](const auto& x) { return dad::select(x > 0, log(x), x); }, inputs);
  check_eval([](const auto& x) { return dad::select(x != 0, sin(x) / x, 1); }, special);
  check_eval([](const auto& x) { return dad::select(x[0] > 0 && x[1] > 0, x[0] * x[1], 0.0); }, pairs);
  check_eval([](const auto& x) { return dad::select(true, x, 2 * x); }, inputs);
}

TEST_CASE("mantissas and exponents") {
  check_eval(
      [](const auto& x) {
        int exponent = 0;
        const auto mantissa = frexp(x, &exponent);
        return mantissa * mantissa + exponent;
      },
      test::numbers(300, -100, 100));
  check_eval(
      [](const auto& x) {
        int exponent = 0;
        const auto mantissa = frexp(x, &exponent);
        return ldexp(mantissa, exponent + 1);
      },
      special);
  check_eval([](const auto& x) { return ldexp(x, 3) + scalbn(x, -2) * x; }, inputs);
  check_eval([](const auto& x) { return ldexp(x, static_cast<int>(abs(x))); }, inputs);
  check_eval([](const auto& x) { return logb(x) * x; }, test::numbers(100, 0.001, 900));
}

TEST_CASE("whole and fractional parts") {
  check_eval(
      [](const auto& x) {
        std::remove_cvref_t<decltype(x)> whole = 0;
        const auto fraction = modf(x, &whole);
        return fraction * fraction + 3 * whole;
      },
      inputs);
  check_eval(
      [](const auto& x) {
        std::remove_cvref_t<decltype(x)> whole = 0;
        const auto fraction = modf(x, &whole);
        return dad::select(signbit(fraction), -whole, whole + fraction);
      },
      special);
}

TEST_CASE("remainders") {
  check_eval([](const auto& x) { return fmod(x, 0.7) * x; }, inputs);
  check_eval([](const auto& x) { return remainder(x, 0.7) * x; }, inputs);
  check_eval([](const auto& x) { return fmod(x[0] * 10, x[1]); }, pairs, 1e-12);
  check_eval([](const auto& x) { return remainder(5.0, x[0]) + x[1]; }, pairs, 1e-12);
}

TEST_CASE("the sign of zero is carried through") {
  const std::vector zeros{0.0, -0.0, 1.0, -1.0, 0.0, -0.0, inf, -inf};
  const auto check_values = [&](const auto& f) {
    const auto r = dad::batch_eval(f, zeros);
    for (std::size_t i = 0; i < zeros.size(); ++i) {
      const double expected = f(zeros[i]);
      INFO("x = " << zeros[i] << ": got " << r[i].value << ", expected " << expected);
      CHECK(((std::isnan(expected) && std::isnan(r[i].value)) ||
             (r[i].value == expected && std::signbit(r[i].value) == std::signbit(expected))));
    }
    check_eval(f, zeros);
  };
  using std::copysign;
  check_values([](const auto& x) { return x + 0; });
  check_values([](const auto& x) { return x + -0.0; });
  check_values([](const auto& x) { return x - 0.0; });
  check_values([](const auto& x) { return x - -0.0; });
  check_values([](const auto& x) { return 0.0 + x; });
  check_values([](const auto& x) { return 0.0 - x; });
  check_values([](const auto& x) { return -0.0 - x; });
  check_values([](const auto& x) { return -x; });
  check_values([](const auto& x) { return x * 1; });
  check_values([](const auto& x) { return x * -1; });
  check_values([](const auto& x) { return x * 0; });
  check_values([](const auto& x) { return -0.0 * x; });
  check_values([](const auto& x) { return x / 1; });
  check_values([](const auto& x) { return x / -1; });
  check_values([](const auto& x) { return x / inf; });
  check_values([](const auto& x) { return 1 / (x + 0.0); });
  check_values([](const auto& x) { return 1 / (x * -1); });
  check_values([](const auto& x) { return x - x; });
  check_values([](const auto& x) { return x + (-x); });
  check_values([](const auto& x) { return -(-x); });
  check_values([](const auto& x) { return -(0.0 - x); });
  check_values([](const auto& x) { return x * 2 * 0.5; });
  check_values([](const auto& x) { return copysign(2.0, x); });
}

}  // namespace
