// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// The test suite of the system that dad supersedes, as tables: function, inputs, and expected results of each
// batch. The way a batch is evaluated (in this process, over ranks) is the tables' parameter. Expected
// numbers are closed forms to 1e-12, and the digits printed in that suite.

#pragma once

#include <array>
#include <cmath>
#include <cstddef>
#include <string>
#include <tuple>
#include <vector>

#include "catch.hpp"
#include "core/close.hpp"

#include <dad/dad.hpp>

namespace loma {

using row = std::vector<double>;

template <class Structure>
row reals(const Structure& x) {
  row numbers;
  dad::detail::for_each_real(x, [&](double leaf) { numbers.push_back(leaf); });
  return numbers;
}

/// Item by item: expected reals, and optionally their printed digits (six of them at least).
struct expected {
  std::vector<row> closed;
  std::vector<row> printed = {};

  void check(std::size_t item, const row& got) const {
    CHECK_ROW(got, closed[item], 1e-12, 1e-300);
    if (!printed.empty()) CHECK_ROW(got, printed[item], 1e-6);
  }
};

/// (value, tangent) in, (value, tangent) out.
template <class Batch, class F, class X>
void forward(const Batch& batch, const char* name, const F& f, const std::vector<X>& inputs,
             const std::vector<X>& directions, const expected& values, const expected& tangents) {
  INFO(name);
  const auto r = batch.jvp(f, inputs, directions);
  if (!batch.has_results()) return;
  REQUIRE(r.size() == inputs.size());
  for (std::size_t i = 0; i < r.size(); ++i) {
    values.check(i, reals(r[i].value));
    tangents.check(i, reals(r[i].tangent));
  }
}

/// Adjoints of the inputs for the seed of the output.
template <class Batch, class F, class X, class W>
void reverse(const Batch& batch, const char* name, const F& f, const std::vector<X>& inputs,
             const std::vector<W>& seeds, const expected& adjoints) {
  INFO(name);
  const auto r = batch.vjp(f, inputs, seeds);
  if (!batch.has_results()) return;
  REQUIRE(r.size() == inputs.size());
  for (std::size_t i = 0; i < r.size(); ++i) adjoints.check(i, reals(r[i].adjoint));
}

// The structs of that suite.
template <class T>
struct with_int {
  T x;
  int y = 0;
  template <class Archive>
  void serialize(Archive& archive, unsigned) {
    archive& x& y;
  }
};
template <class T>
struct inner {
  int z = 0;
  T w;
  template <class Archive>
  void serialize(Archive& archive, unsigned) {
    archive& z& w;
  }
};
template <class T>
struct outer {
  T x;
  inner<T> y;
  template <class Archive>
  void serialize(Archive& archive, unsigned) {
    archive& x& y;
  }
};
template <class T>
struct with_array {
  std::vector<T> values;
  template <class Archive>
  void serialize(Archive& archive, unsigned) {
    archive& values;
  }
};

using pair = std::tuple<double, double>;
using real_int = std::tuple<double, int>;

/// sum_array of that suite's examples: relu(1 + 2 + 3 + 4 + 5) = 15. Items may have different lengths.
const auto sum_array = [](const auto& x) {
  auto sum = 0 * x[0];
  for (const auto& xi : x) sum += xi;
  return dad::relu(sum);
};

template <class Batch>
void check_forward(const Batch& batch) {
  const auto one = [&](const char* name, const auto& f, const std::vector<double>& x,
                       const std::vector<double>& v, const expected& values,
                       const expected& tangents) { forward(batch, name, f, x, v, values, tangents); };
  const auto two = [&](const char* name, const auto& f, const std::vector<pair>& x,
                       const std::vector<pair>& v, const expected& values,
                       const expected& tangents) { forward(batch, name, f, x, v, values, tangents); };

  one("identity", [](const auto& x) { return x; }, {1.23, 2.31}, {4.56, 3.14}, {{{1.23}, {2.31}}},
      {{{4.56}, {3.14}}});
  one("constant", [](const auto&) { return 2; }, {1.23, 3}, {.5, .3}, {{{2}, {2}}}, {{{0}, {0}}});

  two("plus", [](const auto& x, const auto& y) { return x + y; }, {{5, 6}, {6, 7}, {7, 8}, {8, 9}},
      {{.5, 1.5}, {.3, 2.5}, {.2, 3.5}, {.1, 4.5}}, {{{11}, {13}, {15}, {17}}}, {{{2}, {2.8}, {3.7}, {4.6}}});
  const std::vector<pair> x53 = {{5, 3}, {5, 4}}, v53 = {{.5, .3}, {1.5, 1.3}};
  two("subtract", [](const auto& x, const auto& y) { return x - y; }, x53, v53, {{{2}, {1}}}, {{{.2}, {.2}}});
  two("multiply", [](const auto& x, const auto& y) { return x * y; }, x53, v53, {{{15}, {20}}},
      {{{3}, {12.5}}});
  two("divide", [](const auto& x, const auto& y) { return x / y; }, {{5, 6}, {5, 4}}, {{.5, 1.5}, {1.5, 1.3}},
      {{{5.0 / 6}, {1.25}}, {{.8333333}, {1.25}}}, {{{-.125}, {-.03125}}});
  two("declare",
      [](const auto& x, const auto& y) {
        const auto z = x + y + 5;
        return z * (x + y);
      },
      {{5, 6}, {5, 6}}, {{.5, 1.5}, {.5, 1.5}}, {{{176}, {176}}}, {{{54}, {54}}});
  two("assign",
      [](const auto& x, const auto& y) {
        auto z = x;
        z = x + y;
        return z;
      },
      {{-3, 5}, {4, 6}}, {{-1, 3}, {3, -2}}, {{{2}, {10}}}, {{{2}, {1}}});
  two("side_effect",
      [](const auto& x, const auto& y) {
        auto z = x + y;
        z = 0;
        z = x * y;
        return z;
      },
      {{-3.5, 7}, {-1.5, -3.5}}, {{-1.5, 2}, {4.5, -1.5}}, {{{-24.5}, {5.25}}}, {{{-17.5}, {-13.5}}});

  const std::vector<double> x = {1.5, 3.5}, v = {.3, .6};
  one("sin", [](const auto& t) { return sin(t); }, x, v,
      {{{std::sin(1.5)}, {std::sin(3.5)}}, {{.997495}, {-.3507832}}},
      {{{.3 * std::cos(1.5)}, {.6 * std::cos(3.5)}}, {{.02122116}, {-.561874}}});
  one("cos", [](const auto& t) { return cos(t); }, x, v,
      {{{std::cos(1.5)}, {std::cos(3.5)}}, {{.0707372}, {-.9364567}}},
      {{{-.3 * std::sin(1.5)}, {-.6 * std::sin(3.5)}}, {{-.2992485}, {.2104699}}});
  one("sqrt", [](const auto& t) { return sqrt(t); }, x, v,
      {{{std::sqrt(1.5)}, {std::sqrt(3.5)}}, {{1.224745}, {1.870829}}},
      {{{.15 / std::sqrt(1.5)}, {.3 / std::sqrt(3.5)}}, {{.1224745}, {.1603567}}});
  one("exp", [](const auto& t) { return exp(t); }, x, v,
      {{{std::exp(1.5)}, {std::exp(3.5)}}, {{4.481689}, {33.11545}}},
      {{{.3 * std::exp(1.5)}, {.6 * std::exp(3.5)}}, {{1.344507}, {19.86927}}});
  one("log", [](const auto& t) { return log(t); }, x, v,
      {{{std::log(1.5)}, {std::log(3.5)}}, {{.4054651}, {1.252763}}},
      {{{.2}, {.6 / 3.5}}, {{.2}, {.1714286}}});

  const auto power = [](double a, double b, double da, double db) {
    return std::pow(a, b) * (db * std::log(a) + b * da / a);
  };
  two("pow", [](const auto& a, const auto& b) { return pow(a, b); }, {{1.5, .7}, {3.5, .2}},
      {{.3, .4}, {.6, .3}}, {{{std::pow(1.5, .7)}, {std::pow(3.5, .2)}}, {{1.328201}, {1.284735}}},
      {{{power(1.5, .7, .3, .4)}, {power(3.5, .2, .6, .3)}}, {{.4013639}, {.5268887}}});

  const auto call = [](double t, double dt) {
    const double a = std::cos(std::sin(t)) + 1, da = -std::sin(std::sin(t)) * std::cos(t) * dt;
    const double b = std::pow(std::sqrt(a), a), db = b * (std::log(a) + 1) / 2 * da;
    return row{std::log(b + std::exp(b)), db * (1 + std::exp(b)) / (b + std::exp(b))};
  };
  one("call",
      [](const auto& t) {
        const auto a = cos(sin(t)) + 1;
        const auto b = pow(sqrt(a), a);
        return log(b + exp(b));
      },
      {1.5, 3.5}, {1.2, .6}, {{{call(1.5, 1.2)[0]}, {call(3.5, .6)[0]}}, {{1.693621}, {2.150475}}},
      {{{call(1.5, 1.2)[1]}, {call(3.5, .6)[1]}}, {{-.06618034}, {-.2729877}}});

  forward(batch, "int_input", [](const auto& t, int y) { return 5 * t + y - 1; },
          std::vector<real_int>{{5, 3}, {4, 3}}, std::vector<real_int>{{4, 0}, {3, 0}}, {{{27}, {22}}},
          {{{20}, {15}}});
  forward(batch, "int_output", [](const auto& t, int y) { return static_cast<int>(5 * t + y - 1); },
          std::vector<real_int>{{1.23, 3}, {2.5, 3}}, std::vector<real_int>{{4.56, 0}, {3.6, 0}},
          {{{8}, {14}}}, {{{0}, {0}}});
  one("array_output",
      [](const auto& t) {
        return std::array{t * t, t * t * t};
      },
      {2, 3}, {3, 4}, {{{4, 8}, {9, 27}}}, {{{12, 36}, {24, 108}}});
  forward(batch, "array_input", [](const auto& t) { return t[0] + t[1]; },
          std::vector<row>{{.7, .3}, {.3, .4}}, std::vector<row>{{.8, .5}, {.4, .6}}, {{{1}, {.7}}},
          {{{1.3}, {1}}});

  using row_ints = std::tuple<row, std::vector<int>>;
  forward(batch, "int_array_input", [](const auto& t, const auto& y) { return t[0] + t[1] + y[0]; },
          std::vector<row_ints>{{{.7, .3}, {5}}, {{.9, .4}, {4}}},
          std::vector<row_ints>{{{.8, .5}, {0}}, {{.5, .1}, {0}}}, {{{6}, {5.3}}}, {{{1.3}, {.6}}});

  using indexed = std::tuple<std::array<double, 7>, int, double>;
  forward(batch, "array_input_indexing",
          [](const auto& t, int i, const auto& c) {
            const auto j = static_cast<std::size_t>(floor(c)), k = static_cast<std::size_t>(i);
            return t[k] + t[j] + t[2 * k] + t[2 * j];
          },
          std::vector<indexed>{{{.1, .2, .3, .4, .5, .6, .7}, 1, 3.5}},
          std::vector<indexed>{{{.9, .8, .7, .6, .5, .4, .3}, 0, 1.0}}, {{{1.6}}}, {{{2.4}}});
  using to_index = std::tuple<double, int, double>;
  forward(batch, "array_output_indexing",
          [](const auto& t, int i, const auto& c) {
            const auto j = static_cast<std::size_t>(floor(c)), k = static_cast<std::size_t>(i);
            std::array<std::decay_t<decltype(t)>, 7> y{};
            y[k] = t;
            y[j] = 2 * t;
            y[2 * k] = 3 * t;
            y[2 * j] = 4 * t;
            return y;
          },
          std::vector<to_index>{{.3, 1, 3.5}}, std::vector<to_index>{{.4, 0, 1.0}},
          {{{0, .3, .9, .6, 0, 0, 1.2}}}, {{{0, .4, 1.2, .8, 0, 0, 1.6}}});
  one("multiple_outputs",
      [](const auto& t) {
        const std::array y{t * t, t * t * t};
        return std::tuple{y, y[0] * y[1]};
      },
      {.7}, {.8}, {{{.49, .343, .16807}}}, {{{1.12, 1.176, .9604}}});

  forward(batch, "struct_input", [](const auto& s) { return 5 * s.x + s.y - 1; },
          std::vector<with_int<double>>{{1, 3}, {2, 5}}, std::vector<with_int<double>>{{4, 0}, {6, 0}},
          {{{7}, {14}}}, {{{20}, {30}}});
  forward(batch, "nested_struct_input", [](const auto& s) { return 3 * (s.x + s.y.z + s.y.w + 5); },
          std::vector<outer<double>>{{1.23, {3, 1.23}}}, std::vector<outer<double>>{{4.56, {0, 4.56}}},
          {{{31.38}}}, {{{27.36}}});
  const auto to_struct = [](const auto& t, int y) {
    return with_int<std::decay_t<decltype(t)>>{t + y * t, static_cast<int>(y - t)};
  };
  forward(batch, "struct_output", to_struct, std::vector<real_int>{{1.23, 3}},
          std::vector<real_int>{{4.56, 0}}, {{{4.92}}}, {{{18.24}}});
  const auto b = batch.jvp(to_struct, std::vector<real_int>{{1.23, 3}}, std::vector<real_int>{{4.56, 0}});
  if (batch.has_results()) CHECK(b[0].value.y == 1);
  const auto doubled = [](const auto& s) {
    auto t = s;
    t.x = 2 * s.x;
    return t;
  };
  forward(batch, "struct_declare, struct_assign", doubled, std::vector<with_int<double>>{{1.23, 3}},
          std::vector<with_int<double>>{{4.56, 0}}, {{{2.46}}}, {{{9.12}}});

  // Without a test there.
  forward(batch, "array in struct", [](const auto& s) { return s.values[0] * s.values[2]; },
          std::vector<with_array<double>>{{{2, 3, 4}}}, std::vector<with_array<double>>{{{.5, 1, .25}}},
          {{{8}}}, {{{2.5}}});
  forward(batch, "struct in array", [](const auto& s) { return s[0].x * s[1].x + s[1].y; },
          std::vector<std::array<with_int<double>, 2>>{{with_int<double>{2, 1}, with_int<double>{3, 7}}},
          std::vector<std::array<with_int<double>, 2>>{{with_int<double>{.5, 0}, with_int<double>{.25, 0}}},
          {{{13}}}, {{{2}}});
  one("nested struct as output",
      [](const auto& t) {
        using T = std::decay_t<decltype(t)>;
        return outer<T>{t * t, inner<T>{4, 3 * t}};
      },
      {2}, {.5}, {{{4, 6}}}, {{{2, 1.5}}});
  one("while",
      [](const auto& t) {
        auto z = t;
        int i = 0;
        while (i < 10) z = i++;
        return z;
      },
      {2}, {.5}, {{{9}}}, {{{0}}});
  forward(batch, "sum_array", sum_array, std::vector<row>{{1, 2, 3, 4, 5}, {1, -3}, {.5}},
          std::vector<row>{{.1, .2, .3, .4, .5}, {1, 1}, {-2}}, {{{15}, {0}, {.5}}}, {{{1.5}, {0}, {-2}}});
}

template <class Batch>
void check_reverse(const Batch& batch) {
  const auto one = [&](const char* name, const auto& f, const std::vector<double>& x,
                       const std::vector<double>& w,
                       const expected& adjoints) { reverse(batch, name, f, x, w, adjoints); };
  const auto two = [&](const char* name, const auto& f, const std::vector<pair>& x,
                       const std::vector<double>& w,
                       const expected& adjoints) { reverse(batch, name, f, x, w, adjoints); };

  one("identity", [](const auto& x) { return x; }, {1.23}, {4.56}, {{{4.56}}});
  one("constant", [](const auto&) { return 2; }, {5, 1}, {2, 2}, {{{0}, {0}}});
  const std::vector<pair> xy = {{5, 6}, {1, 4}};
  const std::vector<double> w = {3, 4};
  two("plus", [](const auto& x, const auto& y) { return x + y; }, xy, w, {{{3, 3}, {4, 4}}});
  two("subtract", [](const auto& x, const auto& y) { return x - y; }, xy, w, {{{3, -3}, {4, -4}}});
  two("multiply", [](const auto& x, const auto& y) { return x * y; }, xy, w, {{{18, 15}, {16, 4}}});
  two("divide", [](const auto& x, const auto& y) { return x / y; }, xy, w,
      {{{.5, -5.0 / 12}, {1, -.25}}, {{.5, -.4166667}, {1, -.25}}});
  one("square", [](const auto& x) { return x * x; }, {5, 1}, {3, 4}, {{{30}, {8}}});
  two("declare",
      [](const auto& x, const auto& y) {
        const auto a = x + y, b = a + 5, c = b * a, d = c / b;
        return d - x;
      },
      xy, w, {{{0, 3}, {0, 4}}});
  two("assign1", [](const auto& x, const auto& y) { return 3 * x + 5 * y; }, {{-3, 5}, {-4, 2}}, {3, 1},
      {{{9, 15}, {3, 5}}});
  two("assign2", [](const auto& x, const auto& y) { return 2.5 * x - 3.0 * y + x * y; }, {{2, -6}, {1, -2}},
      {3.5, 2.5}, {{{-12.25, -3.5}, {1.25, -5}}});
  const std::vector<pair> x3 = {{2, -6}, {1, -4}};
  const std::vector<double> w3 = {3.5, 2.5};
  two("assign3",
      [](const auto& x, const auto& y) {
        auto z = 2.5 * x - 3.0 * y;
        z = x * y;
        return z;
      },
      x3, w3, {{{-21, 7}, {-10, 2.5}}});
  two("assign4",
      [](const auto& x, const auto& y) {
        const auto z = 2.5 * x - 3.0 * y;
        return z * z + z * x * y + z;
      },
      x3, w3, {{{-176.75, -206.5}, {17.5, -158.75}}});
  two("assign5",
      [](const auto& x, const auto& y) {
        const auto z = 2 * x + 1;
        return 3 * z * z + x * y + (x + y) * (x + y);
      },
      x3, w3, {{{161, -21}, {65, -12.5}}});
  using four = std::tuple<double, double, double, double>;
  reverse(batch, "assign_args",
          [](auto a, auto x, auto y, auto z) {
            a = 5;
            x = a + x + y + z;
            y = 6;
            z = x * x;
            return z;
          },
          std::vector<four>{{-1.3, -3, 5, 3}, {-.3, -2, 4, 1}}, std::vector<double>{2.7, 3.7},
          {{{0, 54, 54, 54}, {0, 59.2, 59.2, 59.2}}});
  one("refs_out", [](const auto& x) { return x * x; }, {.7, .2}, {.1, .2}, {{{.14}, {.08}}});

  const std::vector<double> x = {1.5, 2.5}, s = {-.3, -.5};
  one("sin", [](const auto& t) { return sin(t); }, x, s,
      {{{-.3 * std::cos(1.5)}, {-.5 * std::cos(2.5)}}, {{-.02122116}, {.4005718}}});
  one("cos", [](const auto& t) { return cos(t); }, x, s,
      {{{.3 * std::sin(1.5)}, {.5 * std::sin(2.5)}}, {{.2992485}, {.2992361}}});
  one("sqrt", [](const auto& t) { return sqrt(t); }, x, s,
      {{{-.15 / std::sqrt(1.5)}, {-.25 / std::sqrt(2.5)}}, {{-.1224745}, {-.1581139}}});
  one("exp", [](const auto& t) { return exp(t); }, x, s,
      {{{-.3 * std::exp(1.5)}, {-.5 * std::exp(2.5)}}, {{-1.344507}, {-6.091247}}});
  one("log", [](const auto& t) { return log(t); }, x, s, {{{-.2}, {-.2}}});
  const auto power = [](double a, double b, double seed) {
    return row{seed * b * std::pow(a, b - 1), seed * std::pow(a, b) * std::log(a)};
  };
  two("pow", [](const auto& a, const auto& b) { return pow(a, b); }, {{1.5, .7}, {2.5, .8}}, {-.3, -.4},
      {{power(1.5, .7, -.3), power(2.5, .8, -.4)}, {{-.1859482, -.1615618}, {-.266417, -.7628608}}});
  const auto call = [](double t, double y, double seed) {
    const double a = std::cos(std::sin(t)) + 1, da = -std::sin(std::sin(t)) * std::cos(t);
    const double c = std::sqrt(a) - y * y, b = std::pow(c, a);
    const double outside = seed * (1 + std::exp(b)) / (b + std::exp(b));
    return row{outside * b * (std::log(c) + a / c / (2 * std::sqrt(a))) * da, outside * b * a / c * -2 * y};
  };
  two("call",
      [](const auto& t, const auto& y) {
        const auto a = cos(sin(t)) + 1;
        const auto b = pow(sqrt(a) - y * y, a);
        return log(b + exp(b));
      },
      {{1.5, .7}, {1.6, .8}}, {-.3, 2.5},
      {{call(1.5, .7, -.3), call(1.6, .8, 2.5)}, {{.007077131, .6324727}, {.01859796, -5.930121}}});

  reverse(batch, "int_input", [](const auto& t, int y) { return 5 * t + y - 1; },
          std::vector<real_int>{{1.23, 3}}, std::vector<double>{4.56}, {{{22.8}}});
  reverse(batch, "int_output", [](const auto& t, int y) { return static_cast<int>(5 * t + y - 1); },
          std::vector<real_int>{{1.23, 3}}, std::vector<double>{1}, {{{0}}});
  reverse(batch, "int_assign",
          [](const auto& t, int y) {
            const int z = 2 * y;
            return z * y * t * t + 2;
          },
          std::vector<real_int>{{1.23, 3}}, std::vector<double>{.3}, {{{13.284}}});
  reverse(batch, "array_output",
          [](const auto& t) {
            return std::array{t * t, t * t * t};
          },
          std::vector<double>{.7}, std::vector<std::array<double, 2>>{{.3, .5}}, {{{1.155}}});
  reverse(batch, "array_input", [](const auto& t) { return 2 * t[0] + 3 * t[1] * t[1]; },
          std::vector<row>{{.7, .3}}, std::vector<double>{-.27}, {{{-.54, -.486}}});
  using row_ints = std::tuple<row, std::vector<int>>;
  reverse(batch, "int_array_input", [](const auto& t, const auto& y) { return t[0] + t[1] + y[0]; },
          std::vector<row_ints>{{{.7, .3}, {5}}}, std::vector<double>{.5}, {{{.5, .5}}});
  using indexed = std::tuple<std::array<double, 7>, int, double>;
  reverse(batch, "array_input_indexing",
          [](const auto& t, int i, const auto& c) {
            const auto j = static_cast<std::size_t>(floor(c)), k = static_cast<std::size_t>(i);
            return t[k] * t[j] + t[2 * k] * t[2 * j] + t[4 * k] * t[5 * k];
          },
          std::vector<indexed>{{{.1, .2, .3, .4, .5, .6, .7}, 1, 3.5}}, std::vector<double>{-.5},
          {{{0, -.2, -.35, -.1, -.3, -.25, -.15, 0}}});

  // Structs, which that system could not take in reverse mode, and what it had no test for.
  reverse(batch, "struct_input", [](const auto& t) { return 5 * t.x + t.y - 1; },
          std::vector<with_int<double>>{{1, 3}, {2, 5}}, std::vector<double>{2, .5}, {{{10}, {2.5}}});
  reverse(batch, "nested_struct_input", [](const auto& t) { return 3 * (t.x + t.y.z + t.y.w * t.x + 5); },
          std::vector<outer<double>>{{1.5, {3, .5}}}, std::vector<double>{2}, {{{9, 9}}});
  reverse(batch, "struct_output",
          [](const auto& t, int y) {
            return with_int<std::decay_t<decltype(t)>>{t + y * t, static_cast<int>(y - t)};
          },
          std::vector<real_int>{{1.23, 3}}, std::vector<with_int<double>>{{.5, 0}}, {{{2}}});
  reverse(batch, "array in struct", [](const auto& t) { return t.values[0] * t.values[2]; },
          std::vector<with_array<double>>{{{2, 3, 4}}}, std::vector<double>{.5}, {{{2, 0, 1}}});
  reverse(batch, "struct in array", [](const auto& t) { return t[0].x * t[1].x + t[1].y; },
          std::vector<std::array<with_int<double>, 2>>{{with_int<double>{2, 1}, with_int<double>{3, 7}}},
          std::vector<double>{2}, {{{6, 4}}});
  reverse(batch, "nested struct as output",
          [](const auto& t) {
            using T = std::decay_t<decltype(t)>;
            return outer<T>{t * t, inner<T>{4, 3 * t}};
          },
          std::vector<double>{2}, std::vector<outer<double>>{{.5, {0, 2}}}, {{{8}}});
  one("while",
      [](const auto& t) {
        auto z = t;
        int i = 0;
        while (i < 10) z = i++;
        return z;
      },
      {2}, {.5}, {{{0}}});
  reverse(batch, "sum_array", sum_array, std::vector<row>{{1, 2, 3, 4, 5}, {1, -3}, {.5}},
          std::vector<double>{2, 3, -1}, {{{2, 2, 2, 2, 2}, {0, 0}, {-1}}});
}

}  // namespace loma
