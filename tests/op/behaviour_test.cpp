// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// Scalars in code written for double: comparisons, compound assignment, classification, min and max next to
// std's, select, the parts of a number, limits and printing.

#include <algorithm>
#include <cmath>
#include <limits>
#include <sstream>
#include <type_traits>
#include <utility>
#include <vector>

#include "catch.hpp"
#include "op/one_slope.hpp"

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
