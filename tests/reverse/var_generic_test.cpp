// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// Generic code written for double, with var in its place: against the same code with dual, and closed forms.

#include <algorithm>
#include <cmath>
#include <deque>
#include <functional>
#include <map>
#include <numeric>
#include <optional>
#include <utility>
#include <vector>

#include "reverse/both_modes.hpp"

namespace {

using test::check_both_modes;

template <class V>
using element = std::remove_cvref_t<decltype(std::declval<V&>()[0])>;

const std::vector<double> point{0.5, -1.5, 2.0, 3.25};

template <class T>
T several_returns(const T& x) {
  if (x < 0) return -x;
  if (x > 3) return 10;
  return x * x + 1;
}
template <class T>
auto deduced_return(const T& x) {
  auto y = x * x;
  y += x;
  return y;
}
template <class T>
T by_value(T x, T y) {
  x *= y;
  y -= x;
  return x * y;
}

TEST_CASE("branches, auto and conditional operators") {
  const auto f = [](auto& x) {
    auto s = x[0] * x[1];
    s += several_returns(x[0]) + several_returns(x[1]) + several_returns(x[2]) + several_returns(x[3]);
    s = s * (x[2] > 1 ? x[2] * x[3] : 0.0);
    return s + (x[2] < 1 ? x[2] * x[3] : 0.0) + deduced_return(s) + by_value(x[0], x[1]);
  };
  check_both_modes(f, point);
}

TEST_CASE("a passive branch gives a zero gradient") {
  const auto f = [](auto& x) { return several_returns(x[3]); };
  CHECK_ROW(check_both_modes(f, point), (std::vector{0.0, 0.0, 0.0, 0.0}));
}

TEST_CASE("sums and scans of std") {
  // The second sum of the partial sums: sum_k (n - k) x_k
  const auto scanned = [](auto& x) {
    auto sums = x;
    std::partial_sum(x.begin(), x.end(), sums.begin());
    return std::accumulate(sums.begin(), sums.end(), element<decltype(x)>(0));
  };
  CHECK_ROW(check_both_modes(scanned, point), (std::vector{4.0, 3.0, 2.0, 1.0}));

  const auto in_place = [](auto& x) {
    std::partial_sum(x.begin(), x.end(), x.begin(), std::multiplies<>());
    return x[3] + x[1];
  };
  CHECK_ROW(check_both_modes(in_place, point),
            (std::vector{-1.5 * 2 * 3.25 - 1.5, 0.5 * 2 * 3.25 + 0.5, 0.5 * -1.5 * 3.25, 0.5 * -1.5 * 2}));

  const auto exclusive = [](auto& x) {
    auto sums = x;
    std::exclusive_scan(x.begin(), x.end(), sums.begin(), element<decltype(x)>(1));
    return std::inner_product(x.begin(), x.end(), sums.begin(), element<decltype(x)>(0));
  };
  // sum_k x_k (1 + sum_{j<k} x_j): d/dx_i = 1 + sum_{j != i} x_j
  const double total = 0.5 - 1.5 + 2.0 + 3.25;
  CHECK_ROW(check_both_modes(exclusive, point),
            (std::vector{1 + total - 0.5, 1 + total + 1.5, 1 + total - 2.0, 1 + total - 3.25}));

  const auto inclusive = [](auto& x) {
    std::inclusive_scan(x.begin(), x.end(), x.begin());
    std::adjacent_difference(x.begin(), x.end(), x.begin());
    return std::reduce(x.begin(), x.end(), element<decltype(x)>(0)) * x[2];
  };
  CHECK_ROW(check_both_modes(inclusive, point), (std::vector{2.0, 2.0, 2.0 + total, 2.0}));
}

TEST_CASE("sorting, moving and exchanging") {
  const auto sorted = [](auto& x) {
    std::sort(x.begin(), x.end());
    return x[0] * 2 + x[1] * 3 + x[2] * 5 + x[3] * 7;  // -1.5 0.5 2 3.25
  };
  CHECK_ROW(check_both_modes(sorted, point), (std::vector{3.0, 2.0, 5.0, 7.0}));

  const auto shuffled = [](auto& x) {
    std::swap(x[0], x[3]);
    const auto old = std::exchange(x[1], x[2] * x[2]);
    std::rotate(x.begin(), x.begin() + 1, x.end());
    std::reverse(x.begin(), x.end());
    std::iter_swap(x.begin(), x.begin() + 2);
    x.erase(x.begin());
    x.insert(x.begin(), old);
    return x[0] * 2 + x[1] * 3 + x[2] * 5 + x[3] * 7;
  };
  check_both_modes(shuffled, point);
  const auto heap = [](auto& x) {
    std::make_heap(x.begin(), x.end());
    std::pop_heap(x.begin(), x.end());
    std::nth_element(x.begin(), x.begin() + 1, x.end());
    return x.back() * x[1] + *std::min_element(x.begin(), x.end());
  };
  check_both_modes(heap, point);
}

template <class T>
struct state {
  T position, velocity;
  std::optional<T> last;
  std::deque<T> history;
};

TEST_CASE("containers grow, members are moved") {
  const auto grown = [](const auto& x) {
    std::vector<element<decltype(x)>> powers;
    powers.push_back(x[0]);
    for (int i = 0; i < 50; ++i) powers.push_back(powers.back() * x[2] / 2);  // x2 = 2: stays x0
    std::map<int, element<decltype(x)>> table;
    for (std::size_t i = 0; i < powers.size(); ++i) table[static_cast<int>(i % 3)] += powers[i];
    return table[0] * 1 + table[1] * 10 + table[2] * 100;
  };
  CHECK_ROW(check_both_modes(grown, point),
            // 17 of each kind; d/dx2 of x0 (x2 / 2)^k is x0 k / 2
            (std::vector{17 * 111.0, 0.0, 0.25 * (1 * 408 + 10 * 425 + 100 * 442), 0.0}));

  const auto integrated = [](const auto& x) {
    using T = element<decltype(x)>;
    state<T> s{x[0], x[1], {}, {}};
    for (int i = 0; i < 20; ++i) {
      state<T> next = s;
      next.velocity -= 0.1 * x[2] * sin(s.position);
      next.position += 0.1 * next.velocity;
      next.last = std::move(s.position);
      next.history.push_front(next.position * x[3]);
      if (next.history.size() > 3) next.history.pop_back();
      s = std::move(next);
    }
    return s.position + *s.last + s.history.back();
  };
  check_both_modes(integrated, point, 1e-11);
}

TEST_CASE("functions are passed around") {
  const auto f = [](const auto& x) {
    using T = element<decltype(x)>;
    const std::function<T(const T&, int)> power = [&](const T& base, int n) {
      return n == 0 ? T(1) : base * power(base, n - 1);
    };
    std::vector<std::function<T(T)>> steps{[](T v) { return sin(v); }, [&](T v) { return v * x[1]; }};
    T y = power(x[0], 3);
    for (const auto& step : steps) y = step(y);
    return y;
  };
  const double u = 0.125;
  CHECK_ROW(check_both_modes(f, point), (std::vector{std::cos(u) * 0.75 * -1.5, std::sin(u), 0.0, 0.0}));
}

TEST_CASE("min, max and clamp with std's in sight") {
  const auto f = [](const auto& x) {
    using std::clamp;
    using std::max;
    using std::min;
    using T = element<decltype(x)>;
    return max(x[0], T(1)) * x[1] + min(x[2], x[3]) * max(x[1], 0.0) + min(x[0], x[2]) * 3 +
           clamp(x[3], T(0), T(3)) + clamp(x[2], T(0), T(3)) * 4;
  };
  CHECK_ROW(check_both_modes(f, point), (std::vector{3.0, 1.0, 4.0, 0.0}));
}

TEST_CASE("a long chain of auto costs nothing but its statements") {
  const auto f = [](const auto& x) {
    const auto a = x[0] * x[0];
    const auto b = a * a;
    const auto c = b * b;
    const auto d = c * c;
    const auto e = d * d;
    const auto g = e * e;
    return g * 1.0;
  };
  CHECK(check_both_modes(f, {1.01})[0] == close_to(64 * std::pow(1.01, 63)));
}

}  // namespace
