// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// The standard library's algorithms and containers inside f: every order of the elements is a path of its
// own.

#include "replay/against_single.hpp"

#include <deque>
#include <functional>
#include <list>
#include <map>
#include <numeric>
#include <optional>
#include <queue>
#include <set>

#include "replay/points.hpp"

namespace {

using test::check_eval;
using test::check_first_and_second;

const auto fours = test::points<4>(400, -2, 3);

template <class V>
using element = std::remove_cvref_t<decltype(std::declval<const V&>()[0])>;

// Distinct factors, so that each place has a gradient of its own.
template <class V>
auto by_place(const V& x) {
  element<V> sum = 0;
  double factor = 1;
  for (const auto& xi : x) sum += (factor *= 2) * xi * xi;
  return sum;
}

TEST_CASE("sorting") {
  const auto sorted = [](auto x) {
    std::sort(x.begin(), x.end());
    return by_place(x);
  };
  check_first_and_second(sorted, fours);
  // d/dx_i = 2 * 2^(rank + 1) x_i
  const auto r = dad::batch_eval(sorted, fours);
  for (std::size_t i = 0; i < fours.size(); ++i)
    for (std::size_t k = 0; k < 4; ++k) {
      const auto below =
          std::count_if(fours[i].begin(), fours[i].end(), [&](double x) { return x < fours[i][k]; });
      REQUIRE(std::abs(r[i].gradient[k] - 4 * std::pow(2, below) * fours[i][k]) < 1e-12);
    }
  check_eval(
      [](auto x) {
        std::stable_sort(x.begin(), x.end(), [](const auto& a, const auto& b) { return abs(a) < abs(b); });
        return by_place(x);
      },
      fours);
  check_eval(
      [](auto x) {
        std::sort(x.begin(), x.end(), std::greater<>());
        return by_place(x);
      },
      fours);
}

TEST_CASE("sorting equal elements, zeros of both signs, and what is sorted already") {
  const std::vector<std::array<double, 4>> x{{1, 1, 1, 1}, {0.0, -0.0, 0.0, 1}, {1, 2, 3, 4},
                                             {4, 3, 2, 1}, {2, 2, 1, 1},        {1, 1, 1, 1},
                                             {1, 2, 3, 4}, {-0.0, 0.0, 1, -1}};
  check_eval(
      [](auto v) {
        std::stable_sort(v.begin(), v.end());
        return by_place(v);
      },
      x);
}

TEST_CASE("sorting longer vectors") {
  std::vector<std::vector<double>> x;
  for (std::size_t i = 0; i < 60; ++i) {
    x.emplace_back(17 + i % 3);
    for (std::size_t k = 0; k < x.back().size(); ++k) x.back()[k] = test::spread(i * 31 + k * 7, k, -1, 1);
  }
  check_eval(
      [](auto v) {
        std::sort(v.begin(), v.end());
        return by_place(v);
      },
      x);
}

TEST_CASE("selection: medians, extremes, partial orders") {
  check_eval(
      [](auto x) {
        std::nth_element(x.begin(), x.begin() + 1, x.end());
        return x[1] * x[1];
      },
      fours);
  check_eval(
      [](auto x) {
        std::partial_sort(x.begin(), x.begin() + 2, x.end());
        return x[0] * x[1];
      },
      fours);
  check_eval(
      [](const auto& x) {
        const auto [low, high] = std::minmax_element(x.begin(), x.end());
        return *low * *high * static_cast<double>(high - x.begin() + 1);
      },
      fours);
  check_eval([](const auto& x) { return *std::max_element(x.begin(), x.end()); }, fours);
}

TEST_CASE("max, min and clamp, of std and found by name") {
  check_first_and_second(
      [](const auto& x) {
        using std::clamp, std::max, std::min;
        using T = element<decltype(x)>;
        return max(x[0], T(1)) * x[1] + min(x[2], x[3]) * max(x[1], 0.0) + clamp(x[3], T(-1), T(1)) * x[0];
      },
      fours);
  check_eval([](const auto& x) { return std::max(x[0], x[1]) * std::min(x[2], x[3]); }, fours);
  check_eval([](const auto& x) { return std::clamp(x[0] * x[1], x[2] - 3, x[2] + 3); }, fours);
  check_eval(
      [](const auto& x) {
        return std::max({x[0], x[1], x[2], x[3]}) * std::min({x[1], x[2]});
      },
      fours);
  check_eval(
      [](const auto& x) {
        const auto larger = [](const auto& a, const auto& b) { return abs(a) < abs(b); };
        return std::max(x[0], x[1], larger) * x[3];
      },
      fours);
}

TEST_CASE("counting, finding, partitioning") {
  check_eval(
      [](const auto& x) {
        const auto positive = std::count_if(x.begin(), x.end(), [](const auto& v) { return v > 0; });
        return by_place(x) * static_cast<double>(positive);
      },
      fours);
  check_eval(
      [](const auto& x) {
        const auto at = std::find_if(x.begin(), x.end(), [](const auto& v) { return v < 0; });
        return at == x.end() ? x[0] : *at * *at;
      },
      fours);
  check_eval(
      [](auto x) {
        std::partition(x.begin(), x.end(), [](const auto& v) { return v > 1; });
        return by_place(x);
      },
      fours);
  check_eval(
      [](const auto& x) {
        return std::any_of(x.begin(), x.end(), [](const auto& v) { return v > 2.5; }) ? x[0] * x[1]
                                                                                      : x[2] * x[3];
      },
      fours);
  check_eval(
      [](auto x) {
        for (auto& v : x) v = floor(v);
        std::sort(x.begin(), x.end());
        const auto end = std::unique(x.begin(), x.end());
        return by_place(x) * static_cast<double>(end - x.begin());
      },
      fours);
}

TEST_CASE("binary search") {
  const std::vector<double> knots{-1.5, -0.5, 0.0, 0.25, 1.0, 2.0};
  check_eval(
      [&knots](const auto& x) {
        const auto k = std::upper_bound(knots.begin(), knots.end(), x[0]) - knots.begin();
        return x[0] * x[1] * static_cast<double>(k + 1);
      },
      fours);
  // among numbers that are themselves inputs
  check_eval(
      [](auto x) {
        const auto wanted = x[3];
        std::sort(x.begin(), x.begin() + 3);
        const auto k = std::lower_bound(x.begin(), x.begin() + 3, wanted) - x.begin();
        return wanted * x[static_cast<std::size_t>(k) % 3] + static_cast<double>(k);
      },
      fours);
}

TEST_CASE("sums and scans") {
  check_first_and_second(
      [](auto x) {
        std::partial_sum(x.begin(), x.end(), x.begin(), std::multiplies<>());
        return std::accumulate(x.begin(), x.end(), element<decltype(x)>(0));
      },
      fours);
  check_eval(
      [](const auto& x) {
        return std::inner_product(x.begin(), x.end(), x.rbegin(), element<decltype(x)>(1)) +
               std::reduce(x.begin(), x.end()) * std::transform_reduce(x.begin(), x.end(), x.begin(), x[0]);
      },
      fours);
  check_eval(
      [](auto x) {
        std::adjacent_difference(x.begin(), x.end(), x.begin());
        std::rotate(x.begin(), x.begin() + 1, x.end());
        std::swap(x[0], x[3]);
        return by_place(x);
      },
      fours);
}

TEST_CASE("ordered containers of scalars") {
  check_eval(
      [](const auto& x) {
        std::set<element<decltype(x)>> ordered(x.begin(), x.end());
        ordered.insert(x[0]);
        auto sum = *ordered.begin() * *ordered.rbegin();
        for (const auto& v : ordered) sum = 0.5 * sum + v;
        return sum;
      },
      fours);
  check_eval(
      [](const auto& x) {
        std::map<element<decltype(x)>, int> places;
        for (std::size_t k = 0; k < x.size(); ++k) places.emplace(x[k], static_cast<int>(k));
        auto sum = 0 * x[0];
        for (const auto& [v, k] : places) sum += v * k;
        return sum;
      },
      fours);
  check_eval(
      [](const auto& x) {
        std::priority_queue<element<decltype(x)>> queue;
        for (const auto& v : x) queue.push(v);
        auto y = queue.top();
        for (queue.pop(); !queue.empty(); queue.pop()) y = y * 0.5 - queue.top();
        return y;
      },
      fours);
}

TEST_CASE("containers that grow, optionals, functions") {
  check_eval(
      [](const auto& x) {
        using T = element<decltype(x)>;
        std::deque<T> window;
        std::list<T> kept;
        std::optional<T> last;
        auto y = x[0];
        for (int k = 0; k < 10; ++k) {
          window.push_front(y);
          if (window.size() > 3) window.pop_back();
          y = 0.3 * sin(window.back()) + x[static_cast<std::size_t>(k) % 4];
          if (y > 0) kept.push_back(y);
          if (y < -1) last = y;
        }
        for (const auto& v : kept) y += v * v;
        return last ? y * *last : y;
      },
      fours);
  check_eval(
      [](const auto& x) {
        using T = element<decltype(x)>;
        const std::function<T(const T&, int)> power = [&](const T& base, int n) {
          return n == 0 ? T(1) : base * power(base, n - 1);
        };
        return power(x[0], 5) + power(x[1], 2);
      },
      fours);
}

TEST_CASE("a matrix is solved with pivots") {
  const auto solve = [](const auto& x) {
    using T = element<decltype(x)>;
    T a[2][3] = {{x[0], x[1], T(1)}, {x[2], x[3], T(2)}};
    using std::swap;
    if (abs(a[0][0]) < abs(a[1][0])) swap(a[0], a[1]);
    const T factor = a[1][0] / a[0][0];
    for (int k = 0; k < 3; ++k) a[1][k] -= factor * a[0][k];
    const T second = a[1][2] / a[1][1];
    return (a[0][2] - a[0][1] * second) / a[0][0] + 3 * second;
  };
  // Away from singular matrices, where all rounding is amplified.
  auto matrices = fours;
  for (auto& m : matrices) {
    const double determinant = m[0] * m[3] - m[1] * m[2];
    if (std::abs(determinant) < 1) m[3] += 4, m[0] += 4;
  }
  check_eval(solve, matrices, 1e-12);
}

}  // namespace
