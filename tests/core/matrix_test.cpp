// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// Dense matrices and views of the caller's memory.

#include <dad/core/matrix.hpp>

#include <array>
#include <type_traits>
#include <vector>

#include "catch.hpp"

namespace {

TEST_CASE("a matrix is row-major and owns its memory") {
  dad::matrix m(2, 3);
  CHECK(m.rows() == 2);
  CHECK(m.cols() == 3);
  CHECK(m.size() == 6);
  for (std::size_t i = 0; i < 2; ++i)
    for (std::size_t j = 0; j < 3; ++j) {
      CHECK(m(i, j) == 0.0);
      m(i, j) = static_cast<double>(10 * i + j);
    }
  CHECK(std::vector<double>(m.data(), m.data() + 6) == std::vector<double>{0, 1, 2, 10, 11, 12});
  CHECK(m.row(1).size() == 3);
  CHECK(m.row(1)[2] == 12.0);
  m.row(0)[1] = 7.0;
  CHECK(m(0, 1) == 7.0);

  const dad::matrix copy = m;
  m(0, 0) = 5.0;
  CHECK(copy(0, 0) == 0.0);
  CHECK(copy.row(1).data() == copy.data() + 3);
  CHECK(copy.data() != m.data());
}

TEST_CASE("a large matrix, whose memory is asked for in large pages, is like any other") {
  dad::matrix m(1500, 1000, 0.5);
  for (std::size_t i = 0; i < m.rows(); ++i) m(i, i % 1000) = static_cast<double>(i);
  dad::matrix copy = m;
  CHECK(copy == m);
  copy(1499, 999) = 2.0;
  CHECK(copy != m);
  const dad::matrix moved = std::move(m);
  CHECK(moved(1499, 499) == 1499.0);
  CHECK(moved(1499, 999) == 0.5);
  CHECK_THROWS_AS(dad::matrix(std::size_t{1} << 31, std::size_t{1} << 31), std::length_error);
}

TEST_CASE("matrices compare by shape and entries") {
  dad::matrix a(2, 3), b(2, 3), c(3, 2);
  CHECK(a == b);
  CHECK_FALSE(a == c);
  b(1, 1) = 1.0;
  CHECK(a != b);
  CHECK(dad::matrix() == dad::matrix(0, 0));
}

TEST_CASE("empty matrices have a shape") {
  const dad::matrix none;
  CHECK(none.rows() == 0);
  CHECK(none.cols() == 0);
  CHECK(none.size() == 0);
  const dad::matrix flat(0, 4), thin(4, 0);
  CHECK(flat.cols() == 4);
  CHECK(flat.size() == 0);
  CHECK(thin.rows() == 4);
  CHECK(thin.row(3).empty());
}

TEST_CASE("a matrix of another number type can be filled") {
  const dad::basic_matrix<float> m(2, 2, 1.5F);
  CHECK(m(1, 1) == 1.5F);
  STATIC_REQUIRE(std::is_same_v<decltype(m(0, 0)), const float&>);
  STATIC_REQUIRE(std::is_same_v<dad::matrix::value_type, double>);
}

TEST_CASE("a view reads the caller's memory") {
  std::vector<double> table{1, 2, 3, 4, 5, 6};
  const dad::matrix_view rows(table.data(), 2, 3);
  CHECK(rows.rows() == 2);
  CHECK(rows.cols() == 3);
  CHECK(rows.stride() == 3);
  CHECK(rows.size() == 2);
  CHECK(rows(1, 0) == 4.0);
  CHECK(rows[1].data() == table.data() + 3);
  table[3] = 40.0;
  CHECK(rows(1, 0) == 40.0);

  SECTION("with a stride, columns are skipped") {
    const dad::matrix_view first_two(table.data(), 2, 2, 3);
    CHECK(first_two.stride() == 3);
    CHECK(first_two[1].size() == 2);
    CHECK(first_two(1, 1) == 5.0);
  }
  SECTION("a mutable view writes") {
    const dad::basic_matrix_view<double> view(table.data(), 3, 2);
    view(2, 1) = -1.0;
    view[0][0] = -2.0;
    CHECK(table.back() == -1.0);
    CHECK(table.front() == -2.0);
    const dad::matrix_view constant = view;
    CHECK(constant(2, 1) == -1.0);
    CHECK(constant.stride() == 2);
    STATIC_REQUIRE_FALSE(std::is_constructible_v<dad::basic_matrix_view<double>, dad::matrix_view>);
  }
  SECTION("no rows and no columns are fine") {
    CHECK(dad::matrix_view().size() == 0);
    CHECK(dad::matrix_view(table.data(), 0, 3).size() == 0);
    CHECK(dad::matrix_view(table.data(), 6, 0)[5].empty());
  }
}

TEST_CASE("a view of a matrix copies nothing") {
  dad::matrix m(2, 2);
  m(1, 0) = 3.0;
  const dad::matrix_view view = m;
  CHECK(view.data() == m.data());
  CHECK(view(1, 0) == 3.0);
  const dad::matrix& constant = m;
  const dad::matrix_view of_constant = constant;
  CHECK(of_constant[1][0] == 3.0);
  STATIC_REQUIRE(std::is_same_v<decltype(view(0, 0)), const double&>);
  STATIC_REQUIRE_FALSE(std::is_constructible_v<dad::basic_matrix_view<double>, const dad::matrix&>);
}

TEST_CASE("a stride below the columns is refused") {
  const std::array<double, 6> table{};
  CHECK_THROWS_AS(dad::matrix_view(table.data(), 2, 3, 2), dad::shape_error);
  CHECK_THROWS_WITH(dad::matrix_view(table.data(), 2, 3, 2),
                    "dad: stride of matrix_view is 2, expected at least its 3 columns");
}

}  // namespace
