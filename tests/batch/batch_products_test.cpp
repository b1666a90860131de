// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// Tangents, adjoints, Jacobians, Hessians and products with them at many inputs; results into kept memory;
// options.

#include <dad/batch/batch.hpp>

#include <array>
#include <cmath>
#include <tuple>
#include <type_traits>
#include <vector>

#include "core/allocations.hpp"
#include "core/close.hpp"

namespace {

template <class A, class B>
constexpr bool same = std::is_same_v<std::remove_cvref_t<A>, B>;

const auto f = [](const auto& x) { return std::array{x[0] * x[1], sin(x[1]), x[0]}; };
const std::vector<std::array<double, 2>> points{{1, 2}, {3, 4}, {5, 6}};

TEST_CASE("tangents along a direction per input") {
  const std::vector<std::array<double, 2>> directions{{1, 0}, {0, 1}, {1, -1}};
  const auto r = dad::batch_jvp(f, points, directions);
  STATIC_REQUIRE(same<decltype(r[0].value), std::array<double, 3>>);
  STATIC_REQUIRE(same<decltype(r[0].tangent), std::array<double, 3>>);
  for (std::size_t i = 0; i < 3; ++i) {
    const auto [x, y] = points[i];
    const auto [u, v] = directions[i];
    CHECK_ROW(r[i].value, (std::vector{x * y, std::sin(y), x}));
    CHECK_ROW(r[i].tangent, (std::vector{u * y + x * v, v * std::cos(y), u}));
  }
  CHECK(r.tangents().size() == 9);
  CHECK(r.values().size() == 9);
  CHECK_ROW(r.value_offsets(), (std::vector<int>{0, 3, 6, 9}));
  const auto [value, tangent] = r[1];
  CHECK(tangent == r[1].tangent);
}

TEST_CASE("adjoints for a seed per input") {
  const std::vector<std::array<double, 3>> seeds{{1, 0, 0}, {0, 1, 0}, {1, 1, 1}};
  const auto r = dad::batch_vjp(f, points, seeds);
  STATIC_REQUIRE(same<decltype(r[0].adjoint), std::array<double, 2>>);
  for (std::size_t i = 0; i < 3; ++i) {
    const auto [x, y] = points[i];
    const auto [a, b, c] = seeds[i];
    CHECK_ROW(r[i].adjoint, (std::vector{a * y + c, a * x + b * std::cos(y)}), 1e-12, 1e-15);
  }
  CHECK(r.adjoints().size() == 6);
}

TEST_CASE("Jacobians of any shape") {
  const auto r = dad::batch_jacobian(f, points);
  for (std::size_t i = 0; i < 3; ++i) {
    const dad::matrix j = r[i].jacobian;
    CHECK(j == dad::jacobian(f, points[i]));
    CHECK(j.rows() == 3);
    CHECK(j(1, 1) == close_to(std::cos(points[i][1])));
  }
  const auto ragged = [](const auto& x) {
    auto y = x;
    y.push_back(x[0] * x.back());
    return y;
  };
  const std::vector<std::vector<double>> inputs{{2}, {3, 4}, std::vector<double>(30, 1.5)};
  const auto s = dad::batch_jacobian(ragged, inputs);
  for (std::size_t i = 0; i < 3; ++i) {
    CHECK(s[i].jacobian.rows() == inputs[i].size() + 1);
    CHECK(s[i].jacobian.cols() == inputs[i].size());
    CHECK(s[i].jacobian == dad::jacobian(ragged, inputs[i]));
  }
  CHECK(s[0].jacobian(1, 0) == 4.0);
  CHECK(s.jacobians().size() == 2 + 6 + 31 * 30);
  CHECK_ROW(s.offsets(), (std::vector<int>{0, 2, 8, 938}));
}

TEST_CASE("Hessians and products with them") {
  const auto g = [](const auto& x) { return x[0] * x[0] * x[1] + exp(x[1]); };
  const auto h = dad::batch_hessian(g, points);
  const std::vector<std::array<double, 2>> directions{{1, 0}, {0, 1}, {1, -1}};
  const auto p = dad::batch_hvp(g, points, directions);
  STATIC_REQUIRE(same<decltype(p[0].product), std::array<double, 2>>);
  for (std::size_t i = 0; i < 3; ++i) {
    const auto [x, y] = points[i];
    CHECK(h[i].value == close_to(x * x * y + std::exp(y)));
    const dad::matrix hessian = h[i].hessian;
    CHECK_ROW(std::vector<double>(hessian.data(), hessian.data() + 4),
              (std::vector{2 * y, 2 * x, 2 * x, std::exp(y)}));
    const auto [u, v] = directions[i];
    CHECK_ROW(p[i].product, (std::vector{2 * y * u + 2 * x * v, 2 * x * u + std::exp(y) * v}));
    CHECK(p[i].value == h[i].value);
  }
  CHECK(h.hessians().size() == 12);
  CHECK(p.products().size() == 6);
}

TEST_CASE("inputs, directions and seeds of other structures") {
  SECTION("rows of matrices") {
    dad::matrix x(2, 2), v(2, 2);
    for (std::size_t i = 0; i < 4; ++i)
      x.data()[i] = static_cast<double>(i + 1), v.data()[i] = static_cast<double>(i % 2);
    const auto r = dad::batch_jvp(f, x, v);
    CHECK_ROW(r[1].tangent, (std::vector{3.0, std::cos(4.0), 0.0}));
    const auto a = dad::batch_vjp([](const auto& u) { return u[0] * u[1]; }, x, std::vector{1.0, 10.0});
    CHECK(a[1].adjoint == std::vector{40.0, 30.0});
  }
  SECTION("tuples in, tuples out") {
    const auto g = [](const auto& x, const auto& ys, int k) {
      return std::tuple{k * x * ys[0], std::vector{ys[1], x}, k};
    };
    using point = std::tuple<double, std::array<double, 2>, int>;
    const std::vector<point> inputs{{2, {3, 5}, 7}};
    const auto r = dad::batch_jvp(g, inputs, std::vector<point>{{1, {10, 100}, 0}});
    CHECK(r[0].value == std::tuple{42.0, std::vector{5.0, 2.0}, 7});
    CHECK(r[0].tangent == std::tuple{161.0, std::vector{100.0, 1.0}, 7});
    using seed = std::tuple<double, std::vector<double>, int>;
    const auto a = dad::batch_vjp(g, inputs, std::vector<seed>{{1, {10, 100}, 0}});
    CHECK(a[0].adjoint == point{121, {14, 10}, 7});
  }
  SECTION("numbers in, numbers out") {
    const auto g = [](const auto& x) { return x * x; };
    CHECK(dad::batch_jvp(g, std::vector{1.0, 2.0}, std::vector{1.0, 0.5})[1].tangent == 2.0);
    CHECK(dad::batch_vjp(g, std::vector{1, 2}, std::vector{1, 3})[1].adjoint == 12.0);
    CHECK(dad::batch_hessian(g, std::vector{1.0, 2.0})[1].hessian(0, 0) == 2.0);
    CHECK(dad::batch_hvp(g, std::vector{1.0, 2.0}, std::vector{1.0, 3.0})[1].product == 6.0);
    CHECK(dad::batch_jacobian(g, std::vector{1.0, 2.0})[1].jacobian(0, 0) == 4.0);
  }
}

TEST_CASE("one direction or seed per input is expected") {
  const std::vector<std::array<double, 2>> two{{1, 0}, {0, 1}};
  CHECK_THROWS_AS(dad::batch_jvp(f, points, two), dad::shape_error);
  CHECK_THROWS_WITH(dad::batch_jvp(f, points, two),
                    contains("batch_jvp got 2 seeds, expected 3, one for each input"));
  CHECK_THROWS_WITH(dad::batch_vjp(f, points, two), contains("batch_vjp got 2 seeds, expected 3"));
  CHECK_THROWS_WITH(dad::batch_hvp([](const auto& x) { return x[0]; }, points, two),
                    contains("batch_hvp got 2 seeds, expected 3"));
  // A direction of another size belongs to its input.
  const std::vector<std::vector<double>> inputs{{1, 2}, {3, 4}}, directions{{1, 0}, {1, 0, 0}};
  CHECK_THROWS_WITH(dad::batch_jvp(f, inputs, directions),
                    "dad: input 1 on rank 0: dad: direction v of jvp has 3 entries, expected 2");
}

TEST_CASE("results into the memory of an earlier call") {
  const auto g = [](const auto& x) { return x[0] * x[0] * x[1]; };
  std::vector<std::vector<double>> inputs{{1, 2}, {3, 4}, {5, 6}};
  auto r = dad::batch_eval(g, inputs);
  const auto* const memory = r.gradients().data();
  inputs[1] = {7, 8};
  dad::batch_eval_into(r, g, inputs);
  // A call allocates for its recordings and its threads' work, but nothing for each input.
  const std::size_t few = test::allocations([&] { dad::batch_eval_into(r, g, inputs); });
  std::vector<std::vector<double>> many(1000, inputs[0]);
  auto of_many = dad::batch_eval(g, many);
  CHECK(test::allocations([&] { dad::batch_eval_into(of_many, g, many); }) < few + 20);
  CHECK(r.gradients().data() == memory);
  CHECK(r[1].value == 392.0);
  CHECK(r[1].gradient == std::vector{112.0, 49.0});
  SECTION("fewer and more inputs") {
    inputs.pop_back();
    dad::batch_eval_into(r, g, inputs);
    CHECK(r.size() == 2);
    CHECK(r.gradients().size() == 4);
    inputs.resize(10, {1, 1});
    dad::batch_eval_into(r, g, inputs);
    CHECK(r.size() == 10);
    CHECK(r[9].gradient == std::vector{2.0, 1.0});
    inputs.clear();
    dad::batch_eval_into(r, g, inputs);
    CHECK(r.empty());
  }
  SECTION("structures") {
    using point = std::tuple<double, std::vector<double>>;
    const auto h = [](const auto& x, const auto& ys) { return x * ys.back(); };
    std::vector<point> tuples{{1, {2}}, {3, {4, 5}}};
    auto s = dad::batch_eval(h, tuples);
    tuples = {{6, {7, 8, 9}}};
    dad::batch_eval_into(s, h, tuples);
    CHECK(s.size() == 1);
    CHECK(s[0].gradient == point{9, {0, 0, 6}});
  }
  SECTION("a call that throws leaves none") {
    const auto failing = [](const auto& x) {
      if (x[0] > 5) throw std::runtime_error("large");
      return x[0] * x[0] * x[1];
    };
    auto s = dad::batch_eval(failing, std::vector<std::vector<double>>{{1, 2}});
    CHECK_THROWS_AS(dad::batch_eval_into(s, failing, inputs), dad::batch_error);
    CHECK(s.empty());
    CHECK_FALSE(s.has_errors());
    dad::batch_eval_into(s, failing, inputs, {.on_error = dad::on_error::collect});
    CHECK(s.size() == 3);
    CHECK(s.errors().size() == 1);
    dad::batch_eval_into(s, failing, std::vector<std::vector<double>>{{1, 2}});
    CHECK_FALSE(s.has_errors());
    CHECK(s[0].value == 2.0);
  }
}

}  // namespace
