// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// The types: what an input becomes with another number type, what its gradient is, and what is an input at
// all.

#include <array>
#include <complex>
#include <deque>
#include <forward_list>
#include <list>
#include <map>
#include <memory>
#include <memory_resource>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <tuple>
#include <unordered_map>
#include <utility>
#include <vector>

#include <catch.hpp>
#include <dad/structure/rebind.hpp>
#include <structure/mock.hpp>

namespace {

using dad::rebind_t;
using dad::detail::base_t;
using dad::detail::differentiable;
using dad::detail::same;
using S = mock<double>;

template <class A, class B>
constexpr bool is = std::is_same_v<A, B>;

template <class T>
struct pod {
  T x;
};

template <class T, class Kind = int>
struct leg {
  T x;
  template <class Archive>
  void serialize(Archive& ar, unsigned) {
    ar& x;
  }
};
template <class T, int N, bool Flag = true>
struct sized : leg<T> {};
template <class T, int N, class Kind, class Other = int>
struct tagged : leg<T> {};
template <dad::real T>
struct constrained : leg<T> {};
template <int Steps, class T>
struct lattice : leg<T> {};
template <class T>
struct own_numbers : leg<T> {};
struct plain : leg<double> {};
enum class colour { red };

struct reversed {
  bool operator()(const std::string& a, const std::string& b) const { return b < a; }
};

}  // namespace

template <int Steps, class T, class To>
struct dad::rebind<lattice<Steps, T>, To> {
  using type = lattice<Steps, To>;
};

TEST_CASE("numbers are rebound, data is not") {
  STATIC_REQUIRE(is<rebind_t<double, S>, S>);
  STATIC_REQUIRE(is<rebind_t<const float&, S>, S>);
  STATIC_REQUIRE(is<rebind_t<mock<float>, S>, S>);
  STATIC_REQUIRE(is<rebind_t<mock<mock<>>, double>, double>);
  STATIC_REQUIRE(is<rebind_t<int, S>, S>);
  STATIC_REQUIRE(is<rebind_t<unsigned char, S>, S>);
  STATIC_REQUIRE(is<rebind_t<bool, S>, bool>);
  STATIC_REQUIRE(is<rebind_t<char, S>, char>);
  STATIC_REQUIRE(is<rebind_t<std::string, S>, std::string>);
  STATIC_REQUIRE(is<rebind_t<std::u16string, S>, std::u16string>);
  STATIC_REQUIRE(is<rebind_t<colour, S>, colour>);
  STATIC_REQUIRE(is<rebind_t<double*, S>, double*>);
  STATIC_REQUIRE(is<typename dad::rebind<double, S>::type, S>);
}

TEST_CASE("containers are rebound by their elements") {
  STATIC_REQUIRE(is<rebind_t<std::vector<double>, S>, std::vector<S>>);
  STATIC_REQUIRE(is<rebind_t<const std::vector<std::vector<float>>&, S>, std::vector<std::vector<S>>>);
  STATIC_REQUIRE(is<rebind_t<std::array<double, 3>, S>, std::array<S, 3>>);
  STATIC_REQUIRE(is<rebind_t<std::array<std::array<double, 3>, 2>, S>, std::array<std::array<S, 3>, 2>>);
  STATIC_REQUIRE(is<rebind_t<std::deque<double>, S>, std::deque<S>>);
  STATIC_REQUIRE(is<rebind_t<std::list<double>, S>, std::list<S>>);
  STATIC_REQUIRE(is<rebind_t<std::span<const double>, S>, std::vector<S>>);
  STATIC_REQUIRE(is<rebind_t<std::span<double, 3>, S>, std::vector<S>>);
  STATIC_REQUIRE(is<rebind_t<std::optional<double>, S>, std::optional<S>>);
  STATIC_REQUIRE(is<rebind_t<std::pmr::vector<double>, S>, std::pmr::vector<S>>);
  STATIC_REQUIRE(is<rebind_t<std::vector<bool>, S>, std::vector<bool>>);
  STATIC_REQUIRE(is<rebind_t<std::vector<std::string>, S>, std::vector<std::string>>);
}

TEST_CASE("maps are rebound by their mapped type, sets are data") {
  STATIC_REQUIRE(is<rebind_t<std::map<std::string, double>, S>, std::map<std::string, S>>);
  STATIC_REQUIRE(is<rebind_t<std::map<double, double>, S>, std::map<double, S>>);
  STATIC_REQUIRE(
      is<rebind_t<std::map<std::string, double, reversed>, S>, std::map<std::string, S, reversed>>);
  STATIC_REQUIRE(is<rebind_t<std::multimap<int, double>, S>, std::multimap<int, S>>);
  STATIC_REQUIRE(is<rebind_t<std::unordered_map<int, double>, S>, std::unordered_map<int, S>>);
  STATIC_REQUIRE(is<rebind_t<std::map<int, std::vector<double>>, S>, std::map<int, std::vector<S>>>);
  STATIC_REQUIRE(is<rebind_t<std::set<double>, S>, std::set<double>>);
}

TEST_CASE("tuples and pairs are rebound part by part, and lose references") {
  STATIC_REQUIRE(is<rebind_t<std::tuple<double, std::vector<double>>, S>, std::tuple<S, std::vector<S>>>);
  STATIC_REQUIRE(is<rebind_t<std::pair<double, std::string>, S>, std::pair<S, std::string>>);
  STATIC_REQUIRE(
      is<rebind_t<std::tuple<const std::vector<double>&, const double>, S>, std::tuple<std::vector<S>, S>>);
  STATIC_REQUIRE(is<rebind_t<std::vector<std::pair<int, double>>, S>, std::vector<std::pair<int, S>>>);
}

TEST_CASE("ints are reals where there is nothing else, and data beside reals") {
  STATIC_REQUIRE(is<rebind_t<std::vector<int>, S>, std::vector<S>>);
  STATIC_REQUIRE(is<rebind_t<std::vector<std::array<long, 2>>, S>, std::vector<std::array<S, 2>>>);
  STATIC_REQUIRE(is<rebind_t<std::tuple<int, long>, S>, std::tuple<S, S>>);
  STATIC_REQUIRE(is<rebind_t<std::tuple<int, std::vector<int>>, S>, std::tuple<S, std::vector<S>>>);
  STATIC_REQUIRE(is<rebind_t<std::tuple<int, double>, S>, std::tuple<int, S>>);
  STATIC_REQUIRE(is<rebind_t<std::tuple<std::vector<int>, double>, S>, std::tuple<std::vector<int>, S>>);
  STATIC_REQUIRE(is<rebind_t<std::tuple<int, std::string>, S>, std::tuple<int, std::string>>);
  STATIC_REQUIRE(is<rebind_t<std::tuple<int, bool>, S>, std::tuple<int, bool>>);
  STATIC_REQUIRE(
      is<rebind_t<std::tuple<double, std::span<const int>>, S>, std::tuple<S, std::span<const int>>>);
}

TEST_CASE("structs that serialize are rebound by their first parameter") {
  STATIC_REQUIRE(is<rebind_t<leg<double>, S>, leg<S>>);
  STATIC_REQUIRE(is<rebind_t<leg<double, double>, S>, leg<S, double>>);
  STATIC_REQUIRE(is<rebind_t<leg<leg<float>>, S>, leg<leg<S>>>);
  STATIC_REQUIRE(is<rebind_t<leg<std::vector<double>>, S>, leg<std::vector<S>>>);
  STATIC_REQUIRE(is<rebind_t<sized<double, 3>, S>, sized<S, 3>>);
  STATIC_REQUIRE(is<rebind_t<tagged<double, 3, float>, S>, tagged<S, 3, float>>);
  STATIC_REQUIRE(is<rebind_t<constrained<double>, S>, constrained<S>>);
  STATIC_REQUIRE(is<rebind_t<std::vector<leg<double>>, S>, std::vector<leg<S>>>);
  STATIC_REQUIRE(is<rebind_t<leg<int>, S>, leg<int>>);
  STATIC_REQUIRE(is<rebind_t<pod<double>, S>, pod<double>>);
  STATIC_REQUIRE(is<rebind_t<plain, S>, plain>);
}

TEST_CASE("dad::rebind can be specialised") {
  STATIC_REQUIRE(is<rebind_t<lattice<5, double>, S>, lattice<5, S>>);
  STATIC_REQUIRE(is<rebind_t<lattice<5, double>, same>, lattice<5, double>>);
  STATIC_REQUIRE(is<rebind_t<std::vector<lattice<5, float>>, S>, std::vector<lattice<5, S>>>);
  STATIC_REQUIRE(is<base_t<lattice<5, float>>, double>);
  STATIC_REQUIRE(is<base_t<lattice<5, S>>, S>);
  STATIC_REQUIRE(differentiable<lattice<5, double>>);
}

TEST_CASE("a gradient keeps the types of the reals") {
  STATIC_REQUIRE(is<rebind_t<double, same>, double>);
  STATIC_REQUIRE(is<rebind_t<std::vector<float>, same>, std::vector<float>>);
  STATIC_REQUIRE(is<rebind_t<std::span<const double>, same>, std::vector<double>>);
  STATIC_REQUIRE(is<rebind_t<std::span<const float, 2>, same>, std::vector<float>>);
  STATIC_REQUIRE(is<rebind_t<int, same>, double>);
  STATIC_REQUIRE(is<rebind_t<std::vector<int>, same>, std::vector<double>>);
  STATIC_REQUIRE(is<rebind_t<std::tuple<int, float>, same>, std::tuple<int, float>>);
  STATIC_REQUIRE(is<rebind_t<leg<double>, same>, leg<double>>);
  STATIC_REQUIRE(is<rebind_t<std::map<int, leg<S>>, same>, std::map<int, leg<S>>>);
}

TEST_CASE("the number to differentiate in is double, or the scalar of an outer derivative") {
  STATIC_REQUIRE(is<base_t<double>, double>);
  STATIC_REQUIRE(is<base_t<const float&>, double>);
  STATIC_REQUIRE(is<base_t<std::vector<int>>, double>);
  STATIC_REQUIRE(is<base_t<long double>, long double>);
  STATIC_REQUIRE(is<base_t<std::tuple<float, std::vector<double>>>, double>);
  STATIC_REQUIRE(is<base_t<std::vector<S>>, S>);
  STATIC_REQUIRE(is<base_t<std::tuple<double, std::vector<S>, float>>, S>);
  STATIC_REQUIRE(is<base_t<leg<S>>, S>);
  STATIC_REQUIRE(is<base_t<leg<float>>, double>);
}

TEST_CASE("what is no input is told apart without an error") {
  STATIC_REQUIRE(differentiable<double>);
  STATIC_REQUIRE(differentiable<const std::vector<float>&>);
  STATIC_REQUIRE(differentiable<int>);
  STATIC_REQUIRE(differentiable<std::tuple<int, int>>);
  STATIC_REQUIRE(differentiable<std::tuple<std::string, double>>);
  STATIC_REQUIRE(differentiable<leg<double>>);
  STATIC_REQUIRE(differentiable<std::optional<leg<S>>>);
  STATIC_REQUIRE_FALSE(differentiable<bool>);
  STATIC_REQUIRE_FALSE(differentiable<char>);
  STATIC_REQUIRE_FALSE(differentiable<void>);
  STATIC_REQUIRE_FALSE(differentiable<void (*)()>);
  STATIC_REQUIRE_FALSE(differentiable<double*>);
  STATIC_REQUIRE_FALSE(differentiable<double[3]>);
  STATIC_REQUIRE_FALSE(differentiable<colour>);
  STATIC_REQUIRE_FALSE(differentiable<std::string>);
  STATIC_REQUIRE_FALSE(differentiable<std::tuple<>>);
  STATIC_REQUIRE_FALSE(differentiable<std::tuple<int, std::string>>);
  STATIC_REQUIRE_FALSE(differentiable<std::set<double>>);
  STATIC_REQUIRE_FALSE(differentiable<std::forward_list<double>>);
  STATIC_REQUIRE_FALSE(differentiable<std::unique_ptr<double>>);
  STATIC_REQUIRE_FALSE(differentiable<std::complex<double>>);
  STATIC_REQUIRE_FALSE(differentiable<plain>);
  STATIC_REQUIRE_FALSE(differentiable<std::vector<plain>>);
  STATIC_REQUIRE_FALSE(differentiable<leg<int>>);
  STATIC_REQUIRE_FALSE(differentiable<pod<double>>);
  STATIC_REQUIRE_FALSE(differentiable<decltype([] {})>);
}
