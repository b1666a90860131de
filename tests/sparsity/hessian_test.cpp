// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// Sparse Hessians against dense ones, at one point and at many.

#include <dad/dad.hpp>

#include <array>
#include <cmath>
#include <tuple>
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

TEST_CASE("sparse Hessians are dense ones, with the pattern of the function") {
  test::random_numbers random(11);
  std::vector<dad::sparse_pattern> patterns = {
      test::banded(20, 0),     test::banded(20, 1),     test::banded(30, 4),   test::arrowhead(25, 0),
      test::arrowhead(25, 24), test::arrowhead(25, 11), test::laplacian(6, 7), test::laplacian(1, 1)};
  for (int k = 0; k < 40; ++k) {
    const std::size_t n = 1 + random.below(20);
    patterns.push_back(test::random_symmetric(random, n, random.below(3 * n)));
  }
  for (const auto& pattern : patterns) {
    CAPTURE(test::drawn(pattern));
    const test::scalar_on f{pattern};
    const auto x = point(pattern.rows());
    const auto found = dad::value_and_sparse_hessian(f, x);
    CHECK(found.hessian.pattern() == pattern);
    CHECK(found.value == close_to(f(x), 1e-13));
    check_against_dense(f, x, found.hessian);
    check_against_dense(f, x, dad::sparse_hessian(f, x, pattern));
    check_against_dense(f, x, dad::sparse_hessian(f, x, by_colours));
  }
}

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

TEST_CASE("points of any structure") {
  const auto f = [](const auto& a, const auto& b) { return a * b[0] * b[0] + sin(b[1]); };
  const auto x = std::tuple(2.0, std::vector{3.0, 0.5});
  const auto h = dad::sparse_hessian(f, x);
  CHECK(test::drawn(h.pattern()) == ".x. xx. ..x");
  check_against_dense(f, x, h);
  const auto cube = dad::sparse_hessian([](const auto& v) { return v * v * v; }, 2.0);
  CHECK(cube(0, 0) == close_to(12));
  CHECK(dad::sparse_hessian([](const auto& v) { return v[0] * v[1]; }, std::array{2, 3})(0, 1) == 1);
}

TEST_CASE("no second derivatives, and no inputs") {
  const auto linear = [](const auto& x) { return 2 * x[0] + x[1]; };
  auto plan = dad::sparse_hessian_plan(linear, std::vector{1.0, 2.0});
  CHECK(plan.colour_count() == 0);
  const auto [value, h] = plan.value_and_hessian({1.0, 2.0});
  CHECK(value == 4);
  CHECK(h.rows() == 2);
  CHECK(h.values().empty());
  const auto none = dad::value_and_sparse_hessian([](const auto&) { return 5.0; }, std::vector<double>());
  CHECK(none.value == 5);
  CHECK(none.hessian.rows() == 0);
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

/// Terms of all kinds of forms.
struct terms_of_forms {
  template <class X>
  auto operator()(const X& x) const {
    using T = typename X::value_type;
    using std::max;
    T sum = 3.0;
    const std::size_t n = x.size();
    for (std::size_t i = 0; i < n; ++i) {
      const double data = 0.1 * static_cast<double>(i);
      sum += pow(x[i], 2) * data;                                 // a constant that varies, one that does not
      sum -= 0.5 * (2 * exp(-x[i] * x[(i + 1) % n]) - x[i] / 3);  // factors outside and inside
      sum = sum + x[(i * i) % n] * x[(i + 3) % n] * x[(i + 3) % n];  // the same input in different places
      if (i % 2 == 0) sum += max(x[i], T(x[(i + 5) % n] * x[i]));
      sum += floor(4 * x[i]);
    }
    const auto shared = sin(x[0] * x[1]);
    for (std::size_t i = 0; i < n; ++i) sum += shared * x[i];
    return sum;
  }
};

TEST_CASE("sums of many terms of few forms") {
  for (const std::size_t n : {20u, 33u, 300u}) {
    CAPTURE(n);
    auto x = point(n);
    auto plan = dad::sparse_hessian_plan(terms_of_forms(), x);
    CHECK(plan.form_count() > 4);
    auto coloured = dad::sparse_hessian_plan(terms_of_forms(), x, by_colours);
    CHECK(coloured.form_count() == 0);
    CHECK(coloured.pattern() == plan.pattern());
    for (int k = 0; k < 3; ++k) {
      const auto h = plan.value_and_hessian(x);
      CHECK(h.value == close_to(terms_of_forms()(x), 1e-13));
      CHECK_ROW(entries(h.hessian.dense()), entries(dad::hessian(terms_of_forms(), x)), 1e-12, 1e-12);
      CHECK_ROW(entries(coloured(x).dense()), entries(h.hessian.dense()), 1e-12, 1e-12);
      plan.check(x);
      for (double& v : x) v += 0.31;
    }
  }
}

TEST_CASE("what is no sum of many terms of few forms") {
  const auto x = point(12);
  const auto forms = [&](const auto& f) { return dad::sparse_hessian_plan(f, x).form_count(); };
  CHECK(forms([](const auto& v) { return v[0] * v[1]; }) == 0);
  CHECK(forms([](const auto& v) { return dad::norm(v); }) == 0);
  CHECK(forms([](const auto& v) {
          auto product = v[0];
          for (const auto& u : v) product *= sin(u);
          return product;
        }) == 0);
  // Each term holds all before it.
  CHECK(forms([](const auto& v) {
          auto state = v[0], sum = 0 * v[0];
          for (int k = 0; k < 100; ++k) {
            state = sin(state + v[static_cast<std::size_t>(k % 12)]);
            sum += state * state;
          }
          return sum;
        }) == 0);
}

TEST_CASE("a hundred thousand variables") {
  const std::size_t n = 100000;
  const auto f = [](const auto& x) {
    auto sum = 0 * x[0];
    for (std::size_t i = 0; i + 1 < x.size(); ++i)
      sum += 100 * dad::square(x[i + 1] - dad::square(x[i])) + dad::square(1 - x[i]);
    return sum;
  };
  const auto x = point(n);
  const auto h = dad::sparse_hessian(f, x);
  REQUIRE(h.pattern() == test::banded(n, 1));
  double worst = 0;
  for (std::size_t i = 0; i + 1 < n; ++i) {
    const double diagonal = 1200 * x[i] * x[i] - 400 * x[i + 1] + 2 + (i > 0 ? 200 : 0);
    worst = std::max({worst, std::abs(h(i, i) - diagonal), std::abs(h(i, i + 1) + 400 * x[i]),
                      std::abs(h(i + 1, i) + 400 * x[i])});
  }
  CHECK(worst < 1e-9);
  CHECK(h(n - 1, n - 1) == close_to(200));
}

}  // namespace
