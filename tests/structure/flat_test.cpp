// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

#include <array>
#include <deque>
#include <span>
#include <string>
#include <tuple>
#include <vector>

#include <catch.hpp>
#include <dad/structure/flat.hpp>
#include <structure/mock.hpp>

using dad::detail::flat;
using dad::detail::flat_element_t;
using dad::detail::flat_input;

TEST_CASE("contiguous plain numbers are flat") {
  STATIC_REQUIRE(flat_input<double>);
  STATIC_REQUIRE(flat_input<const float&>);
  STATIC_REQUIRE(flat_input<std::vector<int>>);
  STATIC_REQUIRE(flat_input<const std::vector<double>&>);
  STATIC_REQUIRE(flat_input<std::array<float, 2>>);
  STATIC_REQUIRE(flat_input<std::span<const double>>);
  STATIC_REQUIRE(flat_input<std::span<double, 4>>);
  STATIC_REQUIRE_FALSE(flat_input<bool>);
  STATIC_REQUIRE_FALSE(flat_input<std::vector<bool>>);
  STATIC_REQUIRE_FALSE(flat_input<std::string>);
  STATIC_REQUIRE_FALSE(flat_input<std::vector<char>>);
  STATIC_REQUIRE_FALSE(flat_input<std::deque<double>>);
  STATIC_REQUIRE_FALSE(flat_input<std::vector<std::vector<double>>>);
  STATIC_REQUIRE_FALSE(flat_input<std::vector<mock<>>>);
  STATIC_REQUIRE_FALSE(flat_input<std::tuple<double>>);
  STATIC_REQUIRE(std::is_same_v<flat_element_t<std::span<const float>>, float>);
}

TEST_CASE("flat reads where the numbers are") {
  const double scalar = 2;
  CHECK(flat(scalar).data() == &scalar);
  CHECK(flat(scalar).size() == 1);
  const std::vector<int> vector{1, 2, 3};
  CHECK(flat(vector).data() == vector.data());
  CHECK(flat(vector).size() == 3);
  const std::array<float, 2> array{1, 2};
  CHECK(flat(array).data() == array.data());
  const std::span<const int> span(vector);
  CHECK(flat(span).data() == vector.data());
}
