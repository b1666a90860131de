// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// Bicolourings against what recovery needs, looked through by brute force, and against the fewest colours
// that there can be.

#include <dad/sparsity/bicolouring.hpp>

#include <map>
#include <set>
#include <utility>
#include <vector>

#include "core/close.hpp"
#include "patterns.hpp"

namespace {

constexpr dad::colouring_order orders[] = {dad::colouring_order::natural, dad::colouring_order::largest_first,
                                           dad::colouring_order::smallest_last,
                                           dad::colouring_order::incidence, dad::colouring_order::fewest};
constexpr std::size_t none = dad::colouring::none;

/// Colours 0 to count - 1 are all there, and lines without entries have none.
bool is_numbered(const dad::sparse_pattern& lines, const dad::colouring& c) {
  if (c.colours.size() != lines.rows()) return false;
  std::set<std::size_t> met;
  for (std::size_t v = 0; v < lines.rows(); ++v) {
    if (c.colours[v] == none) continue;
    if (lines.row(v).empty()) return false;
    met.insert(c.colours[v]);
  }
  return met.size() == c.count && (met.empty() || *met.rbegin() == c.count - 1);
}

/// Each entry is alone in its row among the columns of its column's colour, or in its column among the rows
/// of its row's: then a product has it and nothing else at its place.
bool is_recoverable(const dad::sparse_pattern& p, const dad::bicolouring& c) {
  const auto t = p.transposed();
  if (!is_numbered(p, c.rows) || !is_numbered(t, c.columns)) return false;
  std::map<std::pair<std::size_t, std::size_t>, std::size_t> in_row, in_column;  // (line, colour): how many
  for (std::size_t i = 0; i < p.rows(); ++i)
    for (const std::size_t j : p.row(i)) {
      ++in_row[{i, c.columns.colours[j]}];
      ++in_column[{j, c.rows.colours[i]}];
    }
  for (std::size_t i = 0; i < p.rows(); ++i)
    for (const std::size_t j : p.row(i)) {
      const bool by_column = c.columns.colours[j] != none && in_row[{i, c.columns.colours[j]}] == 1;
      const bool by_row = c.rows.colours[i] != none && in_column[{j, c.rows.colours[i]}] == 1;
      if (!by_column && !by_row) return false;
    }
  return true;
}

std::size_t count(const dad::bicolouring& c) { return c.rows.count + c.columns.count; }

/// The fewest colours with which a small pattern's entries can be recovered: all ways are tried.
bool can_do_with(const dad::sparse_pattern& p, std::size_t rows, std::size_t columns) {
  std::vector<std::size_t> digits(p.rows() + p.cols(), 0);
  for (;;) {
    const auto alone = [&](std::size_t i, std::size_t j) {
      bool by_column = digits[p.rows() + j] != 0, by_row = digits[i] != 0;
      for (const std::size_t k : p.row(i))
        by_column = by_column && (k == j || digits[p.rows() + k] != digits[p.rows() + j]);
      for (std::size_t k = 0; k < p.rows(); ++k)
        by_row = by_row && (k == i || !p.contains(k, j) || digits[k] != digits[i]);
      return by_column || by_row;
    };
    bool all = true;
    for (std::size_t i = 0; i < p.rows() && all; ++i)
      for (const std::size_t j : p.row(i)) all = all && alone(i, j);
    if (all) return true;
    std::size_t k = 0;
    while (k < digits.size() && digits[k] == (k < p.rows() ? rows : columns)) digits[k++] = 0;
    if (k == digits.size()) return false;
    ++digits[k];
  }
}
std::size_t fewest(const dad::sparse_pattern& p) {
  for (std::size_t all = 0;; ++all)
    for (std::size_t rows = 0; rows <= all; ++rows)
      if (can_do_with(p, rows, all - rows)) return all;
}

TEST_CASE("bicolourings of random patterns") {
  test::random_numbers random(11);
  bool had_both = false;
  for (int trial = 0; trial < 300; ++trial) {
    const auto p = test::random_pattern(random, 1 + random.below(20), 1 + random.below(20), random.below(70));
    CAPTURE(test::drawn(p));
    for (const auto order : orders)
      for (const double row_cost : {0.1, 1.0, 2.0}) {
        const auto c = dad::star_bicolouring(p, order, 1.0, row_cost);
        CHECK(is_recoverable(p, c));
        had_both = had_both || (c.rows.count > 0 && c.columns.count > 0);
      }
  }
  CHECK(had_both);
}

TEST_CASE("the check of bicolourings finds what is none") {
  // x x .
  // x x x
  // . x .
  const dad::sparse_pattern p(3, 3, {{0, 0}, {0, 1}, {1, 0}, {1, 1}, {1, 2}, {2, 1}});
  CHECK(is_recoverable(p, {{1, {none, 0, none}}, {2, {0, 1, none}}}));
  CHECK(is_recoverable(p, {{3, {0, 1, 2}}, {0, {none, none, none}}}));
  // Entry (1, 2) has nobody; (0, 0) and (0, 1) are added up; a colour too many; a path in two colours.
  CHECK_FALSE(is_recoverable(p, {{0, {none, none, none}}, {2, {0, 1, none}}}));
  CHECK_FALSE(is_recoverable(p, {{1, {none, 0, none}}, {1, {0, 0, none}}}));
  CHECK_FALSE(is_recoverable(p, {{2, {none, 0, none}}, {2, {0, 1, none}}}));
  CHECK_FALSE(is_recoverable(p, {{1, {0, 0, none}}, {1, {0, 0, none}}}));
}

TEST_CASE("bicolourings are close to the fewest colours that there can be") {
  test::random_numbers random(4);
  std::size_t all = 0, least = 0;
  for (int trial = 0; trial < 60; ++trial) {
    const auto p = test::random_pattern(random, 1 + random.below(4), 1 + random.below(4), random.below(12));
    CAPTURE(test::drawn(p));
    const std::size_t found = count(dad::star_bicolouring(p)), needed = fewest(p);
    CHECK(found >= needed);
    CHECK(found <= needed + 1);
    all += found;
    least += needed;
  }
  CHECK(10 * all <= 11 * least);
}

TEST_CASE("dense rows and columns take a colour each") {
  for (const auto order : orders) {
    CAPTURE(static_cast<int>(order));
    for (const std::size_t hub : {0u, 17u, 59u})
      CHECK(count(dad::star_bicolouring(test::arrowhead(60, hub))) == 3);
    // Blocks of `block` on the diagonal, and so many dense rows and columns: a row of a block and the border.
    for (const std::size_t border : {1u, 3u})
      for (const std::size_t block : {1u, 4u}) {
        const auto p = test::bordered(200, border, block);
        const auto c = dad::star_bicolouring(p, order);
        CHECK(is_recoverable(p, c));
        CHECK(c.columns.count + c.rows.count == 2 * border + block);
      }
    // One side alone where that is enough.
    for (const std::size_t width : {0u, 1u, 2u, 5u}) {
      CHECK(dad::star_bicolouring(test::banded(60, width), order).columns.count == 2 * width + 1);
      CHECK(dad::star_bicolouring(test::banded(60, width), order).rows.count == 0);
    }
    const auto grid = test::laplacian(20, 30);
    CHECK(is_recoverable(grid, dad::star_bicolouring(grid, order)));
    CHECK(count(dad::star_bicolouring(grid, order)) <= dad::colour_columns(grid, order).count);
  }
}

TEST_CASE("a direction that costs less is taken more") {
  // Four rows are as good as four columns.
  const auto p = test::banded(4, 3);
  CHECK(dad::star_bicolouring(p, dad::colouring_order::fewest, 1.0, 2.0).rows.count == 0);
  CHECK(dad::star_bicolouring(p, dad::colouring_order::fewest, 2.0, 1.0).columns.count == 0);
}

TEST_CASE("single rows and columns, and lines without entries") {
  std::vector<dad::matrix_entry> across, down;
  for (std::size_t k = 0; k < 30; k += 2) {
    across.push_back({0, k});
    down.push_back({k, 0});
  }
  const auto row = dad::star_bicolouring(dad::sparse_pattern(1, 30, across));
  CHECK(row.rows.count == 1);
  CHECK(row.columns.count == 0);
  const auto column = dad::star_bicolouring(dad::sparse_pattern(30, 1, down));
  CHECK(column.rows.count == 0);
  CHECK(column.columns.count == 1);
  CHECK(count(dad::star_bicolouring(dad::sparse_pattern())) == 0);
  CHECK(count(dad::star_bicolouring(dad::sparse_pattern(3, 4, std::vector<dad::matrix_entry>()))) == 0);
  const dad::sparse_pattern gaps(5, 6, {{1, 1}, {1, 4}, {3, 1}});
  CHECK(is_recoverable(gaps, dad::star_bicolouring(gaps)));
}

TEST_CASE("bicolourings of a hundred thousand rows and columns") {
  for (const std::size_t hub : {0u, 99999u}) {
    const auto p = test::arrowhead(100000, hub);
    const auto c = dad::star_bicolouring(p);
    CHECK(count(c) == 3);
    CHECK(is_recoverable(p, c));
  }
  CHECK(count(dad::star_bicolouring(test::bordered(100000, 2, 5))) == 9);
}

}  // namespace
