// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// The ways through a recording to its Jacobian: each gives the same, and which is taken follows from counts.

#include <dad/driver/jacobian.hpp>
#include <dad/rule/checkpoint.hpp>

#include <array>
#include <cmath>
#include <limits>
#include <vector>

#include "core/close.hpp"

namespace {

using dad::detail::jacobian_way;

template <class X>
using element = std::remove_cvref_t<decltype(std::declval<const X&>()[0])>;

std::vector<double> entries(const dad::matrix& m) { return {m.data(), m.data() + m.size()}; }

std::vector<double> point(std::size_t n) {
  std::vector<double> x(n);
  for (std::size_t k = 0; k < n; ++k) x[k] = 1.0 + 0.3 * std::sin(static_cast<double>(k));
  return x;
}

// What choose says of the counts is taken; gives the Jacobian.
template <class F, class Choose>
dad::matrix taken(const F& f, const std::vector<double>& x, Choose&& choose) {
  dad::tape<> t;
  dad::detail::recorded<F, std::vector<double>, double> recording(t, f, x, dad::detail::unseeded{});
  return dad::detail::recorded_jacobian(recording, t, recording.outputs(), choose).jacobian;
}
template <class F>
dad::matrix by(jacobian_way way, const F& f, const std::vector<double>& x) {
  return taken(f, x, [way](const auto&) { return way; });
}
template <class F>
dad::detail::jacobian_counts counts_of(const F& f, const std::vector<double>& x) {
  dad::detail::jacobian_counts counts;
  (void)taken(f, x, [&](const auto& c) {
    counts = c;
    return jacobian_way::forward;
  });
  return counts;
}

constexpr std::array ways{jacobian_way::forward, jacobian_way::reverse, jacobian_way::reverse_by_rows};

// Running products: output i depends on all before it. J(i, j) = y_i / x_j for j <= i.
const auto running_products = [](const auto& x) {
  std::vector<element<decltype(x)>> y{x[0]};
  for (std::size_t i = 1; i < x.size(); ++i) y.push_back(y.back() * x[i]);
  return y;
};

TEST_CASE("every way gives the closed form, across the sizes of blocks") {
  for (const std::size_t n : {1u, 2u, 8u, 9u, 15u, 16u, 17u, 33u}) {
    CAPTURE(n);
    const auto x = point(n);
    std::vector<double> expected(n * n);
    double product = 1.0;
    for (std::size_t i = 0; i < n; ++i) {
      product *= x[i];
      for (std::size_t j = 0; j <= i; ++j) expected[i * n + j] = product / x[j];
    }
    for (const jacobian_way way : ways) CHECK_ROW(entries(by(way, running_products, x)), expected, 1e-13, 0);
    CHECK_ROW(entries(dad::jacobian(running_products, x)), expected, 1e-13, 0);
    CHECK_ROW(entries(dad::jacobian(running_products, x, dad::reverse)), expected, 1e-13, 0);
  }
}

TEST_CASE("sums that grow, shared by all outputs") {
  // y_i = i s x_0 - s with s = sum_j (j + 1) x_j^2, through increments of one value
  const auto f = [](const auto& x) {
    element<decltype(x)> s(0);
    for (std::size_t j = 0; j < x.size(); ++j) s += static_cast<double>(j + 1) * x[j] * x[j];
    std::vector<element<decltype(x)>> y;
    for (int i = 0; i < 20; ++i) y.push_back(i * s * x[0] - s);
    return y;
  };
  const auto x = point(19);
  double s = 0.0;
  for (std::size_t j = 0; j < 19; ++j) s += static_cast<double>(j + 1) * x[j] * x[j];
  std::vector<double> expected(20 * 19);
  for (std::size_t i = 0; i < 20; ++i)
    for (std::size_t j = 0; j < 19; ++j) {
      const double row = static_cast<double>(i);
      expected[i * 19 + j] =
          2.0 * static_cast<double>(j + 1) * x[j] * (row * x[0] - 1.0) + (j == 0 ? row * s : 0.0);
    }
  for (const jacobian_way way : ways) CHECK_ROW(entries(by(way, f, x)), expected, 1e-13, 1e-13);
}

TEST_CASE("increments of values that nobody else knows yet") {
  // Two matrices by columns, so that every y_i grows while others do: J = - V diag(2 W x) W
  constexpr std::size_t n = 9, width = 5, m = 21;
  const auto w = [](std::size_t i, std::size_t k) { return std::sin(static_cast<double>(3 * i + 7 * k)); };
  const auto f = [&](const auto& x) {
    using T = element<decltype(x)>;
    std::vector<T> h(width), y(m);
    for (std::size_t k = 0; k < n; ++k)
      for (std::size_t i = 0; i < width; ++i) h[i] += w(i, k) * x[k];
    for (auto& u : h) u = u * u;
    for (std::size_t k = 0; k < width; ++k)
      for (std::size_t i = 0; i < m; ++i) y[i] -= w(i + 1, k) * h[k];
    return y;
  };
  const auto x = point(n);
  std::vector<double> expected(m * n, 0.0);
  for (std::size_t l = 0; l < width; ++l) {
    double sum = 0.0;
    for (std::size_t k = 0; k < n; ++k) sum += w(l, k) * x[k];
    for (std::size_t i = 0; i < m; ++i)
      for (std::size_t k = 0; k < n; ++k) expected[i * n + k] -= w(i + 1, l) * 2.0 * sum * w(l, k);
  }
  for (const jacobian_way way : ways) CHECK_ROW(entries(by(way, f, x)), expected, 1e-12, 1e-13);
}

TEST_CASE("outputs that are inputs, constants, the same, or used by others") {
  const auto f = [](const auto& x) {
    using T = element<decltype(x)>;
    const T product = x[0] * x[1];
    return std::vector<T>{x[2], T(5), product, product, product * x[2], x[2], T(0) * x[0]};
  };
  const std::vector x{2.0, 3.0, 7.0};
  const std::vector<double> expected{0, 0, 1, 0, 0, 0, 3, 2, 0, 3, 2, 0, 21, 14, 6, 0, 0, 1, 0, 0, 0};
  for (const jacobian_way way : ways) CHECK(entries(by(way, f, x)) == expected);
}

TEST_CASE("a zero stays zero, whatever the partial") {
  const double infinity = std::numeric_limits<double>::infinity();
  const auto f = [](const auto& x) {
    return std::vector<element<decltype(x)>>{sqrt(x[0]) + x[1], x[1] * x[1], sqrt(x[0]), 3 * x[1]};
  };
  for (const jacobian_way way : ways)
    CHECK(entries(by(way, f, {0.0, 2.0})) == std::vector<double>{infinity, 1, 0, 4, infinity, 0, 0, 3});
}

TEST_CASE("counts tell what outputs share from what is their own") {
  const auto own = [](const auto& x) {
    std::vector<element<decltype(x)>> y;
    for (std::size_t i = 0; i < 40; ++i) y.push_back(sin(x[i % x.size()]));
    return y;
  };
  const auto of_own = counts_of(own, point(10));
  CHECK(of_own.inputs == 10);
  CHECK(of_own.outputs == 40);
  CHECK(of_own.own_arguments == 40);
  CHECK(of_own.shared_arguments == 0);

  const auto shared = [](const auto& x) {
    auto s = sin(x[0]);
    for (int i = 0; i < 99; ++i) s = sin(s);
    return std::vector<element<decltype(x)>>(40, s);
  };
  const auto of_shared = counts_of(shared, point(10));
  CHECK(of_shared.own_arguments == 0);
  CHECK(of_shared.shared_arguments > 0);

  // What no output depends on is not counted.
  const auto unused = [](const auto& x) {
    auto s = x[0] * x[1];
    for (int i = 0; i < 99; ++i) s = sin(s) * x[2];
    return x[3] * x[4];
  };
  CHECK(counts_of(unused, point(10)).rows < 15);
}

TEST_CASE("the way follows from the numbers of inputs and outputs and what they share") {
  // A recurrence over all inputs that every output uses.
  const auto mixed = [](std::size_t outputs) {
    return [outputs](const auto& x) {
      std::vector<element<decltype(x)>> s(x.begin(), x.end()), y;
      for (int round = 0; round < 10; ++round)
        for (std::size_t i = 0; i < s.size(); ++i) s[i] = s[i] * s[(i + 1) % s.size()];
      for (std::size_t i = 0; i < outputs; ++i) y.push_back(s[i % s.size()] * s[(i + 1) % s.size()]);
      return y;
    };
  };
  const auto way = [&](std::size_t inputs, std::size_t outputs) {
    return counts_of(mixed(outputs), point(inputs)).best_way();
  };
  CHECK(way(100, 1) == jacobian_way::reverse_by_rows);
  CHECK(way(100, 30) == jacobian_way::reverse);
  CHECK(way(100, 200) == jacobian_way::forward);
  CHECK(way(100, 10000) == jacobian_way::forward);
  CHECK(way(20, 40) == jacobian_way::forward);

  // Outputs with nothing in common: their rows are swept once, however many inputs there are; by flat sweeps
  // where these are many and leave the others out.
  const auto dense = [](std::size_t outputs) {
    return [outputs](const auto& x) {
      std::vector<element<decltype(x)>> y(outputs);
      for (auto& sum : y)
        for (const auto& u : x) sum += u * u;
      return y;
    };
  };
  CHECK(counts_of(dense(200), point(100)).best_way() == jacobian_way::reverse_by_rows);
  CHECK(counts_of(dense(400), point(100)).best_way() == jacobian_way::reverse);
}

TEST_CASE("Jacobians with parts that are left to the sweep") {
  for (const std::size_t outputs : {3u, 40u}) {
    const auto f = [outputs](const auto& x) {
      const auto norm = dad::checkpoint([](const auto& u) {
        element<decltype(u)> sum(0);
        for (const auto& v : u) sum += v * v;
        return sum;
      });
      std::vector<element<decltype(x)>> y;
      for (std::size_t i = 0; i < outputs; ++i) y.push_back(static_cast<double>(i) * norm(x));
      return y;
    };
    const auto x = point(12);
    std::vector<double> expected;
    for (std::size_t i = 0; i < outputs; ++i)
      for (const double u : x) expected.push_back(2.0 * static_cast<double>(i) * u);
    CHECK_ROW(entries(dad::jacobian(f, x)), expected, 1e-14, 0);
    CHECK_ROW(entries(dad::jacobian(f, x, dad::reverse)), expected, 1e-14, 0);
  }
}

}  // namespace
