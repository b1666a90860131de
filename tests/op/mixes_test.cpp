// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// Scalars next to int, float and double on either side, in operators and functions; plain numbers alone, and
// float.

#include <algorithm>
#include <cmath>
#include <type_traits>

#include "catch.hpp"
#include "op/one_slope.hpp"

namespace {

// One place for the assertion, so that templates stay cheap to compile.
void same(double got, double expected) { CHECK(got == expected); }

/// f(x, a) and f(a, x) for a plain number a of each type against the same with a double, bit by bit.
template <class Machine, class F>
void hold_pair(const char* name, F f) {
  using S = typename Machine::scalar;
  INFO(name);
  Machine m;
  const S x = m.seed(1.75);
  auto hold = [&](auto a) {
    const auto b = static_cast<double>(a);
    const S right = f(x, a);
    const S right_double = f(x, b);
    const S left = f(a, x);
    const S left_double = f(b, x);
    static_assert(std::is_same_v<decltype(f(x, a)), S>);
    static_assert(std::is_same_v<decltype(f(a, x)), S>);
    same(dad::value(right), f(1.75, b));
    same(dad::value(left), f(b, 1.75));
    same(dad::value(right_double), f(1.75, b));
    same(dad::value(left_double), f(b, 1.75));
    same(m.slope(right), m.slope(right_double));
    same(m.slope(left), m.slope(left_double));
    // A constant scalar is like the plain number.
    same(m.slope(f(x, S(b))), m.slope(right_double));
    same(m.slope(f(S(b), x)), m.slope(left_double));
  };
  hold(2);
  hold(2u);
  hold(3L);
  hold(short{2});
  hold(2.5f);
  hold(2.5);
  hold(true);
}

/// f of three operands with every mix of a scalar and plain numbers of several types.
template <class Machine, class F>
void hold_triple(const char* name, F f) {
  using S = typename Machine::scalar;
  INFO(name);
  Machine m;
  const S x = m.seed(1.25);
  const double u = 2, v = 3.5;
  auto hold = [&](const auto& mixed, const S& plain) {
    static_assert(std::is_same_v<std::remove_cvref_t<decltype(mixed)>, S>);
    same(dad::value(mixed), dad::value(plain));
    same(m.slope(mixed), m.slope(plain));
  };
  hold(f(x, 2, 3.5f), f(x, S(u), S(v)));
  hold(f(x, x, 3.5f), f(x, x, S(v)));
  hold(f(2, x, 3.5), f(S(u), x, S(v)));
  hold(f(2.0f, 3.5, x), f(S(u), S(v), x));
  hold(f(2, x, x), f(S(u), x, x));
  hold(f(x, 2, x), f(x, S(u), x));
}

}  // namespace

#define DAD_PAIR(name)                            \
  hold_pair<TestType>(#name, [](auto x, auto y) { \
    using std::name;                              \
    return name(x, y);                            \
  })
#define DAD_TRIPLE(name)                                    \
  hold_triple<TestType>(#name, [](auto x, auto y, auto z) { \
    using std::name;                                        \
    return name(x, y, z);                                   \
  })

TEMPLATE_LIST_TEST_CASE("operators take arithmetic types on either side", "[op]", machines) {
  hold_pair<TestType>("+", [](auto x, auto y) { return x + y; });
  hold_pair<TestType>("-", [](auto x, auto y) { return x - y; });
  hold_pair<TestType>("*", [](auto x, auto y) { return x * y; });
  hold_pair<TestType>("/", [](auto x, auto y) { return x / y; });
}

TEMPLATE_LIST_TEST_CASE("functions of two operands take arithmetic types on either side", "[op]", machines) {
  DAD_PAIR(pow);
  DAD_PAIR(atan2);
  DAD_PAIR(hypot);
  DAD_PAIR(fmin);
  DAD_PAIR(fmax);
  DAD_PAIR(fdim);
  DAD_PAIR(fmod);
  DAD_PAIR(remainder);
  DAD_PAIR(copysign);
  DAD_PAIR(nextafter);
  DAD_PAIR(min);
  DAD_PAIR(max);
  hold_pair<TestType>("log_sum_exp", [](auto x, auto y) { return dad::log_sum_exp(x, y); });
}

TEMPLATE_LIST_TEST_CASE("functions of three operands take any mix", "[op]", machines) {
  DAD_TRIPLE(fma);
  DAD_TRIPLE(hypot);
  DAD_TRIPLE(lerp);
  DAD_TRIPLE(clamp);
}

TEST_CASE("dad's names take plain numbers", "[op]") {
  CHECK(dad::sin(0.5) == std::sin(0.5));
  CHECK(dad::pow(2.0, 3) == 8);
  CHECK(dad::hypot(2.0, 3.0, 6.0) == 7);
  CHECK(dad::abs(-2.5) == 2.5);
  CHECK(dad::max(1.0, 2.0) == 2);
  CHECK(dad::clamp(5, 0.5, 2) == 2.0);
  CHECK(dad::square(3) == 9.0);
  CHECK(dad::relu(-1.5) == 0);
  CHECK(dad::sign(-3) == -1.0);
  CHECK(dad::sigmoid(0) == 0.5);
  CHECK(dad::softplus(0.0) == std::log(2.0));
  CHECK(dad::norm_cdf(0.0) == 0.5);
  CHECK(std::fabs(dad::digamma(1) + 0.57721566490153286) < 1e-15);
  CHECK(std::fabs(dad::polygamma(1, 1) - 1.6449340668482264) < 1e-15);
  CHECK(dad::log_sum_exp(0, 0.0) == std::log(2.0));
  static_assert(std::is_same_v<decltype(dad::square(3)), double>);
  static_assert(std::is_same_v<decltype(dad::square(3.0f)), float>);
  static_assert(std::is_same_v<decltype(dad::sigmoid(1.0L)), long double>);
  CHECK(dad::value(3) == 3);
  CHECK(dad::value(dad::dual<>(2.0, 1.0)) == 2);
}

TEST_CASE("scalars of float keep to float", "[op]") {
  using S = dad::dual<float, 1>;
  const S x(2.0f, 1.0f);
  static_assert(std::is_same_v<decltype(x * 2), S>);
  static_assert(std::is_same_v<decltype(pow(x, 2)), S>);
  CHECK(sin(x).tangent() == std::cos(2.0f));
  CHECK(std::fabs(digamma(x).tangent() - 0.64493406f) < 1e-7f);
  CHECK(std::fabs(erf(x).tangent() - 0.020666985f) < 1e-8f);
  CHECK(pow(x, 3).tangent() == 12);
}
