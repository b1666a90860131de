// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

#include <array>
#include <tuple>
#include <utility>

#include <catch.hpp>
#include <dad/structure/call.hpp>

using dad::detail::call;

TEST_CASE("a tuple or pair becomes several arguments") {
  const auto difference = [](const auto& a, const auto& b) { return a - b; };
  CHECK(call(difference, std::tuple(5.0, 2.0)) == 3);
  CHECK(call(difference, std::pair(5.0, 2.0)) == 3);
  CHECK(call([](const std::pair<double, double>& p, int k) { return p.first * k; },
             std::tuple(std::pair(2.0, 0.0), 3)) == 6);
}

TEST_CASE("everything else is one argument") {
  CHECK(call([](double x) { return 2 * x; }, 1.5) == 3);
  CHECK(call([](const std::array<double, 2>& x) { return x[0] - x[1]; }, std::array{5.0, 2.0}) == 3);
}

TEST_CASE("a reference stays one") {
  const std::array<double, 2> x{1, 2};
  const auto identity = [](const auto& y) -> const auto& { return y; };
  CHECK(&call(identity, x) == &x);
}
