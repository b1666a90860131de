// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// Which input of a batch made a NaN or an infinity.

#include <dad/dad.hpp>

#include <array>
#include <cmath>
#include <stdexcept>
#include <vector>

#include "catch.hpp"

namespace {

using point = std::array<double, 2>;

/// The logarithm is operation 2: NaN where x[0] < 0.
const auto loss = [](const auto& x) {
  const dad::scope s("loss");
  const auto scaled = x[0] * 2.0;
  const dad::scope t("prior");
  const auto prior = log(scaled);
  return prior + sqrt(x[1]);
};

std::vector<point> many(std::size_t count) {
  std::vector<point> x;
  for (std::size_t i = 0; i < count; ++i) x.push_back({1.0 + static_cast<double>(i), 2.0});
  return x;
}

}  // namespace

TEST_CASE("the lowest input whose value is NaN") {
  auto inputs = many(1000);
  CHECK_FALSE(dad::batch_find_nonfinite(loss, inputs));
  inputs[731][0] = -3;
  inputs[417][0] = -0.25;
  for (const int threads : {1, 2}) {
    const auto r = dad::batch_find_nonfinite(loss, inputs, {.threads = threads});
    REQUIRE(r);
    CHECK(r.item == 417);
    CHECK_FALSE(r.rank.has_value());
    CHECK(r.number == 2);
    CHECK(r.name == "log");
    CHECK(r.operands == std::vector{-0.5});
    CHECK(std::isnan(r.result));
    CHECK(r.scope == "loss/prior");
    CHECK(r.text() == "item 417: operation 2, log(%1) of -0.5 gave nan, in scope loss/prior");
  }
}

TEST_CASE("an input whose gradient alone is infinite") {
  auto inputs = many(300);
  inputs[200][1] = 0;  // sqrt'(0)
  inputs[250][0] = -1;
  const auto r = dad::batch_find_nonfinite(loss, inputs);
  CHECK(r.item == 200);
  CHECK(r.in_adjoints);
  CHECK(r.name == "sqrt");
  CHECK(r.number == 3);
}

TEST_CASE("of a batch result of any kind") {
  auto inputs = many(50);
  inputs[20][0] = -1;
  const auto values = dad::batch_eval(loss, inputs);
  CHECK(dad::find_nonfinite(loss, inputs, values).item == 20);
  CHECK(dad::find_nonfinite(loss, inputs, dad::batch_hessian(loss, inputs)).item == 20);
  CHECK(dad::find_nonfinite(loss, inputs, dad::batch_jvp(loss, inputs, inputs)).item == 20);
  CHECK_THROWS_AS(dad::find_nonfinite(loss, many(49), values), dad::shape_error);
  CHECK_FALSE(dad::find_nonfinite(loss, many(50), dad::batch_eval(loss, many(50))));
  CHECK_FALSE(dad::batch_find_nonfinite(loss, many(0)));
  // Rows of a matrix.
  const dad::matrix_view rows(inputs[0].data(), inputs.size(), 2);
  CHECK(dad::batch_find_nonfinite(loss, rows).item == 20);
}

TEST_CASE("functions of several results, and those that replay leaves to the tape") {
  auto inputs = many(40);
  inputs[7][0] = 0;  // log: -inf
  const auto several = [](const auto& x) { return std::vector{x[0] + x[1], log(x[0])}; };
  CHECK(dad::batch_find_nonfinite(several, inputs).name == "log");
  CHECK(dad::batch_find_nonfinite(several, inputs).item == 7);
  const auto reads = [](const auto& x) { return dad::value(x[0]) < 0.5 ? log(x[0]) : x[0] * x[1]; };
  CHECK(dad::batch_find_nonfinite(reads, inputs).item == 7);
}

TEST_CASE("an input that failed is not one that is NaN") {
  auto inputs = many(40);
  inputs[3][0] = -100;
  inputs[9][0] = -1;
  const auto f = [](const auto& x) {
    if (x[0] < -10.0) throw std::domain_error("too small");
    return log(x[0]) * x[1];
  };
  CHECK_THROWS_AS(dad::batch_find_nonfinite(f, inputs), dad::batch_error);
  CHECK(dad::batch_find_nonfinite(f, inputs, {.on_error = dad::on_error::collect}).item == 9);
  inputs[9][0] = 1;
  CHECK_FALSE(dad::batch_find_nonfinite(f, inputs, {.on_error = dad::on_error::collect}));
}
