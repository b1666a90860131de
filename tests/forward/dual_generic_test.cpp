// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// Generic code written for double, with dual in its place; and that none of it allocates.

#include <dad/forward/dual.hpp>

#include <algorithm>
#include <array>
#include <complex>
#include <numeric>
#include <utility>
#include <vector>

#include "core/allocations.hpp"
#include "core/close.hpp"

namespace {

using dad::dual;

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
  const dual<> x(3.0, 1.0);
  CHECK(several_returns(x).tangent() == 6.0);
  CHECK(several_returns(-x).tangent() == 1.0);
  CHECK(several_returns(4 * x).tangent() == 0.0);
  CHECK(deduced_return(x).tangent() == 7.0);
  CHECK(recursive_power(x, 4).tangent() == 4 * 27.0);
  for (const bool positive : {true, false}) {
    const auto y = positive ? x * x : 0.0;
    STATIC_REQUIRE(std::is_same_v<decltype(y), const dual<>>);
    CHECK(y.tangent() == (positive ? 6.0 : 0.0));
  }
  auto s = x * 2;
  s += x;
  s = s * s;
  CHECK(s.tangent() == 2 * 9.0 * 3.0);
}

TEST_CASE("functions of std and of dad are found without naming them") {
  const dual<> x(0.5, 1.0);
  using std::max;
  using std::sin;
  CHECK(sin(x).tangent() == std::cos(0.5));
  CHECK(max(x, dual<>(1)).value() == 1.0);
  CHECK(max(x, 0.25).tangent() == 1.0);
  CHECK(dad::sin(x).tangent() == std::cos(0.5));
  CHECK(dad::sin(0.5) == std::sin(0.5));
}

TEST_CASE("standard algorithms work") {
  std::vector<dual<>> xs;
  for (int i = 0; i < 5; ++i) xs.emplace_back(1.0 + i, i % 2 == 0 ? 1.0 : -2.0);  // tangents 1 -2 1 -2 1

  CHECK(std::accumulate(xs.begin(), xs.end(), dual<>(0)).tangent() == -1.0);
  CHECK(std::inner_product(xs.begin(), xs.end(), xs.begin(), dual<>(0)).tangent() ==
        2 * (1.0 - 4.0 + 3.0 - 8.0 + 5.0));

  std::vector<dual<>> sums(5);
  std::partial_sum(xs.begin(), xs.end(), sums.begin());
  CHECK(sums[3].value() == 10.0);
  CHECK(sums[3].tangent() == -2.0);
  std::exclusive_scan(xs.begin(), xs.end(), sums.begin(), dual<>(1), std::multiplies<>());
  CHECK(sums[2].value() == 2.0);
  CHECK(sums[2].tangent() == 1.0 * 2.0 + 1.0 * -2.0);

  std::sort(xs.begin(), xs.end(), std::greater<>());
  CHECK(xs[0].value() == 5.0);
  CHECK(xs[1].tangent() == -2.0);
  std::reverse(xs.begin(), xs.end());
  std::rotate(xs.begin(), xs.begin() + 1, xs.end());
  CHECK(xs.back().tangent() == 1.0);
  std::swap(xs[0], xs[4]);
  CHECK(xs[0].value() == 1.0);
  const dual<> old = std::exchange(xs[0], 7);
  CHECK(old.tangent() == 1.0);
  CHECK(xs[0].tangent() == 0.0);
  CHECK(*std::max_element(xs.begin(), xs.end()) == 7);
  CHECK(std::clamp(xs[1], dual<>(0), dual<>(2.5)) == 2.5);
}

TEST_CASE("scalar types fit into standard containers of mathematics") {
  const std::complex<dual<>> z(dual<>(1.0, 1.0), dual<>(2.0, 0.0));
  const auto w = z * z;  // (x + 2i)^2 = x^2 - 4 + 4 x i
  CHECK(w.real().tangent() == 2.0);
  CHECK(w.imag().tangent() == 4.0);
}

TEST_CASE("nothing allocates") {
  double sum = 0.0;
  const auto work = [&] {
    using nested = dual<dual<double, 4>, 2>;
    std::array<nested, 8> xs;
    for (std::size_t i = 0; i < xs.size(); ++i) {
      xs[i] = nested(1.0 + static_cast<double>(i));
      xs[i].tangent(0) = 1.0;
    }
    nested y = 0;
    for (const auto& x : xs) y += sin(x) * exp(-x) + pow(x, 1.5) / hypot(x, 2) + lgamma(x);
    y += dot(xs, xs);
    sum += y.tangent(0).value();
    const std::array<dual<double, 2>, 3> zs{xs[0].value().value(), 2.0, 3.0};
    sum += (norm(zs) + log_sum_exp(zs) + dot(zs, zs)).value();
  };
  CHECK(test::allocations(work) == 0);
  CHECK(std::isfinite(sum));
  CHECK(test::allocations([] { (void)std::vector<dual<>>(3); }) == (test::counts_allocations ? 1 : 0));
}

}  // namespace
