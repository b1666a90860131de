// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// Generic code written for double, with series in its place; and that none of it allocates.

#include <dad/taylor/series.hpp>

#include <algorithm>
#include <array>
#include <complex>
#include <numeric>
#include <sstream>
#include <utility>
#include <vector>

#include "core/allocations.hpp"
#include "core/close.hpp"

namespace {

using S = dad::series<double, 3>;

std::vector<double> row(const S& x) {
  return {x.value(), x.coefficient(1), x.coefficient(2), x.coefficient(3)};
}
using list = std::vector<double>;

template <class T>
T several_returns(const T& x) {
  if (x < 0) return -x;
  if (x > 10) return 10;
  return x * x + 1;
}
template <class T>
auto deduced_return(const T& x) {
  auto y = x * x;
  y += x;
  return y;
}
template <class T>
T recursive_power(const T& x, int n) {
  return n == 0 ? 1 : x * recursive_power(x, n - 1);
}

TEST_CASE("branches, conditional operators and auto work as with double") {
  const S x(3.0, 1.0);
  CHECK(row(several_returns(x)) == list{10, 6, 1, 0});
  CHECK(row(several_returns(-x)) == list{3, 1, 0, 0});
  CHECK(row(several_returns(4 * x)) == list{10, 0, 0, 0});
  CHECK(row(deduced_return(x)) == list{12, 7, 1, 0});
  CHECK(row(recursive_power(x, 4)) == list{81, 108, 54, 12});
  for (const bool positive : {true, false}) {
    const auto y = positive ? x * x : 0.0;
    STATIC_REQUIRE(std::is_same_v<decltype(y), const S>);
    CHECK(y.coefficient(1) == (positive ? 6.0 : 0.0));
  }
  auto s = x * 2;
  s += x;
  s -= 1;
  s *= s;
  s /= 2;
  CHECK(row(s) == list{32, 24, 4.5, 0});
  CHECK(row(s++) == list{32, 24, 4.5, 0});
  CHECK(row(--s) == list{32, 24, 4.5, 0});
}

TEST_CASE("every mix with plain numbers is a series") {
  const S x(0.5, 1.0, 2.0);
  STATIC_REQUIRE(std::is_same_v<decltype(x + 1), S>);
  STATIC_REQUIRE(std::is_same_v<decltype(1.0f * x), S>);
  STATIC_REQUIRE(std::is_same_v<decltype(pow(2, x)), S>);
  STATIC_REQUIRE(std::is_same_v<decltype(hypot(1, x, 2.0f)), S>);
  STATIC_REQUIRE(std::is_same_v<decltype(dad::select(x < 1, x, 0)), S>);
  CHECK(row(1 - x) == list{0.5, -1, -2, 0});
  CHECK(row(x / 2) == list{0.25, 0.5, 1, 0});
  CHECK(row(fma(2, x, 1)) == list{2, 2, 4, 0});
  CHECK(row(dad::select(x > 1, x, 7)) == list{7, 0, 0, 0});
  CHECK(x == 0.5);
  CHECK(x < S(1));
  CHECK(static_cast<int>(4 * x) == 2);
  CHECK(dad::value(x) == 0.5);
  CHECK_FALSE(isnan(x));
  int exponent = 0;
  CHECK(row(frexp(8 * x, &exponent)) == list{0.5, 1, 2, 0});
  CHECK(exponent == 3);
  CHECK(std::numeric_limits<S>::epsilon() == std::numeric_limits<double>::epsilon());
  std::ostringstream text;
  text << x;
  CHECK(text.str() == "0.5 [1, 2, 0]");
}

TEST_CASE("functions of std and of dad are found without naming them") {
  const S x(0.5, 1.0);
  using std::max;
  using std::sin;
  CHECK(sin(x).coefficient(2) == close_to(-std::sin(0.5) / 2));
  CHECK(row(max(x, S(1))) == list{1, 0, 0, 0});
  CHECK(row(max(x, 0.25)) == list{0.5, 1, 0, 0});
  CHECK(dad::sin(x).value() == std::sin(0.5));
}

TEST_CASE("standard algorithms and complex numbers work") {
  std::vector<S> xs;
  for (int i = 0; i < 5; ++i) xs.emplace_back(1.0 + i, i % 2 == 0 ? 1.0 : -2.0);
  CHECK(row(std::accumulate(xs.begin(), xs.end(), S(0))) == list{15, -1, 0, 0});
  CHECK(row(std::inner_product(xs.begin(), xs.end(), xs.begin(), S(0))) == list{55, -6, 11, 0});
  std::vector<S> sums(5);
  std::partial_sum(xs.begin(), xs.end(), sums.begin());
  CHECK(row(sums[3]) == list{10, -2, 0, 0});
  std::sort(xs.begin(), xs.end(), std::greater<>());
  CHECK(xs[0].value() == 5.0);
  const S old = std::exchange(xs[0], 7);
  CHECK(row(old) == list{5, 1, 0, 0});
  CHECK(*std::max_element(xs.begin(), xs.end()) == 7);
  const std::complex<S> z(S(1.0, 1.0), S(2.0));
  CHECK(row((z * z * z).real()) == list{-11, -9, 3, 1});  // (1 + t)^3 - 12 (1 + t)
}

TEST_CASE("nothing allocates, and constants are constant expressions") {
  double sum = 0.0;
  const auto work = [&] {
    std::array<dad::series<double, 8>, 4> xs;
    for (std::size_t i = 0; i < xs.size(); ++i) xs[i] = {1.0 + static_cast<double>(i), 1.0};
    dad::series<double, 8> y = 0;
    for (const auto& x : xs) y += sin(x) * exp(-x) + pow(x, 1.5) / hypot(x, 2) + lgamma(x);
    sum += (y + dot(xs, xs) + norm(xs) + log_sum_exp(xs)).coefficient(8);
  };
  CHECK(test::allocations(work) == 0);
  CHECK(std::isfinite(sum));
  constexpr S x(2.0, 1.0);
  constexpr S y = x * x / (1 + x);
  STATIC_REQUIRE(y.value() == 4.0 / 3);
}

}  // namespace
