// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// Results whose structure depends on the path: structs with data, ranges of different lengths, containers.

#include "replay/against_single.hpp"

#include <cmath>
#include <deque>
#include <map>
#include <optional>

#include "replay/points.hpp"

namespace {

using test::check_eval, test::check_hessian, test::check_hvp, test::check_jacobian, test::check_jvp,
    test::check_vjp;

const auto pairs = test::points<2>(200, -2, 2);
const auto directions = test::points<2>(200, -1, 3);

template <class T>
struct trajectory {
  std::vector<T> heights;
  T top{};
  int steps = 0;
  bool landed = false;
  std::string name;
  template <class Archive>
  void serialize(Archive& ar, unsigned) {
    ar& heights& top& steps& landed& name;
  }
};

// A ball thrown with speed x[0] under a gravity of x[1], followed as long as it flies.
const auto throw_ball = [](const auto& x) {
  using std::abs;
  using T = std::remove_cvref_t<decltype(x[0])>;
  trajectory<T> path;
  T height = 0, speed = abs(x[0]);
  do {
    height += 0.1 * speed;
    speed -= 0.1 * (2 + abs(x[1]));
    path.heights.push_back(height);
    path.top = std::max(path.top, height);
    ++path.steps;
  } while (height > 0 && path.steps < 12);
  path.landed = height <= 0;
  path.name = path.landed ? "landed" : "in the air";
  return path;
};

TEST_CASE("structs whose length and data depend on the path") {
  check_jacobian(throw_ball, pairs, 1e-12);
  check_jvp(throw_ball, pairs, directions, 1e-12);
  const auto r = dad::batch_jvp(throw_ball, pairs, directions);
  for (std::size_t i = 0; i < pairs.size(); ++i) {
    const auto expected = throw_ball(pairs[i]);
    const trajectory<double> got = r[i].value;
    REQUIRE(got.steps == expected.steps);
    REQUIRE(got.landed == expected.landed);
    REQUIRE(got.name == expected.name);
    REQUIRE(got.heights.size() == expected.heights.size());
    REQUIRE(r[i].tangent.heights.size() == expected.heights.size());
  }
  std::vector<trajectory<double>> seeds;
  for (const auto& x : pairs) {
    seeds.push_back(throw_ball(x));
    for (double& h : seeds.back().heights) h = 1 + h * h;
  }
  check_vjp(throw_ball, pairs, seeds, 1e-12);
}

TEST_CASE("vectors of different lengths, by every kind") {
  const auto powers = [](const auto& x) {
    std::vector<std::remove_cvref_t<decltype(x[0])>> y;
    for (int k = 0; k < static_cast<int>(abs(x[0]) * 3); ++k) y.push_back(x[1] * (k == 0 ? x[0] : y.back()));
    return y;
  };
  check_jacobian(powers, pairs);
  check_jvp(powers, pairs, directions);
  const auto r = dad::batch_jacobian(powers, pairs);
  std::size_t reals = 0, rows = 0;
  for (std::size_t i = 0; i < pairs.size(); ++i) {
    const auto n = static_cast<std::size_t>(std::abs(pairs[i][0]) * 3);
    REQUIRE(r[i].value.size() == n);
    REQUIRE(r[i].jacobian.rows() == n);
    reals += 2 * n;
    rows += n;
    REQUIRE(r.offsets()[i + 1] == reals);
    REQUIRE(r.value_offsets()[i + 1] == rows);
  }
}

TEST_CASE("containers of every kind") {
  check_jacobian([](const auto& x) { return std::optional{x[0] * x[1]}; }, pairs);
  check_jacobian([](const auto& x) { return std::deque{x[0] * x[1], x[1]}; }, pairs);
  check_jacobian(
      [](const auto& x) {
        return std::map<int, std::remove_cvref_t<decltype(x[0])>>{{1, x[0]}, {7, x[1] * x[1]}};
      },
      pairs);
  check_jvp(
      [](const auto& x) {
        using T = std::remove_cvref_t<decltype(x[0])>;
        return x[0] > 0 ? std::optional<T>(x[0] * x[1]) : std::nullopt;
      },
      pairs, directions);
}

}  // namespace
