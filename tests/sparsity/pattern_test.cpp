// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// Sparse patterns and matrices: how they are made, and what is refused.

#include <dad/sparsity/matrix.hpp>

#include <set>
#include <utility>
#include <vector>

#include "core/close.hpp"
#include "patterns.hpp"

namespace {

using numbers = std::vector<std::size_t>;

numbers all(std::span<const std::size_t> s) { return {s.begin(), s.end()}; }

TEST_CASE("a pattern of offsets and columns, and the same of entries in any order") {
  const dad::sparse_pattern p(3, 4, {0, 2, 2, 5}, {1, 3, 0, 1, 2});
  CHECK(p.rows() == 3);
  CHECK(p.cols() == 4);
  CHECK(p.size() == 5);
  CHECK(all(p.row(0)) == numbers{1, 3});
  CHECK(all(p.row(1)).empty());
  CHECK(p.contains(2, 1));
  CHECK_FALSE(p.contains(0, 2));
  CHECK_FALSE(p.contains(1, 0));
  CHECK(p.find(2, 0) == 2);
  const dad::sparse_pattern q(3, 4, {{2, 2}, {0, 3}, {2, 0}, {0, 1}, {2, 1}, {0, 3}});
  CHECK(q == p);
  CHECK(all(q.row_offsets()) == numbers{0, 2, 2, 5});
  CHECK(all(q.columns()) == numbers{1, 3, 0, 1, 2});
}

TEST_CASE("random patterns hold the entries they were made of, and their transposed ones") {
  test::random_numbers random(3);
  for (int trial = 0; trial < 100; ++trial) {
    const std::size_t rows = random.below(12), cols = random.below(12);
    std::set<dad::matrix_entry> expected;
    std::vector<dad::matrix_entry> entries;
    for (std::size_t k = rows * cols == 0 ? 0 : random.below(30); k-- > 0;) {
      entries.push_back({random.below(rows), random.below(cols)});
      expected.insert(entries.back());
    }
    const dad::sparse_pattern p(rows, cols, entries), t = p.transposed();
    REQUIRE(p.size() == expected.size());
    auto next = expected.begin();
    for (std::size_t i = 0; i < rows; ++i)
      for (const std::size_t j : p.row(i)) {
        CHECK(dad::matrix_entry(i, j) == *next++);
        CHECK(t.contains(j, i));
      }
    CHECK(t.rows() == cols);
    CHECK(t.size() == p.size());
    CHECK(t.transposed() == p);
    CHECK(dad::sparse_pattern(rows, cols, all(p.row_offsets()), all(p.columns())) == p);
  }
}

TEST_CASE("what is no pattern is refused") {
  using dad::sparse_pattern;
  CHECK_THROWS_WITH(sparse_pattern(2, 2, {0, 1}, {0}),
                    "dad: a sparsity pattern of 2 rows has 2 row offsets, expected 3");
  CHECK_THROWS_WITH(sparse_pattern(2, 2, {0, 1, 1}, {0, 1}),
                    "dad: the row offsets of a sparsity pattern go from 0 to 1, expected 0 to its 2 columns");
  CHECK_THROWS_WITH(sparse_pattern(2, 2, {1, 1, 2}, {0, 1}),
                    "dad: the row offsets of a sparsity pattern go from 1 to 2, expected 0 to its 2 columns");
  CHECK_THROWS_WITH(sparse_pattern(3, 2, {0, 2, 1, 2}, {0, 1}),
                    "dad: row offset 2 of a sparsity pattern is 1, expected at least 2");
  CHECK_THROWS_WITH(sparse_pattern(1, 2, {0, 1}, {2}),
                    "dad: a sparsity pattern has an entry (0, 2), expected one inside 1 x 2");
  CHECK_THROWS_WITH(
      sparse_pattern(1, 3, {0, 2}, {2, 1}),
      "dad: row 0 of a sparsity pattern has column 1 after column 2, expected ascending columns");
  CHECK_THROWS_WITH(
      sparse_pattern(1, 3, {0, 2}, {1, 1}),
      "dad: row 0 of a sparsity pattern has column 1 after column 1, expected ascending columns");
  CHECK_THROWS_WITH(sparse_pattern(2, 3, {{0, 0}, {2, 1}}),
                    "dad: a sparsity pattern has an entry (2, 1), expected one inside 2 x 3");
  CHECK_THROWS_AS(sparse_pattern(0, 0, {}, {}), dad::shape_error);
  CHECK(sparse_pattern() == sparse_pattern(0, 0, {0}, {}));
}

TEST_CASE("a sparse matrix and the same in dense rows") {
  const dad::sparse_pattern p(2, 3, {{0, 2}, {1, 0}, {1, 1}});
  const dad::sparse_matrix m(p, {5, 6, 7});
  CHECK(m(0, 2) == 5);
  CHECK(m(1, 0) == 6);
  CHECK(m(1, 1) == 7);
  CHECK(m(0, 0) == 0);
  CHECK(m(1, 2) == 0);
  const auto dense = static_cast<dad::matrix>(m);
  CHECK_ROW(dense.row(0), std::vector<double>{0, 0, 5});
  CHECK_ROW(dense.row(1), std::vector<double>{6, 7, 0});
  CHECK(dad::sparse_matrix(p)(0, 2) == 0);
  CHECK(m == dad::sparse_matrix(p, {5, 6, 7}));
  CHECK_FALSE(m == dad::sparse_matrix(p, {5, 6, 8}));
  CHECK_THROWS_WITH(dad::sparse_matrix(p, {5, 6}),
                    "dad: a sparse matrix got 2 values, expected 3, one for each entry");
}

}  // namespace
