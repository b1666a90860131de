// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// Scalars next to int, float and double on either side: operators, functions, comparisons, compound
// assignment, and what is found where std's names are visible too.

#include <algorithm>
#include <cmath>
#include <limits>
#include <sstream>
#include <tuple>
#include <type_traits>
#include <vector>

#include "catch.hpp"

#include <dad/forward/dual.hpp>
#include <dad/reverse/var.hpp>

namespace {

/// A scalar that carries one derivative, whatever the machine: seed(x) and slope(y) = dy/dx.
struct forward_number {
  using scalar = dad::dual<double, 1>;
  static scalar seed(double x) { return {x, 1.0}; }
  double slope(const scalar& y) const { return y.tangent(); }
};

struct reverse_number {
  using scalar = dad::var<double>;
  dad::tape<double> tape;
  dad::tape<double>::activation guard = tape.activate();
  scalar x;
  scalar seed(double value) {
    x = value;
    tape.input(x);
    return x;
  }
  double slope(const scalar& y) {
    if (!y.is_active()) return 0;
    tape.backward(y);
    return x.adjoint();
  }
};

struct nested_number {
  using scalar = dad::dual<dad::dual<double, 1>, 1>;
  static scalar seed(double x) { return {dad::dual<double, 1>(x, 1.0), dad::dual<double, 1>(1.0)}; }
  double slope(const scalar& y) const { return y.tangent().value(); }
};

using machines = std::tuple<forward_number, reverse_number, nested_number>;

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

TEMPLATE_LIST_TEST_CASE("comparisons look at values", "[op]", machines) {
  using S = typename TestType::scalar;
  TestType m;
  const S x = m.seed(2);
  const S y = 3;
  CHECK((x < y && x < 3 && 1 < x && x < 2.5f && 1.5 < x));
  CHECK((x <= y && x <= 2 && 2 <= x));
  CHECK((y > x && y > 2 && 4.0 > y));
  CHECK((y >= x && y >= 3 && 3 >= y));
  CHECK((x == 2 && 2.0 == x && x != y && x != 3 && 3.0f != x));
  CHECK_FALSE((x > y || x == y || x != 2 || x >= 3));
  const S nan = std::numeric_limits<double>::quiet_NaN();
  CHECK_FALSE((nan < x || nan > x || nan == nan || nan <= 1 || 1 >= nan));
  CHECK(nan != nan);
}

TEMPLATE_LIST_TEST_CASE("compound assignment, increment and sign", "[op]", machines) {
  using S = typename TestType::scalar;
  TestType m;
  const S x = m.seed(2);
  auto slope_of = [&](auto change) {
    auto y = x * 1;
    change(y);
    return std::pair(dad::value(y), m.slope(y));
  };
  using result = std::pair<double, double>;
  CHECK(slope_of([&](auto& y) { y += x; }) == result(4, 2));
  CHECK(slope_of([&](auto& y) { y += 1; }) == result(3, 1));
  CHECK(slope_of([&](auto& y) { y -= 0.5f; }) == result(1.5, 1));
  CHECK(slope_of([&](auto& y) { y -= x; }) == result(0, 0));
  CHECK(slope_of([&](auto& y) { y *= 3; }) == result(6, 3));
  CHECK(slope_of([&](auto& y) { y *= x; }) == result(4, 4));
  CHECK(slope_of([&](auto& y) { y /= 4.0; }) == result(0.5, 0.25));
  CHECK(slope_of([&](auto& y) { y /= x; }) == result(1, 0));
  CHECK(slope_of([&](auto& y) { y *= y; }) == result(4, 4));
  CHECK(slope_of([&](auto& y) { y = -y; }) == result(-2, -1));
  CHECK(slope_of([&](auto& y) { y = +y; }) == result(2, 1));
  CHECK(slope_of([&](auto& y) { ++y; }) == result(3, 1));
  CHECK(slope_of([&](auto& y) { y--; }) == result(1, 1));
  CHECK(slope_of([&](auto& y) { (y += x) *= 2; }) == result(8, 4));
  CHECK(slope_of([&](auto& y) { y = 7; }) == result(7, 0));
}

TEMPLATE_LIST_TEST_CASE("classification looks at the value", "[op]", machines) {
  using S = typename TestType::scalar;
  using std::isfinite, std::isinf, std::isnan, std::isnormal, std::signbit, std::fpclassify;
  const double inf = std::numeric_limits<double>::infinity();
  TestType m;
  const S one = m.seed(1);
  CHECK((isfinite(one) && !isinf(one) && !isnan(one) && isnormal(one) && !signbit(one)));
  CHECK((!isfinite(S(inf)) && isinf(S(-inf)) && signbit(S(-inf)) && !isnan(S(inf))));
  CHECK((isnan(S(std::nan(""))) && !isfinite(S(std::nan("")))));
  CHECK((signbit(S(-0.0)) && !isnormal(S(1e-310)) && fpclassify(S(1e-310)) == FP_SUBNORMAL));
  CHECK((dad::isnan(std::nan("")) && dad::isfinite(1.0) && dad::isinf(inf) && dad::signbit(-1.0)));
}

TEMPLATE_LIST_TEST_CASE("min and max are found before std's", "[op]", machines) {
  using S = typename TestType::scalar;
  using std::clamp, std::max, std::min;
  TestType m;
  const S x = m.seed(2);
  static_assert(std::is_same_v<decltype(max(x, S(1))), S>);
  static_assert(std::is_same_v<decltype(min(x, x * x)), S>);
  CHECK(m.slope(max(x, S(1))) == 1);
  CHECK(m.slope(max(x, S(3))) == 0);
  CHECK(m.slope(min(x, x * x)) == 1);
  CHECK(m.slope(max(x, x * x)) == 4);
  CHECK(m.slope(max(x, 2)) == 1);  // a tie flows to the first argument
  CHECK(m.slope(max(2, x)) == 0);
  CHECK(m.slope(clamp(x, S(0), S(1))) == 0);
  CHECK(m.slope(clamp(x, 0, 3)) == 1);
  CHECK(m.slope(clamp(1, 0.5, x)) == 0);
  CHECK(m.slope(clamp(5, 0.5, x)) == 1);
  // std's own templates, which compare by operator <, still take a scalar.
  CHECK(m.slope(std::max(x, S(1))) == 1);
  std::vector<S> values{x, S(1), x * x};
  CHECK(m.slope(*std::max_element(values.begin(), values.end())) == 4);
}

TEMPLATE_LIST_TEST_CASE("select takes either branch whole", "[op]", machines) {
  using S = typename TestType::scalar;
  TestType m;
  const S x = m.seed(2);
  static_assert(std::is_same_v<decltype(select(true, x, 0)), S>);
  CHECK(m.slope(select(x > 1, x * x, x)) == 4);
  CHECK(m.slope(select(x > 3, x * x, 7.0)) == 0);
  CHECK(m.slope(dad::select(false, 0, x)) == 1);
  CHECK(dad::select(true, 1, 2.5) == 1.0);
}

TEMPLATE_LIST_TEST_CASE("parts of a number: modf, frexp, ldexp, scalbn", "[op]", machines) {
  using S = typename TestType::scalar;
  using std::frexp, std::ldexp, std::modf, std::scalbn;
  TestType m;
  const S x = m.seed(-2.75);

  S whole;
  const S fraction = modf(x, &whole);
  CHECK((dad::value(fraction) == -0.75 && dad::value(whole) == -2));
  CHECK((m.slope(fraction) == 1 && m.slope(whole) == 0));
  const S infinite = std::numeric_limits<double>::infinity();
  CHECK((dad::value(modf(-infinite, &whole)) == 0 && std::isinf(dad::value(whole))));
  CHECK(std::signbit(dad::value(modf(-infinite, &whole))));

  int exponent = -1;
  const S mantissa = frexp(x, &exponent);
  CHECK((dad::value(mantissa) == -0.6875 && exponent == 2));
  CHECK(m.slope(mantissa) == 0.25);
  CHECK((dad::value(frexp(S(0), &exponent)) == 0 && exponent == 0));

  CHECK((dad::value(ldexp(x, 3)) == -22 && m.slope(ldexp(x, 3)) == 8));
  CHECK((dad::value(scalbn(x, -1)) == -1.375 && m.slope(scalbn(x, -1)) == 0.5));
}

TEMPLATE_LIST_TEST_CASE("numeric limits and printing", "[op]", machines) {
  using S = typename TestType::scalar;
  using limits = std::numeric_limits<S>;
  using plain = std::numeric_limits<double>;
  static_assert(limits::is_specialized && !limits::is_integer && limits::has_infinity);
  static_assert(limits::digits == plain::digits && limits::max_exponent == plain::max_exponent);
  static_assert(std::is_same_v<decltype(limits::max()), S>);
  CHECK((limits::max() == plain::max() && limits::min() == plain::min() &&
         limits::lowest() == plain::lowest()));
  CHECK((limits::epsilon() == plain::epsilon() && limits::infinity() == plain::infinity()));
  CHECK((limits::denorm_min() == plain::denorm_min() && limits::quiet_NaN() != limits::quiet_NaN()));

  TestType m;
  std::ostringstream text;
  text << m.seed(2.5);
  CHECK(text.str().substr(0, 3) == "2.5");
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
