// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// Inputs at which f throws: what stands in their place, for every structure of input and result and every
// kind of batch.

#include <dad/batch/batch.hpp>

#include <array>
#include <cmath>
#include <stdexcept>
#include <string>
#include <tuple>
#include <vector>

#include "core/close.hpp"

namespace {

const dad::options collect{.on_error = dad::on_error::collect};

// Throws at inputs below zero, by the kind of input.
const auto picky = [](const auto& x) {
  if (x[0] == -1) throw std::invalid_argument("minus one is not allowed");
  if (x[0] == -2) throw 42;
  if (x[0] == -3) throw std::string("a string");
  if (x[0] == -4) throw dad::domain_error("dad: outside the domain");
  return x[0] * x[1];
};
const std::vector<std::array<double, 2>> inputs{{1, 2}, {3, 4},  {-2, 5}, {-1, 6},
                                                {7, 8}, {-3, 9}, {-4, 1}, {2, 2}};

bool all_nan(const auto& range) {
  for (const double x : range)
    if (!std::isnan(x)) return false;
  return true;
}

TEST_CASE("collect keeps the other results, and the errors beside them") {
  const auto r = dad::batch_eval(picky, inputs, collect);
  REQUIRE(r.size() == inputs.size());
  CHECK(r.has_errors());
  const std::vector<std::size_t> failed{2, 3, 5, 6};
  const std::vector<std::string> texts{"unknown exception", "minus one is not allowed", "unknown exception",
                                       "dad: outside the domain"};
  REQUIRE(r.errors().size() == failed.size());
  for (std::size_t k = 0; k < failed.size(); ++k) {
    CHECK(r.errors()[k].index() == failed[k]);
    CHECK(r.errors()[k].text() == texts[k]);
    const auto item = r[failed[k]];
    CHECK(item.has_error());
    CHECK(item.error().index() == failed[k]);
    CHECK(item.error().rank() == 0);
    CHECK(item.error().text() == texts[k]);
    CHECK(item.error() == "dad: input " + std::to_string(failed[k]) + " on rank 0: " + texts[k]);
    CHECK(std::isnan(item.value));
    CHECK(all_nan(item.gradient));
  }
  for (const std::size_t i : {0u, 1u, 4u, 7u}) {
    CHECK_FALSE(r[i].has_error());
    CHECK(r[i].value == inputs[i][0] * inputs[i][1]);
    CHECK(r[i].gradient == std::array{inputs[i][1], inputs[i][0]});
  }
  CHECK_ROW(r.offsets(), (std::vector<int>{0, 2, 4, 6, 8, 10, 12, 14, 16}));
  CHECK(all_nan(r.gradients().subspan(4, 4)));
}

TEST_CASE("a batch in which everything fails, or nothing") {
  const auto r = dad::batch_eval([](const auto& x) -> std::remove_cvref_t<decltype(x)> { throw 1; },
                                 std::vector{1.0, 2.0}, collect);
  CHECK(r.size() == 2);
  CHECK(r.errors().size() == 2);
  CHECK(all_nan(r.values()));
  const auto fine = dad::batch_eval(picky, std::vector<std::array<double, 2>>{{1, 2}}, collect);
  CHECK_FALSE(fine.has_errors());
  CHECK(fine.errors().empty());
}

TEST_CASE("failed inputs of every structure have NaN of that structure") {
  SECTION("vectors of different lengths") {
    const auto r =
        dad::batch_eval(picky, std::vector<std::vector<double>>{{1, 2}, {-1, 2, 3}, {4, 5}}, collect);
    CHECK(r[1].gradient.size() == 3);
    CHECK(all_nan(r[1].gradient));
    CHECK(r[2].gradient == std::vector{5.0, 4.0});
  }
  SECTION("tuples") {
    const auto g = [](const auto& x, const auto& ys, int k) {
      if (x < 0) throw std::runtime_error("negative");
      return x * ys[0] * k;
    };
    using point = std::tuple<double, std::array<double, 2>, int>;
    const auto r = dad::batch_eval(g, std::vector<point>{{1, {2, 3}, 4}, {-1, {2, 3}, 5}}, collect);
    CHECK(std::isnan(std::get<0>(r[1].gradient)));
    CHECK(all_nan(std::get<1>(r[1].gradient)));
    CHECK(std::get<2>(r[1].gradient) == 5);
    CHECK(std::get<0>(r[0].gradient) == 8.0);
  }
}

TEST_CASE("failed results of every kind of batch") {
  const std::vector<std::array<double, 2>> points{{1, 2}, {-1, 2}, {3, 4}};
  SECTION("tangents, of a number and of a vector") {
    const auto r = dad::batch_jvp(picky, points, points, collect);
    CHECK(std::isnan(r[1].value));
    CHECK(std::isnan(r[1].tangent));
    CHECK(r[2].tangent == 24.0);
    const auto vector_valued = [](const auto& x) { return std::vector{picky(x), x[1]}; };
    const auto v = dad::batch_jvp(vector_valued, points, points, collect);
    CHECK(v[1].has_error());
    CHECK(all_nan(v[1].value));
    CHECK(all_nan(v[1].tangent));
    CHECK(v[2].tangent == std::vector{24.0, 4.0});
    const auto array_valued = [](const auto& x) { return std::array{picky(x), x[1]}; };
    const auto a = dad::batch_jvp(array_valued, points, points, collect);
    CHECK(all_nan(a[1].value));
    CHECK(all_nan(a[1].tangent));
    const auto tuple_valued = [](const auto& x) { return std::tuple{picky(x), 3}; };
    const auto t = dad::batch_jvp(tuple_valued, points, points, collect);
    CHECK(std::isnan(std::get<0>(t[1].value)));
    CHECK(std::isnan(std::get<0>(t[1].tangent)));
    CHECK(std::get<0>(t[2].tangent) == 24.0);
    CHECK(std::get<1>(t[2].value) == 3);
  }
  SECTION("adjoints") {
    const auto r = dad::batch_vjp(
        [](const auto& x) {
          return std::array{picky(x), x[1]};
        },
        points, points, collect);
    CHECK(r[1].has_error());
    CHECK(all_nan(r[1].adjoint));
    CHECK(r[2].adjoint == std::array{12.0, 13.0});
  }
  SECTION("Jacobians") {
    const auto r = dad::batch_jacobian(
        [](const auto& x) {
          return std::array{picky(x), x[1]};
        },
        points, collect);
    CHECK(r[1].has_error());
    const auto j = r[1].jacobian;
    CHECK(all_nan(std::vector<double>(j.data(), j.data() + j.size())));
    CHECK(r[2].jacobian(0, 0) == 4.0);
    CHECK(r[2].jacobian(1, 1) == 1.0);
  }
  SECTION("Hessians and products with them") {
    const auto h = dad::batch_hessian(picky, points, collect);
    CHECK(h[1].has_error());
    CHECK(h[1].hessian.rows() == 2);
    CHECK(std::isnan(h[1].hessian(1, 0)));
    CHECK(h[2].hessian(1, 0) == 1.0);
    const auto p = dad::batch_hvp(picky, points, points, collect);
    CHECK(p[1].has_error());
    CHECK(all_nan(p[1].product));
    CHECK(p[2].product == std::array{4.0, 3.0});
  }
}

template <class T>
struct path {
  T end;
  int steps = 0;
  template <class Archive>
  void serialize(Archive& ar, unsigned) {
    ar& end& steps;
  }
};

TEST_CASE("a failed result that is a struct has NaN reals") {
  const auto walk = [](const auto& x) {
    if (x < 0) throw std::runtime_error("negative");
    return path<std::remove_cvref_t<decltype(x)>>{x * x, 2};
  };
  const auto r = dad::batch_jvp(walk, std::vector{1.0, -1.0, 3.0}, std::vector{1.0, 1.0, 1.0}, collect);
  CHECK(r[1].has_error());
  CHECK(std::isnan(r[1].value.end));
  CHECK(std::isnan(r[1].tangent.end));
  CHECK(r[2].value.end == 9.0);
  CHECK(r[2].value.steps == 2);
  CHECK(r[2].tangent.end == 6.0);
}

}  // namespace
