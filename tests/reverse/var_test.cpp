// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// var as a number type, and over other number types.

#include <dad/forward/dual.hpp>
#include <dad/reverse/tape.hpp>
#include <dad/reverse/var.hpp>

#include <concepts>
#include <limits>
#include <sstream>
#include <string>
#include <type_traits>
#include <vector>

#include "core/close.hpp"

namespace {

using dad::dual;
using dad::var;

TEST_CASE("a var is 16 bytes and a regular, ordered type") {
  STATIC_REQUIRE(sizeof(var<>) == 16);
  STATIC_REQUIRE(sizeof(var<dual<>>) == 24);
  STATIC_REQUIRE(std::regular<var<>>);
  STATIC_REQUIRE(std::totally_ordered<var<>>);
  STATIC_REQUIRE(std::is_nothrow_move_constructible_v<var<>>);
  STATIC_REQUIRE(std::is_nothrow_copy_assignable_v<var<>>);
  STATIC_REQUIRE(std::is_trivially_destructible_v<var<>>);
  STATIC_REQUIRE(std::is_same_v<var<>::value_type, double>);
  STATIC_REQUIRE(std::is_same_v<decltype(var<>() * 2), var<>>);
  STATIC_REQUIRE(std::is_same_v<decltype(1.0F + sin(var<>())), var<>>);
  STATIC_REQUIRE(std::is_same_v<decltype(var<>() * var<>() + var<>()), var<>>);
}

TEST_CASE("plain numbers become constants, nothing becomes a plain number by itself") {
  STATIC_REQUIRE(std::convertible_to<int, var<>>);
  STATIC_REQUIRE(std::convertible_to<float, var<>>);
  STATIC_REQUIRE(std::convertible_to<dual<>, var<dual<>>>);
  STATIC_REQUIRE(std::convertible_to<double, var<var<>>>);
  STATIC_REQUIRE(std::convertible_to<var<>, var<var<>>>);
  STATIC_REQUIRE_FALSE(std::convertible_to<var<>, double>);
  STATIC_REQUIRE_FALSE(std::convertible_to<var<>, bool>);
  STATIC_REQUIRE_FALSE(std::convertible_to<var<>, dual<>>);
  STATIC_REQUIRE_FALSE(std::convertible_to<var<dual<>>, var<>>);
  STATIC_REQUIRE_FALSE(std::convertible_to<std::string, var<>>);
  constexpr var<> x = 2;
  STATIC_REQUIRE(x.value() == 2.0);
  CHECK_FALSE(x.is_active());
  STATIC_REQUIRE(var<>().value() == 0.0);
  CHECK(static_cast<int>(var<>(2.75)) == 2);
  CHECK(static_cast<double>(var<dual<>>(2.75)) == 2.75);
}

TEST_CASE("template arguments are found from constructor arguments") {
  var x = 2;
  STATIC_REQUIRE(std::is_same_v<decltype(x), var<double>>);
  STATIC_REQUIRE(std::is_same_v<decltype(var(2.0F)), var<float>>);
  STATIC_REQUIRE(std::is_same_v<decltype(var(dual<>(1.0))), var<dual<>>>);
  STATIC_REQUIRE(std::is_same_v<decltype(var(x)), var<double>>);
}

TEST_CASE("comparisons look at values and printing gives them") {
  dad::tape<> t;
  const auto guard = t.activate();
  var<> x = 2.0;
  t.input(x);
  CHECK(x == 2);
  CHECK(x < 3.0F);
  CHECK(1 < x);
  CHECK(x * x >= 4);
  CHECK(x != 2.5);
  std::ostringstream out;
  out << x << ' ' << x * 1.25;
  CHECK(out.str() == "2 2.5");
  std::wostringstream wide;
  wide << x;
  CHECK(wide.str() == L"2");
}

TEST_CASE("limits are those of the plain number, as constants") {
  using limits = std::numeric_limits<var<>>;
  STATIC_REQUIRE(limits::is_specialized);
  STATIC_REQUIRE(limits::max_digits10 == 17);
  STATIC_REQUIRE(std::is_same_v<decltype(limits::epsilon()), var<>>);
  CHECK(limits::max() == std::numeric_limits<double>::max());
  CHECK(limits::infinity() == std::numeric_limits<double>::infinity());
  CHECK_FALSE(limits::lowest().is_active());
  CHECK(isnan(limits::quiet_NaN()));
}

TEST_CASE("copies are the same value of the recording, and survive what happens to each other") {
  dad::tape<> t;
  const auto guard = t.activate();
  var<> x = 3.0;
  t.input(x);
  var<> y = x * x;
  const var<> copy = y;
  const var<> moved = std::move(y);
  y = 5.0;
  CHECK_FALSE(y.is_active());
  t.backward(copy * moved);
  CHECK(x.adjoint() == 2 * 9.0 * 6.0);
  var<> z = x;
  z *= z;
  z += z;
  z -= x;
  z /= x;  // (2 x^2 - x) / x
  CHECK(z.value() == 5.0);
  t.backward(z);
  CHECK(x.adjoint() == close_to(2.0));
  var<> i = x;
  const var<> before = i++;
  t.backward(before * ++i);  // x (x + 2)
  CHECK(x.adjoint() == 8.0);
}

TEST_CASE("a float recording computes in float") {
  dad::tape<float> t;
  const auto guard = t.activate();
  var<float> x = 0.5F;
  t.input(x);
  const auto y = exp(2 * x) / 3.0;
  STATIC_REQUIRE(std::is_same_v<decltype(y), const var<float>>);
  t.backward(y);
  STATIC_REQUIRE(std::is_same_v<decltype(x.adjoint()), float>);
  CHECK(static_cast<double>(x.adjoint()) == close_to(2 * std::exp(1.0) / 3, 1e-6));
}

// f = x^2 y + sin(x y)
template <class T>
T scalar_function(const T& x, const T& y) {
  return x * x * y + sin(x * y);
}
double f_x(double x, double y) { return 2 * x * y + y * std::cos(x * y); }
double f_xx(double x, double y) { return 2 * y - y * y * std::sin(x * y); }
double f_xy(double x, double y) { return 2 * x + std::cos(x * y) - x * y * std::sin(x * y); }

TEST_CASE("var over dual is forward over reverse") {
  dad::tape<dual<>> t;
  const auto guard = t.activate();
  var<dual<>> x = dual<>(1.5, 1.0), y = dual<>(0.5, 0.0);
  t.input(x);
  t.input(y);
  t.backward(scalar_function(x, y));
  CHECK(x.adjoint().value() == close_to(f_x(1.5, 0.5)));
  CHECK(x.adjoint().tangent() == close_to(f_xx(1.5, 0.5)));
  CHECK(y.adjoint().tangent() == close_to(f_xy(1.5, 0.5)));
}

TEST_CASE("var over var is reverse over reverse") {
  dad::tape<> outer;
  dad::tape<var<>> inner;
  const auto outer_guard = outer.activate();
  const auto inner_guard = inner.activate();
  var<> x = 1.5, y = 0.5;
  outer.input(x);
  outer.input(y);
  var<var<>> u = x, v = y;
  inner.input(u);
  inner.input(v);
  inner.backward(scalar_function(u, v));
  const var<> slope = u.adjoint();
  CHECK(slope.value() == close_to(f_x(1.5, 0.5)));
  outer.backward(slope);
  CHECK(x.adjoint() == close_to(f_xx(1.5, 0.5)));
  CHECK(y.adjoint() == close_to(f_xy(1.5, 0.5)));
}

TEST_CASE("dual over var is reverse over forward") {
  dad::tape<> t;
  const auto guard = t.activate();
  var<> x = 1.5, y = 0.5;
  t.input(x);
  t.input(y);
  using S = dual<var<>>;
  const S z = scalar_function(S(x, 1.0), S(y, 0.0));
  CHECK(z.tangent().value() == close_to(f_x(1.5, 0.5)));
  t.backward(z.tangent());
  CHECK(x.adjoint() == close_to(f_xx(1.5, 0.5)));
  CHECK(y.adjoint() == close_to(f_xy(1.5, 0.5)));
  const var<> one_of_the_outer_level = 2 * x;
  t.backward((z * one_of_the_outer_level).tangent());
  CHECK(y.adjoint() == close_to(3.0 * f_xy(1.5, 0.5)));
}

}  // namespace
