// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// Plans of sparse Hessians: many points, shares of the work, branches, and what is refused.

#include <dad/dad.hpp>

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "core/allocations.hpp"
#include "core/close.hpp"
#include "on_pattern.hpp"

namespace {

using test::point;

std::vector<double> entries(const dad::matrix& m) { return {m.data(), m.data() + m.size()}; }

template <class F, class X>
void check_against_dense(const F& f, const X& x, const dad::sparse_matrix& h) {
  CHECK_ROW(entries(h.dense()), entries(dad::hessian(f, x)), 1e-13, 1e-13);
  for (std::size_t i = 0; i < h.rows(); ++i)
    for (const std::size_t j : h.pattern().row(i)) CHECK(h(i, j) == h(j, i));
}

const dad::sparse_options by_colours{.splits_sums = false};

TEST_CASE("a plan at many points, into one matrix") {
  const test::scalar_on f{test::laplacian(5, 5)};
  auto x = point(25);
  const bool splits_sums = GENERATE(true, false);
  auto plan = dad::sparse_hessian_plan(f, x, {.splits_sums = splits_sums});
  CHECK((plan.form_count() > 0) == splits_sums);
  CHECK(plan.pattern() == f.pattern);
  CHECK(plan.colour_count() == dad::star_colouring(f.pattern).count);
  dad::sparse_matrix h;
  for (int k = 0; k < 4; ++k) {
    for (double& v : x) v = std::cos(3 * v + k);
    CHECK(plan.into(h, x) == close_to(f(x), 1e-13));
    check_against_dense(f, x, h);
    CHECK(plan(x) == h);
    CHECK(plan.value_and_hessian(x).value == close_to(f(x), 1e-13));
    plan.check(x);
  }
  if (test::counts_allocations) CHECK(test::allocations([&] { plan.into(h, x); }) == 0);
  // A matrix of another pattern becomes one of the plan's.
  dad::sparse_matrix other(test::banded(4, 1));
  plan.into(other, x);
  CHECK(other == h);
  auto copy = plan;
  CHECK(copy(x) == h);
}

TEST_CASE("rows of the compressed Hessian by themselves, in any shares") {
  // Twelve colours: more than share an evaluation.
  const test::scalar_on f{test::banded(40, 6)};
  const auto x = point(40);
  auto plan = dad::sparse_hessian_plan(f, x, by_colours);
  const std::size_t seeds = plan.seed_count(), size = plan.row_size();
  REQUIRE(seeds > 8);
  REQUIRE(size == 40);
  std::vector<double> rows(seeds * size);
  CHECK(plan.compressed_into(rows, x, 0, seeds) == close_to(f(x), 1e-13));
  CHECK(plan.recover(rows) == plan(x));
  for (const std::size_t share : {1u, 3u, 5u, 8u}) {
    CAPTURE(share);
    std::vector<double> put_together;
    for (std::size_t first = 0; first < seeds; first += share) {
      const std::size_t count = std::min(share, seeds - first);
      std::vector<double> part(count * size);
      auto elsewhere = dad::sparse_hessian_plan(f, x);
      elsewhere.compressed_into(part, x, first, count);
      put_together.insert(put_together.end(), part.begin(), part.end());
    }
    CHECK(put_together == rows);
  }
  // Row k is the product with the sum of the unit vectors of colour k.
  for (std::size_t k = 0; k < seeds; ++k) {
    std::vector<double> direction(40);
    for (std::size_t j = 0; j < 40; ++j) direction[j] = plan.colours().colours[j] == k ? 1 : 0;
    const std::vector<double> row(rows.begin() + static_cast<std::ptrdiff_t>(k * size),
                                  rows.begin() + static_cast<std::ptrdiff_t>((k + 1) * size));
    CHECK_ROW(row, dad::hvp(f, x, direction), 1e-13, 1e-14);
  }
  CHECK_THROWS_WITH(plan.compressed_into(rows, x, 1, seeds),
                    "dad: a sparse Hessian plan got seeds 1 to " + std::to_string(seeds + 1) +
                        ", expected some of its " + std::to_string(seeds) + " seeds");
  CHECK_THROWS_WITH(plan.compressed_into(rows, x, 0, 1), "dad: the rows of a sparse Hessian plan have " +
                                                             std::to_string(rows.size()) +
                                                             " entries, expected 1 rows of 40");
  rows.pop_back();
  CHECK_THROWS_WITH(plan.recover(rows), "dad: recover got " + std::to_string(rows.size()) +
                                            " numbers, expected " + std::to_string(seeds * size) +
                                            ", a row of 40 for each of " + std::to_string(seeds) + " seeds");
}

TEST_CASE("a point on another branch is found, and can be planned for") {
  const auto f = [](const auto& x) {
    if (sin(x[0]) > 0.5) return x[0] * x[1];
    return x[1] * x[1] * x[2];
  };
  const std::vector<double> high{1.5, 2, 3}, low{0.1, 2, 3};
  auto plan = dad::sparse_hessian_plan(f, low);
  CHECK(plan.holds_at(low));
  CHECK_FALSE(plan.holds_at(high));
  const char* const text =
      "dad: a sparse Hessian plan got a point that takes another branch than the one where its pattern was "
      "found "
      "(branch 1 of 1); make the plan anew at this point, let it do so with sparse_options{.replans = true}, "
      "or "
      "give it a pattern that holds on all branches";
  CHECK_THROWS_WITH(plan(high), text);
  CHECK_THROWS_AS(plan(high), dad::tape_error);
  std::vector<double> rows(plan.seed_count() * 3);
  CHECK_THROWS_WITH(plan.compressed_into(rows, high, 0, plan.seed_count()), text);
  check_against_dense(f, low, plan(low));

  auto both = dad::sparse_hessian_plan(f, low, {.replans = true});
  for (const auto& x : {low, high, low, high}) check_against_dense(f, x, both(x));

  const dad::sparse_pattern wide(3, 3, {{0, 1}, {1, 0}, {1, 1}, {1, 2}, {2, 1}});
  auto given = dad::sparse_hessian_plan(f, low, wide);
  for (const auto& x : {low, high}) {
    check_against_dense(f, x, given(x));
    given.check(x);
  }
}

TEST_CASE("a function that reads numbers out, with its pattern given") {
  const auto f = [](const auto& x) { return dad::value(x[0]) > 1 ? x[0] * x[1] : x[1] * x[1]; };
  const std::vector<double> x{0.5, 2};
  CHECK_THROWS_AS(dad::sparse_hessian(f, x), dad::tape_error);
  const dad::sparse_pattern p(2, 2, {{0, 1}, {1, 0}, {1, 1}});
  check_against_dense(f, x, dad::sparse_hessian(f, x, p));
}

TEST_CASE("patterns and points of wrong sizes, and patterns that lack an entry") {
  const auto f = [](const auto& x) { return x[0] * x[1] + x[2] * x[2]; };
  const std::vector<double> x{1, 2, 3};
  CHECK_THROWS_WITH(dad::sparse_hessian_plan(f, x, test::banded(4, 1)),
                    "dad: the pattern of a sparse Hessian is 4 x 4, expected 3 x 3");
  CHECK_THROWS_AS(dad::sparse_hessian_plan(f, x, dad::sparse_pattern(3, 3, {{0, 1}})), dad::shape_error);
  auto plan = dad::sparse_hessian_plan(f, x);
  CHECK_THROWS_WITH(plan({1, 2}), "dad: the point of a sparse Hessian plan has 2 entries, expected 3");
  auto lacking = dad::sparse_hessian_plan(f, x, test::banded(3, 0));
  CHECK_THROWS_WITH(
      lacking.check(x),
      Catch::Contains("dad: the pattern of a sparse Hessian does not hold at this point: row 0 times "
                      "a random direction is ") &&
          Catch::Contains("an entry that is not zero is missing"));
  CHECK_THROWS_AS(lacking.check(x), dad::shape_error);
  dad::sparse_hessian_plan(f, x, test::banded(3, 2)).check(x);
}

}  // namespace
