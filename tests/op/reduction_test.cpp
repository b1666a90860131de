// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// norm, dot and log_sum_exp of ranges, against closed forms.

#include <array>
#include <cmath>
#include <limits>
#include <numeric>
#include <span>
#include <vector>

#include "catch.hpp"
#include "op/driver_modes.hpp"

namespace {

constexpr double inf = std::numeric_limits<double>::infinity();

bool close(double got, double expected, double units = 8) {
  return got == expected || std::fabs(got - expected) <= units * 0x1p-52 * std::fabs(expected);
}

/// The operands as one range of the number type that holds them all.
template <class... A>
auto range_of(const A&... x) {
  return std::array<dad::promote_t<A...>, sizeof...(A)>{dad::promote_t<A...>(x)...};
}

}  // namespace

TEMPLATE_LIST_TEST_CASE("norm of a range", "[op]", all_modes) {
  const auto f = [](const auto&... x) { return dad::norm(range_of(x...)); };
  const outcome<3> y = TestType::differentiate(f, operands<3>{2, -3, 6});
  CHECK(y.value == 7);
  CHECK((close(y.first[0], 2.0 / 7) && close(y.first[1], -3.0 / 7) && close(y.first[2], 6.0 / 7)));
  if (TestType::order == 2) {
    CHECK(close(y.second[0][0], (49 - 4) / 343.0));
    CHECK(close(y.second[0][1], 6 / 343.0));
    CHECK(close(y.second[2][1], 18 / 343.0));
  }
  // No overflow and no underflow of the squares.
  const outcome<2> large = TestType::differentiate(f, operands<2>{3e200, 4e200});
  CHECK((close(large.value, 5e200) && close(large.first[0], 0.6) && close(large.first[1], 0.8)));
  const outcome<2> small = TestType::differentiate(f, operands<2>{3e-200, 4e-200});
  CHECK((close(small.value, 5e-200) && close(small.first[0], 0.6) && close(small.first[1], 0.8)));
  // The length of one number is its absolute value.
  const outcome<1> single = TestType::differentiate(f, operands<1>{-2.5});
  CHECK((single.value == 2.5 && single.first[0] == -1));
}

TEMPLATE_LIST_TEST_CASE("second order where one element dominates", "[op]", all_modes) {
  const auto length = [](const auto&... x) { return dad::norm(range_of(x...)); };
  const outcome<3> n = TestType::differentiate(length, operands<3>{1, 1e-9, 2e-9});
  if (TestType::order == 2) {
    CHECK(close(n.second[0][0], 5e-18));  // (y^2 + z^2) / length^3
    CHECK(close(n.second[0][1], -1e-9));
    CHECK(close(n.second[1][1], 1));
  }
  const auto sum = [](const auto&... x) { return dad::log_sum_exp(range_of(x...)); };
  const outcome<3> s = TestType::differentiate(sum, operands<3>{40, 0, 1});
  if (TestType::order == 2) {
    const double small = std::exp(-40) + std::exp(-39);  // p (1 - p) for the large one
    CHECK(close(s.second[0][0], small / ((1 + small) * (1 + small)), 64));
    CHECK(close(s.second[0][1], -std::exp(-40), 64));
  }
}

TEMPLATE_LIST_TEST_CASE("dot of two ranges", "[op]", all_modes) {
  const auto f = [](const auto& a, const auto& b, const auto& c) {
    return dad::dot(range_of(a, b, c), range_of(b, c, c)) + dad::dot(range_of(a, b), std::array{10, 20});
  };
  const outcome<3> y = TestType::differentiate(f, operands<3>{2, 3, 5});
  CHECK(y.value == 2 * 3 + 3 * 5 + 5 * 5 + 20 + 60);
  CHECK((y.first[0] == 3 + 10 && y.first[1] == 2 + 5 + 20 && y.first[2] == 3 + 10));
  if (TestType::order == 2) {
    CHECK((y.second[0][0] == 0 && y.second[0][1] == 1 && y.second[1][2] == 1 && y.second[2][2] == 2));
    CHECK((y.second[1][0] == 1 && y.second[0][2] == 0));
  }
}

TEMPLATE_LIST_TEST_CASE("log_sum_exp of a range", "[op]", all_modes) {
  const auto f = [](const auto&... x) { return dad::log_sum_exp(range_of(x...)); };
  const outcome<3> y = TestType::differentiate(f, operands<3>{std::log(1.0), std::log(2.0), std::log(5.0)});
  CHECK(close(y.value, std::log(8.0)));
  CHECK((close(y.first[0], 1 / 8.0) && close(y.first[1], 2 / 8.0) && close(y.first[2], 5 / 8.0)));
  if (TestType::order == 2) {
    CHECK(close(y.second[0][0], 7 / 64.0));
    CHECK(close(y.second[1][2], -10 / 64.0));
  }
  const outcome<2> far = TestType::differentiate(f, operands<2>{1000, -1000});
  CHECK((far.value == 1000 && far.first[0] == 1 && far.first[1] == 0));
  const outcome<2> beyond = TestType::differentiate(f, operands<2>{-inf, 3});
  CHECK((beyond.value == 3 && beyond.first[0] == 0 && beyond.first[1] == 1));
}

TEST_CASE("ranges of plain numbers, and empty ones", "[op]") {
  CHECK(dad::norm(std::vector{3, 4}) == 5);
  CHECK(dad::norm(std::vector<double>{}) == 0);
  CHECK(dad::norm(std::array{inf, 1.0}) == inf);
  CHECK(std::isnan(dad::norm(std::array{std::nan(""), 1.0})));
  CHECK(dad::norm(std::array{5e-324}) == 5e-324);
  for (const double other : {0.0, 1.0, inf, -inf})
    for (const auto& with_nan : {std::array{std::nan(""), other}, std::array{other, std::nan("")}}) {
      CHECK((std::isinf(other) ? dad::norm(with_nan) == inf : std::isnan(dad::norm(with_nan))));
      CHECK(std::isnan(dad::log_sum_exp(with_nan)));
    }
  const std::vector<double> a{1, 2}, b{3, 4};
  CHECK(dad::dot(a, b) == 11);
  CHECK(dad::dot(std::span(a), std::span(b)) == 11);
  CHECK(dad::dot(std::vector<double>{}, std::vector<double>{}) == 0);
  CHECK(dad::log_sum_exp(std::vector{0.0, 0.0}) == std::log(2.0));
  CHECK(dad::log_sum_exp(std::vector<double>{}) == -inf);
  CHECK(dad::log_sum_exp(std::array{-inf, -inf}) == -inf);
  CHECK(dad::log_sum_exp(std::array{1e308, 1e308}) == 1e308);
}

TEST_CASE("dot of ranges of different sizes is refused", "[op]") {
  CHECK_THROWS_AS(dad::dot(std::vector{1.0, 2.0}, std::vector{1.0}), dad::shape_error);
  CHECK_THROWS_WITH(dad::dot(std::vector{1.0, 2.0}, std::vector{1.0}), contains("1 entries, expected 2"));
}

TEST_CASE("a range longer than a statement of the tape", "[op]") {
  std::vector<double> x(1000);
  std::iota(x.begin(), x.end(), 1.0);
  const auto [value, gradient] = dad::value_and_gradient([](const auto& v) { return dad::dot(v, v); }, x);
  CHECK(value == 333833500);
  REQUIRE(gradient.size() == x.size());
  bool all = true;
  for (std::size_t i = 0; i < x.size(); ++i) all = all && gradient[i] == 2 * x[i];
  CHECK(all);
}

TEST_CASE("a zero tangent at the origin of norm stays zero", "[op]") {
  const std::array<dad::dual<double, 2>, 2> x{dad::dual<double, 2>(0.0, 0.0, 1.0), dad::dual<double, 2>(0.0)};
  const auto y = dad::norm(x);
  CHECK((y.tangent(0) == 0 && y.tangent(1) == 0));
}
