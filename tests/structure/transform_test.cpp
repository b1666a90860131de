// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// Scalars, containers and tuples: their reals are visited in order and replaced, and everything else is kept.

#include <array>
#include <deque>
#include <list>
#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <tuple>
#include <unordered_map>
#include <utility>
#include <vector>

#include <catch.hpp>
#include <dad/structure/transform.hpp>
#include <structure/mock.hpp>
#include <structure/reals.hpp>

namespace {

using dad::detail::for_each_real;
using dad::detail::gradient_t;
using dad::detail::real_count;
using dad::detail::same;
using dad::detail::transform;
using S = mock<double>;

}  // namespace

TEST_CASE("a scalar is its own real") {
  CHECK(reals(2.5) == doubles{2.5});
  CHECK(reals(2.5F) == doubles{2.5});
  CHECK(reals(S(2.5)) == doubles{2.5});
  CHECK(reals(3) == doubles{3});
  CHECK(reals(true).empty());
  CHECK(reals('c').empty());
  CHECK(reals(std::string("text")).empty());
  CHECK(transform<S>(2.5, [](double x) { return S(x + 1); }) == S(3.5));
  CHECK(transform<S>(3, [](double x) { return S(x + 1); }) == S(4));
  CHECK(transform<S>(true, [](double) { return S(0); }));
}

TEST_CASE("transform of plain numbers is constexpr") {
  STATIC_REQUIRE(transform<double>(2.0, [](double x) { return x + 1; }) == 3);
  STATIC_REQUIRE(transform<double>(std::array{1.0, 2.0}, [](double x) { return 2 * x; }) ==
                 std::array{2.0, 4.0});
  STATIC_REQUIRE(real_count(std::tuple(1.0, std::array{1.0, 2.0}, 'c')) == 3);
}

TEST_CASE("containers give their reals in their order") {
  CHECK(reals(doubles{1, 2, 3}) == doubles{1, 2, 3});
  CHECK(reals(std::vector<int>{1, 2}) == doubles{1, 2});
  CHECK(reals(std::array{1.F, 2.F}) == doubles{1, 2});
  CHECK(reals(std::deque{1.0, 2.0}) == doubles{1, 2});
  CHECK(reals(std::list{1.0, 2.0}) == doubles{1, 2});
  CHECK(reals(std::vector<doubles>{{1, 2}, {}, {3}}) == doubles{1, 2, 3});
  CHECK(reals(std::optional<double>()).empty());
  CHECK(reals(std::optional(4.0)) == doubles{4});
  CHECK(reals(std::map<std::string, double>{{"b", 1}, {"a", 2}}) == doubles{2, 1});
  CHECK(reals(std::unordered_map<int, double>{{7, 1}}) == doubles{1});
  CHECK(reals(std::set{1.0, 2.0}).empty());
  CHECK(reals(std::vector<bool>{true}).empty());
  CHECK(reals(std::vector<std::string>{"a"}).empty());
  const doubles memory{1, 2, 3};
  CHECK(reals(std::span(memory)) == memory);
  CHECK(reals(std::span<const double, 2>(memory.data(), 2)) == doubles{1, 2});
}

TEST_CASE("containers keep their sizes, keys and kind") {
  CHECK(numbered<S>(doubles{1, 2}) == std::vector<S>{10, 20});
  CHECK(numbered<S>(doubles{}).empty());
  CHECK(numbered<S>(std::vector<int>{1, 2}) == std::vector<S>{10, 20});
  CHECK(numbered<S>(std::array{1.0, 2.0}) == std::array<S, 2>{10, 20});
  CHECK(numbered<S>(std::array<double, 0>()).empty());
  CHECK(numbered<S>(std::deque{1.0, 2.0}) == std::deque<S>{10, 20});
  CHECK(numbered<S>(std::list{1.0, 2.0}) == std::list<S>{10, 20});
  CHECK(numbered<S>(std::vector<doubles>{{1, 2}, {}, {3}}) ==
        std::vector<std::vector<S>>{{10, 20}, {}, {30}});
  CHECK(numbered<S>(std::vector<std::array<double, 2>>{{1, 2}, {3, 4}}) ==
        std::vector<std::array<S, 2>>{{10, 20}, {30, 40}});
  CHECK(numbered<S>(std::optional(4.0)) == std::optional(S(10)));
  CHECK(numbered<S>(std::optional<double>()) == std::optional<S>());
  CHECK(numbered<S>(std::map<std::string, double>{{"b", 1}, {"a", 2}}) ==
        std::map<std::string, S>{{"a", 10}, {"b", 20}});
  CHECK(numbered<S>(std::unordered_map<int, double>{{7, 1}}) == std::unordered_map<int, S>{{7, 10}});
  const doubles memory{1, 2, 3};
  CHECK(numbered<S>(std::span(memory)) == std::vector<S>{10, 20, 30});
  CHECK(numbered<same>(std::span(memory)) == doubles{10, 20, 30});
}

TEST_CASE("the parts of a tuple come from left to right, its ints are data") {
  const std::tuple x(1.0, doubles{2, 3}, 4, std::string("text"), std::pair(5.0, true));
  CHECK(reals(x) == doubles{1, 2, 3, 5});
  CHECK(numbered<S>(x) ==
        std::tuple(S(10), std::vector<S>{20, 30}, 4, std::string("text"), std::pair(S(40), true)));
  CHECK(numbered<same>(x) ==
        std::tuple(10.0, doubles{20, 30}, 4, std::string("text"), std::pair(40.0, true)));
  CHECK(reals(std::vector<std::pair<int, double>>{{1, 2}, {3, 4}}) == doubles{2, 4});
  CHECK(reals(std::tuple()).empty());
}

TEST_CASE("ints alone are reals, also in a tuple") {
  CHECK(reals(std::tuple(1, 2L)) == doubles{1, 2});
  CHECK(numbered<same>(std::tuple(1, std::vector{2, 3})) == std::tuple(10.0, doubles{20, 30}));
  CHECK(reals(std::tuple(1, std::string("text"))).empty());
}

TEST_CASE("a tuple of references is read where it is") {
  const doubles a{1, 2};
  const double b = 3;
  CHECK(reals(std::tie(a, b)) == doubles{1, 2, 3});
  CHECK(numbered<S>(std::tie(a, b)) == std::tuple(std::vector<S>{10, 20}, S(30)));
}

TEST_CASE("a real keeps its type where the gradient has the structure of the input") {
  CHECK(numbered<same>(std::tuple(1.F, 2.0, 3)) == std::tuple(10.F, 20.0, 3));
  CHECK(numbered<same>(std::vector<S>{1, 2}) == std::vector<S>{10, 20});
  STATIC_REQUIRE(std::is_same_v<gradient_t<std::vector<float>>, std::vector<float>>);
  STATIC_REQUIRE(std::is_same_v<gradient_t<int>, double>);
  // Narrowed from what the derivative was computed in.
  CHECK(transform<same>(std::vector<float>{1}, [](float) { return 0.1; }) == std::vector<float>{0.1F});
}

TEST_CASE("the outer scalar of nested ones is replaced") {
  CHECK(transform<mock<S>>(std::vector<S>{1, 2}, [](const S& x) { return mock<S>(x); }) ==
        std::vector<mock<S>>{mock<S>(1), mock<S>(2)});
}

TEST_CASE("fn sees each real where it is, not a copy") {
  const doubles x{1, 2};
  std::vector<const double*> addresses;
  for_each_real(x, [&](const double& leaf) { addresses.push_back(&leaf); });
  CHECK(addresses == std::vector{&x[0], &x[1]});
}

TEST_CASE("a comparison that is not ordered by default keeps its order") {
  const std::map<int, double, std::greater<>> x{{1, 1}, {2, 2}};
  CHECK(reals(x) == doubles{2, 1});
  CHECK(reals(numbered<S>(x)) == doubles{10, 20});
}
