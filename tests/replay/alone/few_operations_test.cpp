// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// A program of one source knows the operations that it does, and those of their derivatives.

#undef DAD_SEPARATE_ENGINE

#include <array>
#include <cmath>
#include <numbers>
#include <vector>

#include <dad/dad.hpp>

#include "catch.hpp"

namespace {

using row = std::vector<double>;
constexpr double euler = std::numbers::egamma;  // digamma(1) = -euler, trigamma(1) = pi^2 / 6

// The only operations of this program's own.
const auto f = [](const auto& x) { return lgamma(x[0]) * x[1]; };

}  // namespace

TEST_CASE("derivatives do operations that the function does not") {
  const std::vector<row> inputs(20, row{1.0, 3.0});
  const auto g = dad::batch_eval(f, inputs);
  const auto h = dad::batch_hessian(f, inputs);
  const double trigamma = std::numbers::pi * std::numbers::pi / 6;
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    CHECK(g[i].gradient[0] == Approx(-3 * euler).epsilon(1e-13));
    CHECK(std::fabs(g[i].gradient[1]) < 1e-15);
    CHECK(h[i].hessian(0, 0) == Approx(3 * trigamma).epsilon(1e-13));
    CHECK(h[i].hessian(0, 1) == Approx(-euler).epsilon(1e-13));
    CHECK(h[i].hessian(1, 1) == 0);
  }
}

TEST_CASE("sums, and what a zero seed masks, need operations of their own") {
  const auto [value, gradient] =
      dad::batch_sum([](const auto& w, const auto& x) { return w[0] * x[0] + sqrt(w[1] * x[1]); },
                     row{2.0, 4.0}, std::vector<row>{{1, 1}, {2, 9}});
  CHECK(value == Approx(2 + 2 + 4 + 6));
  CHECK(gradient[0] == Approx(3));
  CHECK(gradient[1] == Approx(0.25 + 0.75));

  const auto root = [](const auto& x) { return sqrt(x[0]) * x[1]; };
  const auto r = dad::batch_jvp(root, std::vector<row>{{0, 2}, {4, 2}}, std::vector<row>{{0, 1}, {1, 0}});
  CHECK(r[0].tangent == 0);
  CHECK(r[1].tangent == Approx(0.5));
}
