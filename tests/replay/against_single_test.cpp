// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// The comparison itself: what it lets pass, and what it reports.

#include "replay/against_single.hpp"

#include <limits>
#include <set>

#include "replay/points.hpp"

namespace {

using row = std::vector<double>;
constexpr double nan = std::numeric_limits<double>::quiet_NaN();
constexpr double inf = std::numeric_limits<double>::infinity();

TEST_CASE("rows agree up to a tolerance times their largest number") {
  CHECK(test::disagreement(row{}, row{}, 0) == "");
  CHECK(test::disagreement(row{100, 1}, row{100, 1 + 9e-12}, 1e-13) == "");
  CHECK_THAT(test::disagreement(row{100, 1}, row{100, 1 + 11e-12}, 1e-13), contains("real 1 is 1, expected"));
  CHECK_THAT(test::disagreement(row{1}, row{2}, 1e-13), contains("real 0 is 1, expected 2"));
  CHECK_THAT(test::disagreement(row{1}, row{1, 2}, 1), contains("1 reals, expected 2"));
  CHECK_THAT(test::disagreement(row{1e-300}, row{0}, 1e-13), contains("real 0"));
  CHECK(test::disagreement(row{1e-9}, row{2e-9}, 1e-6, 1e-2) == "");
  CHECK(test::disagreement(row{1e-9}, row{2e-9}, 1e-6, 1e-4) != "");
}

TEST_CASE("NaN and infinities agree with themselves alone") {
  CHECK(test::disagreement(row{nan, inf, -inf}, row{nan, inf, -inf}, 0) == "");
  for (const double x : {0.0, inf, -inf}) {
    CHECK(test::disagreement(row{x, 1}, row{nan, 1}, 1e-13) != "");
    CHECK(test::disagreement(row{nan, 1}, row{x, 1}, 1e-13) != "");
  }
  CHECK(test::disagreement(row{1e308}, row{inf}, 1e-13) != "");
  CHECK(test::disagreement(row{inf}, row{-inf}, 1e-13) != "");
  CHECK(test::disagreement(row{inf}, row{1e308}, 1e-13) != "");
}

TEST_CASE("mistakes are counted, and the first is told") {
  const row inputs{1, 2, 3, 4};
  const auto right = [](const auto& x) { return x * x; };
  const auto wrong = [](const auto& x) { return x > 2 ? 3 * x : x * x; };
  const auto r = dad::batch_eval(right, inputs);
  const auto single = [&](const auto& f) {
    return [&inputs, &f](std::size_t i) { return dad::value_and_gradient(f, inputs[i]); };
  };
  CHECK(test::mistakes(r, 4, 0, single(right)) == "");
  CHECK_THAT(test::mistakes(r, 3, 0, single(right)), contains("4 results, expected 3"));
  CHECK_THAT(test::mistakes(r, 4, 1e-3, single(wrong)), contains("input 2: derivative: real 0 is 6"));
  CHECK_THAT(test::mistakes(r, 4, 1e-3, single(wrong)), contains("(and 1 more inputs)"));
}

TEST_CASE("a number near its own zero is as exact as those of most other inputs") {
  const auto least = [](std::vector<row> rows) {
    test::expected_rows all{std::move(rows)};
    all.close();
    return all.least;
  };
  CHECK(least({}) == 0);
  CHECK(least({{1e-30}, {2}, {-3, 1}, {inf, 1e-40}, {1e40}}) == 2e-3);
  CHECK(least({{nan}, {nan}}) == 0);
}

TEST_CASE("an error is a mistake") {
  const auto f = [](const auto& x) {
    if (x < 0) throw std::runtime_error("negative");
    return x * x;
  };
  const row inputs{1, -1};
  const auto r = dad::batch_eval(f, inputs, {.on_error = dad::on_error::collect});
  const auto square = [&](std::size_t i) {
    return dad::value_and_gradient([](const auto& x) { return x * x; }, inputs[i]);
  };
  CHECK_THAT(test::mistakes(r, 2, 1e-3, square), contains("input 1: error: negative"));
}

TEST_CASE("rows of every structure") {
  dad::matrix m(2, 2);
  for (std::size_t i = 0; i < 4; ++i) m.data()[i] = static_cast<double>(i);
  CHECK(test::row_of(m) == row{0, 1, 2, 3});
  CHECK(test::row_of(2.5) == row{2.5});
  CHECK(test::row_of(std::tuple{1.0, row{2, 3}, 7}) == row{1, 2, 3});
}

TEST_CASE("points fill their box and differ") {
  const auto x = test::points<3>(1000, -2, 3);
  CHECK(std::set(x.begin(), x.end()).size() == 1000);
  for (std::size_t k = 0; k < 3; ++k) {
    std::array<int, 10> counts{};
    for (const auto& p : x) {
      REQUIRE(p[k] >= -2);
      REQUIRE(p[k] < 3);
      ++counts[static_cast<std::size_t>((p[k] + 2) * 2)];
    }
    for (const int count : counts) CHECK(count > 90);
  }
  CHECK(test::numbers(3, 0, 1) == std::vector{test::points<1>(3, 0, 1)[0][0], test::points<1>(3, 0, 1)[1][0],
                                              test::points<1>(3, 0, 1)[2][0]});
}

}  // namespace
