// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// dual as a number type: construction, conversion, arithmetic, comparison, printing, limits.

#include <dad/forward/dual.hpp>

#include <concepts>
#include <cstdint>
#include <limits>
#include <sstream>
#include <string>
#include <type_traits>

#include "core/close.hpp"

namespace {

using dad::dual;

TEST_CASE("a dual is a value and its tangents") {
  dual<> x(3.0, 1.5);
  CHECK(x.value() == 3.0);
  CHECK(x.tangent() == 1.5);
  CHECK(x.tangent(0) == 1.5);
  x.value() = 4.0;
  x.tangent() = -1.0;
  CHECK(x.value() == 4.0);
  CHECK(x.tangent() == -1.0);

  const dual<> none;
  CHECK(none.value() == 0.0);
  CHECK(none.tangent() == 0.0);

  dual<double, 2> y(7.0);
  CHECK(y.tangent(0) == 0.0);
  y.tangent(1) = 2.0;
  CHECK((y * y).tangent(1) == 28.0);
  CHECK((y * y).tangent(0) == 0.0);

  const dual<double, 3> z(1.0, 2.0, 3, 4.0F);
  CHECK(z.tangent(0) == 2.0);
  CHECK(z.tangent(1) == 3.0);
  CHECK(z.tangent(2) == 4.0);
}

TEST_CASE("a dual is as large as its numbers") {
  STATIC_REQUIRE(sizeof(dual<>) == 2 * sizeof(double));
  STATIC_REQUIRE(sizeof(dual<double, 7>) == 8 * sizeof(double));
  STATIC_REQUIRE(sizeof(dual<float>) == 2 * sizeof(float));
  STATIC_REQUIRE(sizeof(dual<dual<>>) == 4 * sizeof(double));
  STATIC_REQUIRE(sizeof(dual<dual<double, 3>, 2>) == 12 * sizeof(double));
  STATIC_REQUIRE(std::is_trivially_copyable_v<dual<dual<>>>);
  STATIC_REQUIRE(std::is_nothrow_move_constructible_v<dual<>>);
  STATIC_REQUIRE(std::regular<dual<>>);
  STATIC_REQUIRE(std::totally_ordered<dual<>>);
}

TEST_CASE("plain numbers become constants, nothing becomes a plain number by itself") {
  STATIC_REQUIRE(std::convertible_to<int, dual<>>);
  STATIC_REQUIRE(std::convertible_to<float, dual<>>);
  STATIC_REQUIRE(std::convertible_to<bool, dual<>>);
  STATIC_REQUIRE(std::convertible_to<long double, dual<>>);
  STATIC_REQUIRE(std::convertible_to<std::int64_t, dual<dual<>>>);
  STATIC_REQUIRE(std::convertible_to<double, dual<double, 4>>);
  STATIC_REQUIRE_FALSE(std::convertible_to<dual<>, double>);
  STATIC_REQUIRE_FALSE(std::convertible_to<dual<>, int>);
  STATIC_REQUIRE_FALSE(std::convertible_to<dual<>, bool>);
  STATIC_REQUIRE_FALSE(std::convertible_to<std::string, dual<>>);
  STATIC_REQUIRE_FALSE(std::convertible_to<double*, dual<>>);
  STATIC_REQUIRE_FALSE(std::constructible_from<dual<>, const char*>);

  const dual<> five = 5;
  CHECK(five.value() == 5.0);
  CHECK(five.tangent() == 0.0);
}

TEST_CASE("a cast says that the tangents are lost") {
  const dual<> x(2.75, 1.0);
  CHECK(static_cast<double>(x) == 2.75);
  CHECK(static_cast<int>(x) == 2);
  CHECK(static_cast<std::size_t>(x) == 2);
  CHECK(static_cast<float>(dual<dual<>>(x)) == 2.75F);
  CHECK(static_cast<bool>(x));
  CHECK_FALSE(static_cast<bool>(dual<>(0.0, 1.0)));
}

TEST_CASE("a dual of an outer level is a constant of an inner one") {
  const dual<> outer(3.0, 1.0);
  const dual<dual<>> nested = outer;
  CHECK(nested.value().value() == 3.0);
  CHECK(nested.value().tangent() == 1.0);
  CHECK(nested.tangent().value() == 0.0);
  STATIC_REQUIRE(std::convertible_to<dual<>, dual<dual<>>>);
  STATIC_REQUIRE_FALSE(std::convertible_to<dual<dual<>>, dual<>>);

  struct inner;
  using level = dual<dual<>, 1, inner>;
  const level constant = outer;
  CHECK(constant.value().tangent() == 1.0);
  CHECK(constant.tangent().value() == 0.0);
  STATIC_REQUIRE_FALSE(std::convertible_to<level, dual<>>);
}

TEST_CASE("a dual over another number keeps its tangents") {
  const dual<> wide = dual<float>(1.5F, 2.5F);
  CHECK(wide.value() == 1.5);
  CHECK(wide.tangent() == 2.5);
  struct level;
  const dual<dual<>, 1, level> built = dual<double, 1, level>(1.5, 2.5);
  CHECK(built.value().value() == 1.5);
  CHECK(built.tangent().value() == 2.5);
  CHECK(built.value().tangent() == 0.0);
}

TEST_CASE("template arguments are found from constructor arguments") {
  STATIC_REQUIRE(std::is_same_v<decltype(dual(2)), dual<double>>);
  STATIC_REQUIRE(std::is_same_v<decltype(dual(2.0F)), dual<float>>);
  STATIC_REQUIRE(std::is_same_v<decltype(dual(2.0, 1)), dual<double>>);
  STATIC_REQUIRE(std::is_same_v<decltype(dual(2, 1)), dual<double>>);
  STATIC_REQUIRE(std::is_same_v<decltype(dual(2.0, 1.0, 0.0)), dual<double, 2>>);
  const dual<double, 3> x(1.0);
  STATIC_REQUIRE(std::is_same_v<decltype(dual(x)), dual<double, 3>>);
  const dual y = 2;
  STATIC_REQUIRE(std::is_same_v<decltype(y), const dual<double>>);
  CHECK(dual(2.0, 1.0, 5.0).tangent(1) == 5.0);
}

TEST_CASE("arithmetic follows the rules of the product and the quotient") {
  const dual<> x(3.0, 2.0), y(-4.0, 0.5);
  CHECK((x + y).tangent() == 2.5);
  CHECK((x - y).tangent() == 1.5);
  CHECK((x * y).value() == -12.0);
  CHECK((x * y).tangent() == 2.0 * -4.0 + 3.0 * 0.5);
  CHECK((x / y).tangent() == close_to((2.0 * -4.0 - 3.0 * 0.5) / 16.0));
  CHECK((-x).tangent() == -2.0);
  CHECK((+x).tangent() == 2.0);

  SECTION("with plain numbers on either side") {
    CHECK((2 * x).tangent() == 4.0);
    CHECK((x * 2.0F).tangent() == 4.0);
    CHECK((1 - x).tangent() == -2.0);
    CHECK((x - 1L).tangent() == 2.0);
    CHECK((6 / x).value() == 2.0);
    CHECK((6 / x).tangent() == close_to(-6.0 * 2.0 / 9.0));
    CHECK((x / 4u).tangent() == 0.5);
    CHECK((true + x).value() == 4.0);
    STATIC_REQUIRE(std::is_same_v<decltype(2 * x), dual<>>);
  }
  SECTION("compound forms, increments and decrements") {
    dual<> z = x;
    z += y;
    z -= 1;
    z *= x;
    z /= 2.0;
    CHECK(z.value() == (3.0 - 4.0 - 1.0) * 3.0 / 2.0);
    CHECK(z.tangent() == close_to((2.5 * 3.0 + -2.0 * 2.0) / 2.0));
    CHECK((++z).value() == -2.0);
    CHECK((z++).value() == -2.0);
    CHECK((z--).value() == -1.0);
    CHECK((--z).value() == -3.0);
    CHECK(z.tangent() == close_to((2.5 * 3.0 + -2.0 * 2.0) / 2.0));
  }
  SECTION("an operand may be the target") {
    dual<> z = x;
    const dual<>& same = z;
    z *= same;
    CHECK(z.tangent() == 12.0);
    z /= same;
    CHECK(z.value() == 1.0);
    CHECK(z.tangent() == close_to(0.0, 0.0, 1e-15));
    z -= same;
    CHECK(z.value() == 0.0);
  }
}

TEST_CASE("comparisons look at values") {
  const dual<> x(1.0, 2.0), y(1.0, 3.0), z(2.0, 0.0);
  CHECK(x == y);
  CHECK(x != z);
  CHECK(x < z);
  CHECK(x <= y);
  CHECK(z > 1);
  CHECK(2.0F >= z);
  CHECK(1 == x);
  CHECK_FALSE(x == dual<>(std::numeric_limits<double>::quiet_NaN()));
  CHECK(dual<dual<>>(x) < z);
}

TEST_CASE("limits are those of the plain number") {
  using limits = std::numeric_limits<dual<>>;
  STATIC_REQUIRE(limits::is_specialized);
  STATIC_REQUIRE(limits::digits == 53);
  STATIC_REQUIRE(std::is_same_v<decltype(limits::max()), dual<>>);
  CHECK(limits::max().value() == std::numeric_limits<double>::max());
  CHECK(limits::lowest().value() == std::numeric_limits<double>::lowest());
  CHECK(limits::min().value() == std::numeric_limits<double>::min());
  CHECK(limits::epsilon().value() == std::numeric_limits<double>::epsilon());
  CHECK(limits::infinity().value() == std::numeric_limits<double>::infinity());
  CHECK(std::isnan(limits::quiet_NaN().value()));
  CHECK(limits::infinity().tangent() == 0.0);
  CHECK(std::numeric_limits<dual<dual<float>>>::epsilon().value().value() ==
        std::numeric_limits<float>::epsilon());
  STATIC_REQUIRE(std::numeric_limits<const dual<>>::is_specialized);
}

TEST_CASE("printing gives the value and the tangents") {
  std::ostringstream out;
  out << dual<>(1.5, -2.0) << ' ' << dual<double, 2>(3.0, 4.0, 5.0);
  CHECK(out.str() == "1.5 [-2] 3 [4, 5]");
  std::wostringstream wide;
  wide << dual<>(1.5, -2.0);
  CHECK(wide.str() == L"1.5 [-2]");
  std::ostringstream nested;
  nested << dual<dual<>>(dual<>(1.0, 2.0), dual<>(3.0, 4.0));
  CHECK(nested.str() == "1 [2] [3 [4]]");
}

}  // namespace
