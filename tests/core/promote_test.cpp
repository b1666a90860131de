// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// Which types are numbers, and the number in which several meet.

#include <dad/core/promote.hpp>
#include <dad/forward/dual.hpp>
#include <dad/reverse/var.hpp>

#include <string>
#include <type_traits>

#include "catch.hpp"

namespace {

using dad::dual;
using dad::var;
template <class A, class B>
constexpr bool same = std::is_same_v<A, B>;

TEST_CASE("concepts tell scalars, reals and numbers apart") {
  STATIC_REQUIRE(dad::scalar<dual<>>);
  STATIC_REQUIRE(dad::scalar<const var<dual<>>>);
  STATIC_REQUIRE_FALSE(dad::scalar<double>);
  STATIC_REQUIRE_FALSE(dad::scalar<std::string>);
  STATIC_REQUIRE(dad::arithmetic<int>);
  STATIC_REQUIRE(dad::arithmetic<bool>);
  STATIC_REQUIRE_FALSE(dad::arithmetic<dual<>>);
  STATIC_REQUIRE(dad::real<float>);
  STATIC_REQUIRE(dad::real<var<>>);
  STATIC_REQUIRE_FALSE(dad::real<int>);
  STATIC_REQUIRE(dad::number<int>);
  STATIC_REQUIRE(dad::number<const double>);
  STATIC_REQUIRE(dad::number<dual<dual<>>>);
  STATIC_REQUIRE_FALSE(dad::number<std::string>);
  STATIC_REQUIRE_FALSE(dad::number<double*>);
}

TEST_CASE("integers count as double, the rest as themselves") {
  STATIC_REQUIRE(same<dad::promoted_t<int>, double>);
  STATIC_REQUIRE(same<dad::promoted_t<bool>, double>);
  STATIC_REQUIRE(same<dad::promoted_t<unsigned long>, double>);
  STATIC_REQUIRE(same<dad::promoted_t<float>, float>);
  STATIC_REQUIRE(same<dad::promoted_t<long double>, long double>);
  STATIC_REQUIRE(same<dad::promoted_t<var<>>, var<>>);
}

TEST_CASE("the plain number is at the bottom of a scalar") {
  STATIC_REQUIRE(same<dad::plain_t<dual<var<double>, 3>>, double>);
  STATIC_REQUIRE(same<dad::plain_t<dual<float>>, float>);
  STATIC_REQUIRE(same<dad::plain_t<int>, int>);
  CHECK(dad::value(dual<dual<>>(dual<>(2.5, 1.0), dual<>(3.0))) == 2.5);
  CHECK(dad::value(var<dual<>>(4.5)) == 4.5);
  CHECK(dad::value(7) == 7);
  STATIC_REQUIRE(same<decltype(dad::value(7)), int>);
  STATIC_REQUIRE(same<decltype(dad::value(dual<float>(1.0F))), float>);
}

TEST_CASE("plain numbers give way to scalars, outer scalars to inner ones") {
  STATIC_REQUIRE(same<dad::promote_t<double>, double>);
  STATIC_REQUIRE(same<dad::promote_t<int, float>, float>);
  STATIC_REQUIRE(same<dad::promote_t<double, dual<>>, dual<>>);
  STATIC_REQUIRE(same<dad::promote_t<var<>, long double>, var<>>);
  STATIC_REQUIRE(same<dad::promote_t<dual<float>, double>, dual<float>>);
  STATIC_REQUIRE(same<dad::promote_t<dual<>, dual<dual<>>>, dual<dual<>>>);
  STATIC_REQUIRE(same<dad::promote_t<var<dual<>>, dual<>>, var<dual<>>>);
  STATIC_REQUIRE(same<dad::promote_t<dual<var<>>, var<>, int>, dual<var<>>>);
  STATIC_REQUIRE(same<dad::promote_t<int, dual<>, double, dual<dual<>>>, dual<dual<>>>);
}

TEST_CASE("where no scalar is built on the other, both levels stay") {
  struct inner;
  struct outer;
  using a = dual<double, 1, inner>;
  using b = dual<double, 1, outer>;
  using both = dad::promote_t<a, b>;
  STATIC_REQUIRE(same<both, dad::promote_t<b, a>>);
  STATIC_REQUIRE(same<dad::plain_t<both>, double>);
  STATIC_REQUIRE(same<typename both::value_type::value_type, double>);
  STATIC_REQUIRE(same<dad::promote_t<both, a>, both>);
  STATIC_REQUIRE(same<dad::promote_t<b, both>, both>);
  STATIC_REQUIRE(same<dad::promote_t<var<>, a>, dual<var<>, 1, inner>>);
}

}  // namespace
