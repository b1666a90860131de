// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// A sum over a batch has the same bits in every call, whatever was evaluated before and whichever path came
// first then: it is defined by its inputs and their indices alone.

#include "replay/same_bits.hpp"

#include <algorithm>
#include <cmath>

namespace {

const std::vector<double> weights{0.5, -0.25, 1.5};

using item = std::array<double, 4>;

/// Items in pairs of one point and two signs, of which one is at the start and the other at the end.
std::vector<item> items(std::size_t count) {
  const auto points = test::points<3>(count, -1.5, 1.5);
  std::vector<item> x(count);
  for (std::size_t i = 0; i < count; ++i) {
    const bool is_first = i < count - i;
    const auto& p = points[is_first ? i : count - 1 - i];
    x[i] = {p[0], p[1], (p[2] + 1.5) / 3, is_first ? 1.0 : -1.0};
  }
  return x;
}

// Terms of different sizes that almost cancel, so that another order of additions gives other bits.
template <class W, class X>
auto stretched(const W& y, const X& x) {
  return y * exp(12 * x[2]) * x[3] + 1e-3 * y;
}

/// Functions of shared weights and an item with 1, 8 and 500 paths. Functions with different Which are the
/// same, but nothing is kept from a call of one for a call of another.
template <int Which>
struct one_path {
  double scale = 1;
  template <class W, class X>
  auto operator()(const W& w, const X& x) const {
    return stretched(scale * sin(w[0] * x[0]) * w[1] + tanh(w[2] * x[1]), x);
  }
};
template <int Which>
struct eight_paths {
  double scale = 1;
  template <class W, class X>
  auto operator()(const W& w, const X& x) const {
    auto y = x[0] > 0 ? exp(w[0] * x[0]) : w[0] * w[1] - x[0];
    if (x[1] > 0) y = y * sin(x[1]) + w[2];
    return stretched(x[2] < 0.5 ? scale * y : w[1] / (1 + y * y), x);
  }
};
template <int Which>
struct five_hundred_paths {
  double scale = 1;
  template <class W, class X>
  auto operator()(const W& w, const X& x) const {
    auto y = w[0] * x[0];
    for (int k = 0; k < 500 * x[2]; ++k) y = 0.9 * y + scale * w[1] * x[1] / (k + 1);
    return stretched(y * w[2], x);
  }
};

struct sum {
  double value;
  std::vector<double> gradient;
};
template <class F>
sum sum_of(const F& f, const std::vector<item>& x) {
  const auto s = dad::batch_sum(f, weights, x);
  return {s.value, s.gradient};
}
bool same(const sum& a, const sum& b) {
  return test::same_bits({&a.value, 1}, {&b.value, 1}) && test::same_bits(a.gradient, b.gradient);
}

/// The sum of the terms one by one, in long double, with a bound for what rounding may do to it.
template <class F>
void check_right(const F& f, const std::vector<item>& x, const sum& s) {
  std::vector<long double> exact(4, 0), sizes(4, 0);
  for (const auto& xi : x) {
    const auto [value, gradient] = dad::value_and_gradient([&](const auto& w) { return f(w, xi); }, weights);
    const double terms[] = {value, gradient[0], gradient[1], gradient[2]};
    for (std::size_t k = 0; k < 4; ++k) exact[k] += terms[k], sizes[k] += std::abs(terms[k]);
  }
  CHECK(std::abs(s.value - exact[0]) <= 1e-13L * sizes[0]);
  for (std::size_t k = 0; k < 3; ++k)
    CHECK(std::abs(s.gradient[k] - exact[k + 1]) <= 1e-13L * std::max(sizes[k + 1], 1e-3L * sizes[0]));
}

template <template <int> class F>
void check_function(std::size_t count) {
  const auto x = items(count);
  const auto reversed = std::vector(x.rbegin(), x.rend());
  const sum first = sum_of(F<0>(), x);
  check_right(F<0>(), x, first);
  for (int round = 0; round < 3; ++round) CHECK(same(sum_of(F<0>(), x), first));

  // After calls that saw the paths in another order, some of them, other captures.
  (void)sum_of(F<1>(), reversed);
  CHECK(same(sum_of(F<1>(), x), first));
  for (std::size_t k = 0; k < std::min<std::size_t>(count, 5); ++k) (void)sum_of(F<2>(), {x[count - 1 - k]});
  CHECK(same(sum_of(F<2>(), x), first));
  (void)sum_of(F<3>{0.5}, x);
  (void)sum_of(F<3>{-3}, reversed);
  CHECK(same(sum_of(F<3>(), x), first));

  // The same items from a call that failed at the end.
  const auto failing = [&](const auto& w, const auto& xi) {
    if (xi[0] == x.back()[0]) throw 1;
    return F<4>()(w, xi);
  };
  CHECK_THROWS_AS(sum_of(failing, x), dad::batch_error);
  CHECK(same(sum_of(F<4>(), x), first));
}

TEST_CASE("sums over one path") {
  for (const std::size_t count : {1u, 2u, 3u, 64u, 65u, 1000u}) check_function<one_path>(count);
}
TEST_CASE("sums over eight paths") {
  for (const std::size_t count : {1u, 2u, 7u, 64u, 65u, 1000u}) check_function<eight_paths>(count);
}
TEST_CASE("sums over five hundred paths") {
  for (const std::size_t count : {5u, 65u, 700u}) check_function<five_hundred_paths>(count);
}

TEST_CASE("the order of the terms matters, so that the tests above see it") {
  const auto x = items(1000);
  const auto s = sum_of(eight_paths<0>(), x);
  for (const std::size_t shift : {1u, 8u, 64u, 500u}) {
    auto rotated = x;
    std::rotate(rotated.begin(), rotated.begin() + static_cast<std::ptrdiff_t>(shift), rotated.end());
    CHECK_FALSE(same(sum_of(eight_paths<0>(), rotated), s));
  }
  // and the order inside small groups
  auto turned = x;
  for (auto at = turned.begin(); at != turned.end(); at += 4) std::reverse(at, at + 4);
  CHECK_FALSE(same(sum_of(eight_paths<0>(), turned), s));
}

TEST_CASE("a sum that leaves out failing items has the same bits every time") {
  const auto x = items(500);
  const auto f = [](const auto& w, const auto& xi) {
    if (xi[0] > 1) throw std::runtime_error("large");
    return eight_paths<5>()(w, xi);
  };
  const dad::options collect{.on_error = dad::on_error::collect};
  const auto first = dad::batch_sum(f, weights, x, collect);
  (void)dad::batch_sum(f, weights, std::vector(x.rbegin(), x.rend()), collect);
  const auto second = dad::batch_sum(f, weights, x, collect);
  CHECK(same({first.value, first.gradient}, {second.value, second.gradient}));
  CHECK(first.errors().size() == second.errors().size());
}

TEST_CASE("every item counts once") {
  // Whole numbers, whose sums are exact in any order, for every number of items.
  const auto f = [](const auto& w, const auto& x) {
    return x[0] < 4 ? w[0] * x[0] + w[1] * x[1] : w[2] * x[0] * x[1] - w[0];
  };
  std::vector<std::array<double, 2>> x;
  double value = 0;
  std::vector<double> gradient(3, 0.0);
  const std::vector<double> w{3, -2, 5};
  for (int i = 0; i < 300; ++i) {
    const auto s = dad::batch_sum(f, w, x);
    REQUIRE(s.value == value);
    REQUIRE(s.gradient == gradient);
    const double a = i * 7 % 13, b = i % 5 - 2;
    x.push_back({a, b});
    if (a < 4)
      value += 3 * a - 2 * b, gradient[0] += a, gradient[1] += b;
    else
      value += 5 * a * b - 3, gradient[2] += a * b, gradient[0] -= 1;
  }
}

}  // namespace
