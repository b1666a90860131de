// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// Colourings against their definitions, looked through by brute force, and against the counts that are known.

#include <dad/sparsity/star_colouring.hpp>

#include <set>
#include <vector>

#include "core/close.hpp"
#include "patterns.hpp"

namespace {

constexpr dad::colouring_order orders[] = {dad::colouring_order::natural, dad::colouring_order::largest_first,
                                           dad::colouring_order::smallest_last,
                                           dad::colouring_order::incidence, dad::colouring_order::fewest};

/// Every line of entries has a colour for each, of the count there is; those without entries have none.
bool is_column_colouring(const dad::sparse_pattern& p, const dad::colouring& c) {
  if (c.colours.size() != p.cols()) return false;
  std::set<std::size_t> met, with_entries;
  for (std::size_t i = 0; i < p.rows(); ++i) {
    std::set<std::size_t> in_row;
    for (const std::size_t j : p.row(i)) {
      if (c.colours[j] >= c.count || !in_row.insert(c.colours[j]).second) return false;
      met.insert(c.colours[j]);
      with_entries.insert(j);
    }
  }
  for (std::size_t j = 0; j < p.cols(); ++j)
    if (with_entries.count(j) == 0 && c.colours[j] != dad::colouring::none) return false;
  return met.size() == c.count;
}

/// Neighbours differ, and no path of four has two colours.
bool is_star_colouring(const dad::sparse_pattern& p, const dad::colouring& c) {
  const auto& k = c.colours;
  std::set<std::size_t> met;
  for (std::size_t v0 = 0; v0 < p.rows(); ++v0) {
    if (p.row(v0).empty() != (k[v0] == dad::colouring::none)) return false;
    if (k[v0] != dad::colouring::none) met.insert(k[v0]);
    for (const std::size_t v1 : p.row(v0)) {
      if (v1 == v0) continue;
      if (k[v0] == k[v1]) return false;
      for (const std::size_t v2 : p.row(v1)) {
        if (v2 == v1 || v2 == v0 || k[v2] != k[v0]) continue;
        for (const std::size_t v3 : p.row(v2))
          if (v3 != v2 && v3 != v1 && v3 != v0 && k[v3] == k[v1]) return false;
      }
    }
  }
  return met.size() == c.count;
}

/// Every entry of a symmetric matrix is alone in its row among those of its column's colour, or its mirror
/// image is: what recovery needs.
bool is_directly_recoverable(const dad::sparse_pattern& p, const dad::colouring& c) {
  const auto is_alone = [&](std::size_t i, std::size_t j) {
    for (const std::size_t other : p.row(i))
      if (other != j && c.colours[other] == c.colours[j]) return false;
    return true;
  };
  for (std::size_t i = 0; i < p.rows(); ++i)
    for (const std::size_t j : p.row(i))
      if (!is_alone(i, j) && !is_alone(j, i)) return false;
  return true;
}

TEST_CASE("colourings of random patterns") {
  test::random_numbers random(1);
  for (int trial = 0; trial < 300; ++trial) {
    CAPTURE(trial);
    const std::size_t n = 1 + random.below(25);
    const auto square = test::random_symmetric(random, n, random.below(3 * n));
    const auto oblong =
        test::random_pattern(random, 1 + random.below(20), 1 + random.below(20), random.below(60));
    for (const auto order : orders) {
      const auto star = dad::star_colouring(square, order);
      CHECK(is_star_colouring(square, star));
      CHECK(is_directly_recoverable(square, star));
      CHECK(is_column_colouring(oblong, dad::colour_columns(oblong, order)));
      CHECK(is_column_colouring(oblong.transposed(), dad::colour_rows(oblong, order)));
    }
  }
}

TEST_CASE("the checks above find what is no colouring") {
  const auto p = test::banded(5, 1);
  CHECK(is_star_colouring(p, {3, {0, 1, 2, 0, 1}}));
  CHECK_FALSE(is_star_colouring(p, {3, {0, 0, 2, 0, 1}}));
  CHECK_FALSE(is_star_colouring(p, {2, {0, 1, 0, 1, 0}}));
  CHECK_FALSE(is_directly_recoverable(p, {2, {0, 1, 0, 1, 0}}));
  CHECK(is_column_colouring(p, {3, {0, 1, 2, 0, 1}}));
  CHECK_FALSE(is_column_colouring(p, {2, {0, 1, 0, 1, 0}}));
  CHECK_FALSE(is_column_colouring(p, {4, {0, 1, 2, 0, 1}}));
}

TEST_CASE("as few colours as there can be") {
  for (const auto order : orders) {
    CAPTURE(static_cast<int>(order));
    // A row of 2 b + 1 entries needs as many colours, and so many are enough.
    for (const std::size_t width : {0u, 1u, 2u, 3u, 5u}) {
      CAPTURE(width);
      const auto p = test::banded(60, width);
      CHECK(dad::colour_columns(p, order).count == 2 * width + 1);
      CHECK(dad::colour_rows(p, order).count == 2 * width + 1);
    }
    // A path of four needs three.
    CHECK(dad::star_colouring(test::banded(60, 1), order).count == 3);
    CHECK(dad::star_colouring(test::banded(60, 0), order).count == 1);
    // The hub has a colour, all others another.
    for (const std::size_t hub : {0u, 17u, 59u}) {
      CHECK(dad::star_colouring(test::arrowhead(60, hub), order).count == 2);
      CHECK(dad::colour_columns(test::arrowhead(60, hub), order).count == 60);
    }
    CHECK(dad::colour_columns(dad::sparse_pattern(3, 4, std::vector<dad::matrix_entry>()), order).count == 0);
    CHECK(dad::star_colouring(dad::sparse_pattern(), order).count == 0);
  }
  // A grid's inner points have four neighbours and themselves in a row; stars of a grid need five colours
  // (Fertin, Raspaud and Reed, J. Graph Theory 47 (2004)).
  const auto grid = test::laplacian(20, 30);
  CHECK(dad::star_colouring(grid).count == 5);
  CHECK(is_star_colouring(grid, dad::star_colouring(grid)));
  CHECK(dad::colour_columns(grid).count <= 8);
  CHECK(is_column_colouring(grid, dad::colour_columns(grid)));
}

TEST_CASE("the order fewest is as good as each") {
  test::random_numbers random(7);
  for (int trial = 0; trial < 50; ++trial) {
    const auto p = test::random_symmetric(random, 30, 45);
    for (const auto order : orders) {
      CHECK(dad::star_colouring(p).count <= dad::star_colouring(p, order).count);
      CHECK(dad::colour_columns(p).count <= dad::colour_columns(p, order).count);
    }
  }
}

TEST_CASE("orders are what their names say") {
  // 1 has three neighbours, 3 two, the others one; 4 and 5 are a pair of their own.
  const dad::sparse_pattern p(
      6, 6, {{0, 1}, {1, 0}, {1, 2}, {2, 1}, {1, 3}, {3, 1}, {3, 2}, {2, 3}, {4, 5}, {5, 4}});
  const dad::detail::adjacency graph{p};
  const auto ordered = [&](dad::colouring_order o) {
    const auto v = dad::detail::ordered_vertices(graph, o);
    return std::vector<std::size_t>(v.begin(), v.end());
  };
  using numbers = std::vector<std::size_t>;
  CHECK(ordered(dad::colouring_order::natural) == numbers{0, 1, 2, 3, 4, 5});
  const auto largest = ordered(dad::colouring_order::largest_first);
  CHECK(largest.front() == 1);
  CHECK(std::set<std::size_t>{largest[1], largest[2]} == std::set<std::size_t>{2, 3});
  // The triangle comes first, as what is left of the others has fewer neighbours.
  const auto smallest = ordered(dad::colouring_order::smallest_last);
  CHECK(std::set<std::size_t>(smallest.begin(), smallest.begin() + 3) == std::set<std::size_t>{1, 2, 3});
  // After the first, each has a neighbour among those before while there is such a one.
  const auto incidence = ordered(dad::colouring_order::incidence);
  std::set<std::size_t> before{incidence.front()};
  int without = 0;
  for (std::size_t k = 1; k < incidence.size(); ++k) {
    bool has_neighbour = false;
    for (const std::size_t u : p.row(incidence[k])) has_neighbour = has_neighbour || before.count(u) != 0;
    without += has_neighbour ? 0 : 1;
    before.insert(incidence[k]);
  }
  CHECK(without == 1);
  CHECK(before.size() == 6);
}

TEST_CASE("a hundred thousand columns, also around one hub") {
  for (const std::size_t hub : {0u, 99999u})
    CHECK(dad::star_colouring(test::arrowhead(100000, hub)).count == 2);
  CHECK(dad::star_colouring(test::banded(100000, 2)).count <= 5);
  CHECK(dad::colour_columns(test::banded(100000, 2)).count == 5);
}

TEST_CASE("a star colouring is of a symmetric pattern") {
  CHECK_THROWS_WITH(dad::star_colouring(dad::sparse_pattern(2, 2, {{0, 1}})),
                    "dad: star_colouring got a pattern of 2 x 2, expected a symmetric one");
  CHECK_THROWS_AS(dad::star_colouring(dad::sparse_pattern(2, 3, {{0, 1}})), dad::shape_error);
}

}  // namespace
