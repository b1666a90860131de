// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// Sparse Jacobians against dense ones, by columns and by rows, at one point and at many.

#include <dad/dad.hpp>

#include <array>
#include <cmath>
#include <tuple>
#include <vector>

#include "core/close.hpp"
#include "on_pattern.hpp"

namespace {

using test::point;

std::vector<double> entries(const dad::matrix& m) { return {m.data(), m.data() + m.size()}; }

const dad::sparse_options by_colours{.eliminates = false};

TEST_CASE("sparse Jacobians are dense ones, with the pattern of the function") {
  test::random_numbers random(5);
  std::vector<dad::sparse_pattern> patterns = {test::banded(20, 1), test::banded(30, 5),
                                               test::laplacian(5, 6), test::arrowhead(12, 3)};
  for (int k = 0; k < 60; ++k)
    patterns.push_back(
        test::random_pattern(random, 1 + random.below(20), 1 + random.below(20), random.below(50)));
  bool was_by_rows = false, was_by_columns = false;
  for (const auto& pattern : patterns) {
    CAPTURE(test::drawn(pattern));
    const test::vector_on f{pattern};
    const auto x = point(pattern.cols());
    auto plan = dad::sparse_jacobian_plan(f, x);
    (plan.by_rows() ? was_by_rows : was_by_columns) = true;
    // Eight tangents are one pass, and nothing is less than that.
    const std::size_t columns = dad::colour_columns(pattern).count, rows = dad::colour_rows(pattern).count;
    CHECK(plan.tangent_count() <= columns);
    CHECK(plan.adjoint_count() <= rows);
    if (columns <= 8) CHECK(plan.adjoint_count() == 0);
    const auto found = plan.value_and_jacobian(x);
    CHECK(found.jacobian.pattern() == pattern);
    CHECK_ROW(found.value, f(x), 1e-13);
    CHECK_ROW(entries(found.jacobian.dense()), entries(dad::jacobian(f, x)), 1e-13, 1e-13);
    CHECK(dad::sparse_jacobian(f, x) == found.jacobian);
    CHECK(dad::value_and_sparse_jacobian(f, x).jacobian == found.jacobian);
    const auto coloured = dad::sparse_jacobian(f, x, by_colours);
    CHECK(dad::sparse_jacobian(f, x, pattern) == coloured);
    CHECK_ROW(entries(coloured.dense()), entries(found.jacobian.dense()), 1e-13, 1e-13);
    plan.check(x);
  }
  CHECK(was_by_rows);
  CHECK(was_by_columns);
}

TEST_CASE("one output of all inputs is one sweep, all outputs of one input one push") {
  const auto x = point(50);
  auto sum = dad::sparse_jacobian_plan(
      [](const auto& v) {
        auto s = v[0] * v[0];
        for (std::size_t i = 1; i < v.size(); ++i) s += v[i] * v[i];
        return s;
      },
      x);
  CHECK(sum.by_rows());
  CHECK(sum.colour_count() == 1);
  CHECK(sum(x)(0, 49) == close_to(2 * x[49]));
  auto spread = dad::sparse_jacobian_plan([](const auto& v) { return std::vector(40, sin(v[7])); }, x);
  CHECK_FALSE(spread.by_rows());
  CHECK(spread.colour_count() == 1);
  CHECK(spread(x)(39, 7) == close_to(std::cos(x[7])));
}

TEST_CASE("a plan at many points, by columns and by rows, and in shares") {
  test::random_numbers random(2);
  for (const bool by_rows : {false, true}) {
    CAPTURE(by_rows);
    // Ten entries in each row, or column, and few in the others.
    auto pattern = test::banded(40, 5);
    std::vector<dad::matrix_entry> entries_of;
    for (std::size_t i = 0; i < 40; ++i) {
      for (const std::size_t j : pattern.row(i)) entries_of.push_back({i, j});
      by_rows ? entries_of.push_back({3, i}) : entries_of.push_back({i, 3});
    }
    const test::vector_on f{dad::sparse_pattern(40, 40, entries_of)};
    auto x = point(40);
    auto plan = dad::sparse_jacobian_plan(f, x, by_colours);
    CHECK(plan.multiplication_count() == 0);
    REQUIRE(plan.by_rows() == by_rows);
    REQUIRE(plan.seed_count() > 8);
    dad::sparse_matrix j;
    for (int k = 0; k < 3; ++k) {
      for (double& v : x) v = std::cos(3 * v + k);
      CHECK_ROW(plan.into(j, x), f(x), 1e-13);
      CHECK_ROW(entries(j.dense()), entries(dad::jacobian(f, x)), 1e-12, 1e-12);
      CHECK(plan(x) == j);
    }
    const std::size_t seeds = plan.seed_count(), size = plan.row_size();
    std::vector<double> rows;
    for (std::size_t first = 0; first < seeds; first += 3) {
      std::vector<double> part(std::min<std::size_t>(3, seeds - first) * size);
      plan.compressed_into(part, x, first, part.size() / size);
      rows.insert(rows.end(), part.begin(), part.end());
    }
    CHECK(plan.recover(rows) == j);
  }
}

TEST_CASE("tangents, adjoints or both: the same Jacobian, whole and in shares") {
  test::random_numbers random(8);
  std::vector<dad::sparse_pattern> patterns = {
      test::arrowhead(40, 0),   test::arrowhead(30, 29),
      test::bordered(48, 3, 4), test::banded(20, 1),
      test::laplacian(5, 6),    {1, 9, {{0, 1}, {0, 8}}},
      {9, 1, {{1, 0}, {8, 0}}}, {2, 3, std::vector<dad::matrix_entry>()}};
  for (int k = 0; k < 25; ++k)
    patterns.push_back(
        test::random_pattern(random, 1 + random.below(25), 1 + random.below(25), random.below(90)));
  for (const auto& pattern : patterns) {
    CAPTURE(test::drawn(pattern));
    const test::vector_on f{pattern};
    const auto x = point(pattern.cols());
    const auto dense = entries(dad::jacobian(f, x));
    for (const auto by : {dad::compressed_by::tangents, dad::compressed_by::adjoints,
                          dad::compressed_by::both, dad::compressed_by::cheapest}) {
      auto plan = dad::sparse_jacobian_plan(f, x, {.eliminates = false, .by = by});
      if (by == dad::compressed_by::tangents) CHECK(plan.adjoint_count() == 0);
      if (by == dad::compressed_by::adjoints) CHECK(plan.tangent_count() == 0);
      CHECK(plan.seed_count() == plan.tangent_count() + plan.adjoint_count());
      const auto [value, jacobian] = plan.value_and_jacobian(x);
      CHECK_ROW(value, f(x), 1e-13);
      CHECK_ROW(entries(jacobian.dense()), dense, 1e-13, 1e-13);
      // In shares of one seed, from memory that had other numbers.
      std::vector<double> rows(plan.seed_count() * plan.row_size(), 7.0);
      for (std::size_t k = 0; k < plan.seed_count(); ++k)
        (void)plan.compressed_into(std::span(rows).subspan(k * plan.row_size(), plan.row_size()), x, k, 1);
      CHECK(plan.recover(rows) == jacobian);
      double behind = 0;  // tangents are as long as a column, adjoints as a row
      for (std::size_t k = 0; k < plan.seed_count(); ++k)
        for (std::size_t i = k < plan.tangent_count() ? pattern.rows() : pattern.cols(); i < plan.row_size();
             ++i)
          behind += std::abs(rows[k * plan.row_size() + i]);
      CHECK(behind == 0.0);
      plan.check(x);
    }
  }
}

TEST_CASE("an arrowhead takes two tangents and one adjoint") {
  const std::size_t n = 100000;
  // Output 0 is of all inputs, and input 0 goes into all outputs.
  const auto f = [](const auto& x) {
    auto y = x;
    for (std::size_t i = 1; i < x.size(); ++i) {
      y[i] = sin(x[i]) * x[0];
      y[0] += x[i] * x[i];
    }
    return y;
  };
  auto x = point(n);
  auto plan = dad::sparse_jacobian_plan(f, x);
  CHECK(plan.tangent_count() == 2);
  CHECK(plan.adjoint_count() == 1);
  CHECK_FALSE(plan.by_rows());
  for (int k = 0; k < 2; ++k) {
    const auto [value, j] = plan.value_and_jacobian(x);
    CHECK(value[3] == close_to(std::sin(x[3]) * x[0]));
    CHECK(j.values().size() == 3 * n - 2);
    double worst = std::abs(j(0, 0) - 1);
    for (std::size_t i = 1; i < n; ++i)
      worst = std::max({worst, std::abs(j(i, i) - std::cos(x[i]) * x[0]), std::abs(j(i, 0) - std::sin(x[i])),
                        std::abs(j(0, i) - 2 * x[i])});
    CHECK(worst < 1e-15);
    for (double& v : x) v = std::cos(5 * v);
  }
  // What is given decides likewise.
  CHECK(dad::sparse_jacobian_plan(f, x, plan.pattern()).seed_count() == 3);
  // Eight tangents of a small one are one pass.
  CHECK(dad::sparse_jacobian_plan(f, point(8)).adjoint_count() == 0);
}

TEST_CASE("points and results of any structure") {
  const auto f = [](const auto& a, const auto& b) {
    return std::tuple(a * b[1], std::array{b[0], b[0] * b[1]});
  };
  const auto x = std::tuple(2.0, std::vector{3.0, 0.5});
  const auto [value, j] = dad::value_and_sparse_jacobian(f, x);
  CHECK(std::get<0>(value) == 1.0);
  CHECK(test::drawn(j.pattern()) == "x.x .x. .xx");
  CHECK_ROW(entries(j.dense()), entries(dad::jacobian(f, x)));
  const auto none = dad::sparse_jacobian([](const auto& v) { return v; }, std::vector<double>());
  CHECK(none.rows() == 0);
  const auto constant = dad::value_and_sparse_jacobian([](const auto&) { return 3; }, std::vector{1.0});
  CHECK(constant.value == 3);
  CHECK(constant.jacobian.values().empty());
}

TEST_CASE("a Jacobian on another branch is found, and can be planned for") {
  const auto f = [](const auto& x) { return std::vector{x[0] > 1 ? x[1] : x[2], x[0] * x[0]}; };
  const std::vector<double> low{0, 2, 3}, high{5, 2, 3};
  auto plan = dad::sparse_jacobian_plan(f, low);
  CHECK(plan.holds_at(low));
  CHECK_FALSE(plan.holds_at(high));
  CHECK_THROWS_WITH(plan(high),
                    Catch::Contains("dad: a sparse Jacobian plan got a point that takes another branch"));
  auto both = dad::sparse_jacobian_plan(f, low, {.replans = true});
  for (const auto& x : {high, low}) CHECK_ROW(entries(both(x).dense()), entries(dad::jacobian(f, x)));
}

TEST_CASE("patterns and points of wrong sizes, and Jacobians that lack an entry") {
  const auto f = [](const auto& x) { return std::vector{x[0] * x[1], x[1] + x[2]}; };
  const std::vector<double> x{1, 2, 3};
  CHECK_THROWS_WITH(dad::sparse_jacobian_plan(f, x, dad::sparse_pattern(2, 4, {{0, 0}})),
                    "dad: the pattern of a sparse Jacobian is 2 x 4, expected 2 x 3");
  for (const auto& pattern : {dad::sparse_pattern(3, 3, {{0, 0}, {0, 1}, {1, 1}, {2, 2}}),
                              dad::sparse_pattern(3, 3, {{0, 0}, {1, 0}, {2, 0}}),
                              dad::sparse_pattern(3, 3, {{0, 0}, {0, 1}, {0, 2}})})
    CHECK_THROWS_WITH(
        dad::sparse_jacobian(f, x, pattern),
        "dad: f has 2 outputs, expected 3, one for each row of the pattern of a sparse Jacobian");
  auto plan = dad::sparse_jacobian_plan(f, x);
  CHECK_THROWS_WITH(plan({1, 2}), "dad: the point of a sparse Jacobian plan has 2 entries, expected 3");
  auto lacking = dad::sparse_jacobian_plan(f, x, dad::sparse_pattern(2, 3, {{0, 0}, {0, 1}, {1, 1}}));
  CHECK_THROWS_WITH(lacking.check(x),
                    Catch::Contains("dad: the pattern of a sparse Jacobian does not hold at this "
                                    "point: row 1 times a random direction is "));
}

TEST_CASE("a hundred thousand outputs of as many inputs") {
  const std::size_t n = 100000;
  const auto f = [](const auto& x) {
    auto y = x;
    for (std::size_t i = 1; i + 1 < x.size(); ++i) y[i] = x[i] * x[i] - x[i - 1] * x[i + 1];
    return y;
  };
  const auto x = point(n);
  auto plan = dad::sparse_jacobian_plan(f, x);
  CHECK(plan.colour_count() == 3);
  const auto j = plan(x);
  double worst = 0;
  for (std::size_t i = 1; i + 1 < n; ++i)
    worst = std::max({worst, std::abs(j(i, i) - 2 * x[i]), std::abs(j(i, i - 1) + x[i + 1]),
                      std::abs(j(i, i + 1) + x[i - 1])});
  CHECK(worst < 1e-14);
  CHECK(j.values().size() == 3 * n - 4);
}

}  // namespace
