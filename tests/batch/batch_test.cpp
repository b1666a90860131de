// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// Batches in this process: every kind, every structure of input and result, and the flat arrays behind them.

#include <array>
#include <cmath>
#include <span>
#include <string>
#include <tuple>
#include <vector>

#include "catch.hpp"
#include "core/close.hpp"

#include <dad/dad.hpp>

namespace {

using row = std::vector<double>;

row to_row(std::span<const double> x) { return {x.begin(), x.end()}; }

const auto f = [](const auto& x) { return x[0] * sin(x[1]) + exp(x[2]); };
row slope(const row& x) { return {std::sin(x[1]), x[0] * std::cos(x[1]), std::exp(x[2])}; }
double height(const row& x) { return x[0] * std::sin(x[1]) + std::exp(x[2]); }

const std::vector<row> points = {{1, 2, 3}, {-1, .5, 0}, {.25, -2, 1}};

row copy_of(const auto& item) { return item.gradient; }

template <class T>
struct option {
  T spot, strike;
  int kind = 0;
  std::string name;
  std::vector<T> dividends;
  template <class Archive>
  void serialize(Archive& archive, unsigned) {
    archive& spot& strike& kind& name& dividends;
  }
};

}  // namespace

TEST_CASE("values and gradients come in input order") {
  const auto r = dad::batch_eval(f, points);
  REQUIRE(r.size() == points.size());
  CHECK_FALSE(r.empty());
  row values, gradients;
  for (std::size_t i = 0; i < r.size(); ++i) {
    CHECK(r[i].value == close_to(height(points[i])));
    CHECK_ROW(r[i].gradient, slope(points[i]));
    CHECK_FALSE(r[i].has_error());
    CHECK(r[i].error().empty());
    values.push_back(r[i].value);
    gradients.insert(gradients.end(), r[i].gradient.begin(), r[i].gradient.end());
  }
  CHECK(to_row(r.values()) == values);
  CHECK(to_row(r.gradients()) == gradients);
  CHECK(std::vector<std::size_t>(r.offsets().begin(), r.offsets().end()) ==
        std::vector<std::size_t>{0, 3, 6, 9});
}

TEST_CASE("a result iterates and takes apart") {
  std::size_t i = 0;
  const auto r = dad::batch_eval(f, points);
  for (const auto& [value, gradient] : r) {
    CHECK(value == close_to(height(points[i])));
    CHECK_ROW(gradient, slope(points[i]));
    ++i;
  }
  CHECK(i == 3);
}

TEST_CASE("a row of a result stands for a vector") {
  const auto r = dad::batch_eval(f, points);
  const row copy = r[1].gradient;  // a vector of its own
  CHECK_ROW(copy, slope(points[1]));
  CHECK(r[1].gradient == copy);
  CHECK(copy == r[1].gradient);
  CHECK_FALSE(r[0].gradient == r[1].gradient);
  CHECK_FALSE(r[0].gradient == row{1});
  const row range(r[2].gradient.begin(), r[2].gradient.end());  // two accesses, the same memory
  CHECK_ROW(range, slope(points[2]));
  CHECK(r[2].gradient.data() == r.gradients().data() + 6);
  CHECK(r[2].gradient.at(2) == copy_of(r[2])[2]);
  CHECK_THROWS_AS(r[2].gradient.at(3), dad::shape_error);
  CHECK(dad::norm(r[1].gradient) == close_to(dad::norm(copy)));
  CHECK_ROW(dad::gradient(f, r[1].gradient), slope(copy));  // as a point
  const auto of_a_temporary = dad::batch_eval(f, points)[1].gradient;
  static_assert(std::is_same_v<std::remove_const_t<decltype(of_a_temporary)>, row>);
  CHECK(of_a_temporary == copy);
}

TEST_CASE("inputs of every structure") {
  SECTION("numbers") {
    const auto r = dad::batch_eval([](const auto& x) { return x * x; }, row{3, -2});
    CHECK(r[0].gradient == 6.0);
    CHECK(r[1].gradient == -4.0);
  }
  SECTION("ints count as double") {
    const auto r = dad::batch_eval([](const auto& x) { return x / 2; }, std::vector<int>{3, 4});
    CHECK(r[0].value == 1.5);
    CHECK(r[1].gradient == 0.5);
  }
  SECTION("floats have gradients in float") {
    const auto r = dad::batch_eval(f, std::vector<std::vector<float>>{{1, 2, 3}});
    static_assert(std::is_same_v<decltype(r[0].gradient), std::vector<float>>);
    CHECK(r[0].gradient[1] == static_cast<float>(std::cos(2.0)));
    CHECK(r[0].value == close_to(height({1, 2, 3})));
  }
  SECTION("arrays") {
    const auto r = dad::batch_eval(f, std::vector<std::array<double, 3>>{{1, 2, 3}});
    static_assert(std::is_same_v<decltype(r[0].gradient), std::array<double, 3>>);
    CHECK_ROW(r[0].gradient, slope({1, 2, 3}));
  }
  SECTION("ragged rows") {
    const auto norm2 = [](const auto& x) { return dot(x, x); };
    const auto r = dad::batch_eval(norm2, std::vector<row>{{1}, {}, {2, 3, 4}});
    CHECK_ROW(r[0].gradient, row{2});
    CHECK(r[1].gradient.empty());
    CHECK(r[1].value == 0.0);
    CHECK_ROW(r[2].gradient, row{4, 6, 8});
    CHECK(std::vector<std::size_t>(r.offsets().begin(), r.offsets().end()) ==
          std::vector<std::size_t>{0, 1, 1, 4});
  }
  SECTION("rows of a matrix, a view with a stride, and a matrix itself") {
    const row numbers = {1, 2, 3, 0, -1, .5, 0, 0};
    const auto r = dad::batch_eval(f, dad::matrix_view(numbers.data(), 2, 3, 4));
    REQUIRE(r.size() == 2);
    CHECK_ROW(r[0].gradient, slope({1, 2, 3}));
    CHECK_ROW(r[1].gradient, slope({-1, .5, 0}));
    dad::matrix m(1, 3, 2.0);
    CHECK_ROW(dad::batch_eval(f, m)[0].gradient, slope({2, 2, 2}));
  }
  SECTION("spans, and a span or array of inputs") {
    const std::vector<std::span<const double>> spans = {points[0], points[2]};
    const auto r = dad::batch_eval(f, spans);
    static_assert(std::is_same_v<decltype(r[0].gradient), dad::row_view>);
    CHECK_ROW(r[1].gradient, slope(points[2]));
    CHECK_ROW(dad::batch_eval(f, std::span(points).subspan(1))[0].gradient, slope(points[1]));
    CHECK_ROW(dad::batch_eval(f, std::array{points[2]})[0].gradient, slope(points[2]));
  }
  SECTION("tuples are several arguments") {
    const auto g = [](const auto& x, int n, const auto& y) { return n * x * y[0]; };
    const auto r = dad::batch_eval(g, std::vector<std::tuple<double, int, row>>{{2, 3, {5}}, {1, 2, {4}}});
    CHECK(r[0].value == 30.0);
    CHECK(std::get<0>(r[0].gradient) == 15.0);
    CHECK(std::get<1>(r[0].gradient) == 3);
    CHECK_ROW(std::get<2>(r[1].gradient), row{2});
  }
  SECTION("structs keep their data") {
    const auto price = [](const auto& o) {
      auto sum = o.spot * o.spot / o.strike * o.kind;
      for (const auto& d : o.dividends) sum -= d;
      return sum;
    };
    const std::vector<option<double>> options = {{4, 2, 3, "call", {1, 2}}, {3, 1, 2, "put", {}}};
    const auto r = dad::batch_eval(price, options);
    CHECK(r[0].value == 21.0);
    CHECK(r[0].gradient.spot == 12.0);
    CHECK(r[0].gradient.strike == -12.0);
    CHECK(r[0].gradient.kind == 3);
    CHECK(r[0].gradient.name == "call");
    CHECK_ROW(r[0].gradient.dividends, row{-1, -1});
    CHECK(r[1].gradient.dividends.empty());
  }
}

TEST_CASE("tangents and adjoints, one seed per input") {
  const auto g = [](const auto& x) { return std::array{x[0] * x[1], x[1] * x[1]}; };
  const std::vector<row> x = {{2, 3}, {5, 7}};
  const auto t = dad::batch_jvp(g, x, std::vector<row>{{1, 0}, {.5, 2}});
  CHECK_ROW(t[0].tangent, row{3, 0});
  CHECK_ROW(t[1].tangent, row{13.5, 28});
  CHECK_ROW(t[1].value, row{35, 49});
  CHECK(to_row(t.tangents()) == row{3, 0, 13.5, 28});
  const auto a = dad::batch_vjp(g, x, std::vector<std::array<double, 2>>{{1, 1}, {2, -1}});
  CHECK_ROW(a[0].adjoint, row{3, 8});
  CHECK_ROW(a[1].adjoint, row{14, -4});
}

TEST_CASE("Jacobians, Hessians and products") {
  const auto g = [](const auto& x) { return std::vector{x[0] * x[1], x[1] * x[1], 2 * x[0]}; };
  const std::vector<row> x = {{2, 3}, {5, 7}};
  const auto j = dad::batch_jacobian(g, x);
  REQUIRE(j[1].jacobian.rows() == 3);
  REQUIRE(j[1].jacobian.cols() == 2);
  CHECK(j[1].jacobian(0, 0) == 7.0);
  CHECK(j[1].jacobian(1, 1) == 14.0);
  CHECK(j[1].jacobian(2, 0) == 2.0);
  CHECK_ROW(j[0].value, row{6, 9, 4});

  const auto cubic = [](const auto& p) { return p[0] * p[0] * p[1]; };
  const auto h = dad::batch_hessian(cubic, x);
  CHECK(h[1].value == 175.0);
  CHECK(h[1].hessian(0, 0) == 14.0);
  CHECK(h[1].hessian(0, 1) == 10.0);
  CHECK(h[1].hessian(1, 1) == 0.0);
  const auto p = dad::batch_hvp(cubic, x, std::vector<row>{{1, 1}, {1, 2}});
  CHECK_ROW(p[0].product, row{10, 4});
  CHECK_ROW(p[1].product, row{34, 10});
}

TEST_CASE("results of any structure") {
  const auto g = [](const auto& x) { return std::tuple{x * x, 3, std::vector{x, 2 * x}}; };
  const auto t = dad::batch_jvp(g, row{2, 3}, row{1, .5});
  CHECK(std::get<0>(t[0].value) == 4.0);
  CHECK(std::get<1>(t[1].value) == 3);
  CHECK_ROW(std::get<2>(t[1].value), row{3, 6});
  CHECK(std::get<0>(t[1].tangent) == 3.0);
  CHECK_ROW(std::get<2>(t[1].tangent), row{.5, 1});
}

TEST_CASE("again into the same memory") {
  auto r = dad::batch_eval(f, points);
  const double* const memory = r.gradients().data();
  dad::batch_eval_into(r, f, std::vector<row>{points[2], points[0]});
  CHECK(r.gradients().data() == memory);
  REQUIRE(r.size() == 2);
  CHECK_ROW(r[0].gradient, slope(points[2]));
  CHECK_ROW(r[1].gradient, slope(points[0]));
}

TEST_CASE("no inputs") {
  const auto r = dad::batch_eval(f, std::vector<row>{});
  CHECK(r.empty());
  CHECK(r.begin() == r.end());
  CHECK(r.values().empty());
  CHECK(r.offsets().size() == 1);
}

TEST_CASE("a result depends on its input alone") {
  std::vector<row> many;
  for (int i = 0; i < 50; ++i) many.push_back({.1 * i, 1 - .01 * i, std::sin(i)});
  const auto all = dad::batch_eval(f, many);
  for (std::size_t i = 0; i < many.size(); ++i) {
    const auto one = dad::batch_eval(f, std::vector<row>{many[i]});
    CHECK(one[0].value == all[i].value);
    CHECK(one[0].gradient == all[i].gradient);
    CHECK_ROW(dad::gradient(f, many[i]), all[i].gradient);
  }
}
