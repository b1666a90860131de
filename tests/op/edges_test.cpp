// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// The table of edge points in docs/architecture.md: one table of rows, one body over every mode.

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <tuple>
#include <vector>

#include "catch.hpp"
#include "op/driver_modes.hpp"

namespace {

// Drivers also call a function with plain numbers.
using dad::relu, dad::sign, dad::clamp;
using std::abs, std::fabs, std::min, std::max, std::fmin, std::fmax, std::hypot, std::pow;

constexpr double inf = std::numeric_limits<double>::infinity();
constexpr double nan = std::numeric_limits<double>::quiet_NaN();

/// A point and the first partials there, NaN for one that is NaN; the second partials, row by row, NaN where
/// no convention says what they are.
template <std::size_t N>
struct edge {
  operands<N> x;
  operands<N> first;
  std::array<double, N * N> second;
};

template <std::size_t N, class F>
struct edges {
  const char* name;
  F f;
  std::vector<edge<N>> points;
};
template <class F>
auto of_one(const char* name, F f, std::vector<edge<1>> points) {
  return edges<1, F>{name, f, points};
}
template <class F>
auto of_two(const char* name, F f, std::vector<edge<2>> points) {
  return edges<2, F>{name, f, points};
}
template <class F>
auto of_three(const char* name, F f, std::vector<edge<3>> points) {
  return edges<3, F>{name, f, points};
}

constexpr std::array<double, 4> flat{0, 0, 0, 0};
constexpr std::array<double, 4> unsaid{nan, nan, nan, nan};
constexpr std::array<double, 9> flat3{};

const auto table = std::tuple{
    // one-sided limits at the ends of the domain
    of_one("sqrt", [](const auto& x) { return sqrt(x); }, {{{0.0}, {inf}, {-inf}}, {{-0.0}, {inf}, {-inf}}}),
    of_one("cbrt", [](const auto& x) { return cbrt(x); }, {{{0.0}, {inf}, {nan}}, {{-0.0}, {inf}, {nan}}}),
    of_one("log", [](const auto& x) { return log(x); }, {{{0.0}, {inf}, {-inf}}, {{-0.0}, {inf}, {-inf}}}),
    of_one("log2", [](const auto& x) { return log2(x); }, {{{0.0}, {inf}, {-inf}}, {{-0.0}, {inf}, {-inf}}}),
    of_one("log10", [](const auto& x) { return log10(x); },
           {{{0.0}, {inf}, {-inf}}, {{-0.0}, {inf}, {-inf}}}),
    of_one("log1p", [](const auto& x) { return log1p(x); }, {{{-1.0}, {inf}, {-inf}}}),
    of_one("asin", [](const auto& x) { return asin(x); }, {{{1.0}, {inf}, {inf}}, {{-1.0}, {inf}, {-inf}}}),
    of_one("acos", [](const auto& x) { return acos(x); }, {{{1.0}, {-inf}, {-inf}}, {{-1.0}, {-inf}, {inf}}}),
    of_one("acosh", [](const auto& x) { return acosh(x); }, {{{1.0}, {inf}, {-inf}}}),
    of_one("atanh", [](const auto& x) { return atanh(x); }, {{{1.0}, {inf}, {inf}}, {{-1.0}, {inf}, {-inf}}}),
    // subgradients
    of_one("abs", [](const auto& x) { return abs(x); }, {{{0.0}, {0}, {0}}, {{-0.0}, {0}, {0}}}),
    of_one("fabs", [](const auto& x) { return fabs(x); }, {{{0.0}, {0}, {0}}, {{-0.0}, {0}, {0}}}),
    of_one("relu", [](const auto& x) { return relu(x); }, {{{0.0}, {0}, {0}}, {{-0.0}, {0}, {0}}}),
    of_two("hypot", [](const auto& x, const auto& y) { return hypot(x, y); },
           {{{0, 0}, {0, 0}, flat}, {{-0.0, 0}, {0, 0}, flat}}),
    of_three("hypot of three", [](const auto& x, const auto& y, const auto& z) { return hypot(x, y, z); },
             {{{0, 0, 0}, {0, 0, 0}, flat3}}),
    of_two("norm",
           [](const auto& x, const auto& y) {
             using S = dad::promote_t<std::decay_t<decltype(x)>, std::decay_t<decltype(y)>>;
             return dad::norm(std::array<S, 2>{x, y});
           },
           {{{0, 0}, {0, 0}, flat}}),
    // ties flow to the first argument
    of_two("min", [](const auto& x, const auto& y) { return min(x, y); },
           {{{2, 2}, {1, 0}, flat}, {{0.0, -0.0}, {1, 0}, flat}, {{-0.0, 0.0}, {1, 0}, flat}}),
    of_two("max", [](const auto& x, const auto& y) { return max(x, y); },
           {{{2, 2}, {1, 0}, flat}, {{0.0, -0.0}, {1, 0}, flat}, {{-0.0, 0.0}, {1, 0}, flat}}),
    of_two("fmin", [](const auto& x, const auto& y) { return fmin(x, y); },
           {{{2, 2}, {1, 0}, flat}, {{2, nan}, {1, 0}, flat}, {{nan, 2}, {0, 1}, flat}}),
    of_two("fmax", [](const auto& x, const auto& y) { return fmax(x, y); },
           {{{2, 2}, {1, 0}, flat}, {{2, nan}, {1, 0}, flat}, {{nan, 2}, {0, 1}, flat}}),
    of_three("clamp", [](const auto& x, const auto& low, const auto& high) { return clamp(x, low, high); },
             {{{1, 1, 2}, {1, 0, 0}, flat3}, {{2, 1, 2}, {1, 0, 0}, flat3}}),
    // powers with a plain exponent
    of_one("pow(x, 0.0)", [](const auto& x) { return pow(x, 0.0); },
           {{{0}, {0}, {0}},
            {{-0.0}, {0}, {0}},
            {{2}, {0}, {0}},
            {{-2}, {0}, {0}},
            {{inf}, {0}, {0}},
            {{nan}, {0}, {0}}}),
    of_one("pow(x, 0)", [](const auto& x) { return pow(x, 0); }, {{{0}, {0}, {0}}, {{-3}, {0}, {0}}}),
    of_one("pow(x, 1.0)", [](const auto& x) { return pow(x, 1.0); },
           {{{0}, {1}, {0}}, {{-0.0}, {1}, {0}}, {{2}, {1}, {0}}, {{-2}, {1}, {0}}}),
    of_one("pow(x, 1)", [](const auto& x) { return pow(x, 1); }, {{{0}, {1}, {0}}, {{-3}, {1}, {0}}}),
    of_one("pow(x, 2)", [](const auto& x) { return pow(x, 2); }, {{{0}, {0}, {2}}, {{-3}, {-6}, {2}}}),
    of_one("pow(x, 3.0f)", [](const auto& x) { return pow(x, 3.0f); },
           {{{0}, {0}, {0}}, {{-2}, {12}, {-12}}}),
    of_one("pow(x, 0.5)", [](const auto& x) { return pow(x, 0.5); },
           {{{0}, {inf}, {-inf}}, {{-2}, {nan}, {nan}}}),
    of_one("pow(x, 1.5)", [](const auto& x) { return pow(x, 1.5); }, {{{0}, {0}, {inf}}}),
    of_one("pow(x, -1.0)", [](const auto& x) { return pow(x, -1.0); },
           {{{0}, {-inf}, {inf}}, {{-2}, {-0.25}, {-0.25}}}),
    of_one("pow(0.0, y)", [](const auto& y) { return pow(0.0, y); }, {{{2}, {0}, {0}}, {{0.5}, {0}, {0}}}),
    of_one("pow(-2.0, y)", [](const auto& y) { return pow(-2.0, y); }, {{{3}, {nan}, {nan}}}),
    // powers of two operands
    of_two("pow", [](const auto& x, const auto& y) { return pow(x, y); },
           {{{0, 2}, {0, 0}, unsaid},
            {{0, 1}, {1, 0}, unsaid},
            {{0, 0.5}, {inf, 0}, unsaid},
            {{0, 0}, {0, -inf}, unsaid},
            {{-2, 3}, {12, nan}, {-12, nan, nan, nan}},
            {{-2, 0}, {0, nan}, unsaid},
            {{-2, 1}, {1, nan}, unsaid}}),
    // flat pieces
    of_one("floor", [](const auto& x) { return floor(x); },
           {{{2}, {0}, {0}}, {{2.5}, {0}, {0}}, {{inf}, {0}, {0}}}),
    of_one("ceil", [](const auto& x) { return ceil(x); }, {{{2}, {0}, {0}}, {{-2.5}, {0}, {0}}}),
    of_one("round", [](const auto& x) { return round(x); }, {{{2}, {0}, {0}}, {{2.5}, {0}, {0}}}),
    of_one("trunc", [](const auto& x) { return trunc(x); }, {{{2}, {0}, {0}}, {{2.5}, {0}, {0}}}),
    of_one("rint", [](const auto& x) { return rint(x); }, {{{2}, {0}, {0}}, {{2.5}, {0}, {0}}}),
    of_one("nearbyint", [](const auto& x) { return nearbyint(x); }, {{{2}, {0}, {0}}, {{2.5}, {0}, {0}}}),
    of_one("logb", [](const auto& x) { return logb(x); }, {{{0}, {0}, {0}}, {{8}, {0}, {0}}}),
    of_one("sign", [](const auto& x) { return sign(x); }, {{{0}, {0}, {0}}, {{-3}, {0}, {0}}}),
    // no convention can be right
    of_two("atan2", [](const auto& y, const auto& x) { return atan2(y, x); },
           {{{0, 0}, {nan, nan}, unsaid}, {{0.0, -0.0}, {nan, nan}, unsaid}}),
};

/// Row `row` of the table as a function of N operands: one type for all rows of N, so that a mode compiles
/// once for them.
template <std::size_t N>
struct row_function {
  std::size_t row;

  template <class... A>
  auto operator()(const A&... x) const {
    dad::promote_t<A...> y(0);
    std::size_t k = 0;
    auto choose = [&]<std::size_t M, class F>(const edges<M, F>& candidate) {
      if constexpr (M == N)
        if (k == row) y = candidate.f(x...);
      ++k;
    };
    std::apply([&](const auto&... candidate) { (choose(candidate), ...); }, table);
    return y;
  }
};

bool is(double got, double expected) { return std::isnan(expected) ? std::isnan(got) : got == expected; }

template <class Mode, std::size_t N>
void hold(const char* name, const row_function<N>& f, const std::vector<edge<N>>& points) {
  for (const edge<N>& at : points) {
    const outcome<N> got = Mode::differentiate(f, at.x);
    INFO(name << " at " << at.x[0] << (N > 1 ? ", " : "") << (N > 1 ? at.x[N - 1] : 0.0) << ", "
              << Mode::name);
    CHECK(is(got.value, std::apply(f, at.x)));
    for (std::size_t i = 0; i < N; ++i) {
      INFO("partial " << i << ": got " << got.first[i] << ", expected " << at.first[i]);
      CHECK(is(got.first[i], at.first[i]));
    }
    if constexpr (Mode::order == 2) {
      for (std::size_t k = 0; k < N * N; ++k) {
        INFO("second partial " << k << ": got " << got.second[k / N][k % N] << ", expected " << at.second[k]);
        CHECK((std::isnan(at.second[k]) || got.second[k / N][k % N] == at.second[k]));
      }
    }
  }
}

}  // namespace

TEMPLATE_LIST_TEST_CASE("edge points have the derivatives of the table", "[op]", all_modes) {
  std::size_t k = 0;
  auto hold_row = [&k]<std::size_t N, class F>(const edges<N, F>& row) {
    hold<TestType>(row.name, row_function<N>{k++}, row.points);
  };
  std::apply([&](const auto&... row) { (hold_row(row), ...); }, table);
}
