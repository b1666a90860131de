// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// What f may return: numbers that do not depend on the input, the input itself, integers, tuples; many at
// once.

#include "replay/against_single.hpp"

#include "replay/points.hpp"

namespace {

using test::check_eval, test::check_hessian, test::check_hvp, test::check_jacobian, test::check_jvp,
    test::check_vjp;

const auto pairs = test::points<2>(200, -2, 2);
const auto directions = test::points<2>(200, -1, 3);

TEST_CASE("results that do not depend on the input") {
  const auto seven = [](const auto&) { return 7; };
  check_eval(seven, pairs);
  check_hessian(seven, pairs);
  check_jvp(seven, pairs, directions);
  check_vjp(seven, pairs, test::numbers(200, -1, 1));
  const auto sign = [](const auto& x) { return x[0] > 0 ? 1.0 : -1.0; };
  check_eval(sign, pairs);
  check_hvp(sign, pairs, directions);
  check_jacobian(sign, pairs);
  check_eval([](const auto& x) { return 0 * x[0] + 3; }, pairs);
  check_eval([](const auto& x) { return std::remove_cvref_t<decltype(x[0])>(4); }, pairs);
  check_eval([](const auto& x) { return floor(x[0]) * 2; }, pairs);
}

TEST_CASE("the input itself") {
  const auto identity = [](const auto& x) { return x; };
  check_jacobian(identity, pairs);
  check_jvp(identity, pairs, directions);
  check_vjp(identity, pairs, directions);
  const auto by_reference = [](const auto& x) -> const auto& { return x[1]; };
  check_eval(by_reference, pairs);
  check_hessian(by_reference, pairs);
  check_jacobian([](const auto& x) { return std::array{x[1], x[1], x[0], x[1] * 2}; }, pairs);
  check_vjp([](const auto& x) { return std::array{x[1], x[1]}; }, pairs, directions);
}

TEST_CASE("integers and constants among the results") {
  const auto f = [](const auto& x) {
    using T = std::remove_cvref_t<decltype(x[0])>;
    return std::vector<T>{x[0] * x[1], T(3), T(static_cast<int>(x[0])), x[0] > 0 ? x[1] : T(1)};
  };
  check_jacobian(f, pairs);
  check_jvp(f, pairs, directions);
  check_vjp(f, pairs, test::points<4>(200, -1, 1));
  const auto integers = [](const auto& x) { return std::array{static_cast<int>(x[0] * 3), 5}; };
  check_jacobian(integers, pairs);
  check_jvp(integers, pairs, directions);
}

TEST_CASE("tuples") {
  const auto f = [](const auto& x) {
    return std::tuple{x[0] * x[1], std::array{sin(x[0]), x[1]}, static_cast<int>(floor(x[0])), exp(x[1])};
  };
  check_jvp(f, pairs, directions);
  check_jacobian(f, pairs);
  using seed = std::tuple<double, std::array<double, 2>, int, double>;
  std::vector<seed> seeds;
  for (const auto& d : directions) seeds.push_back({d[0], {d[1], 1}, 0, -d[0]});
  check_vjp(f, pairs, seeds);
  const auto r = dad::batch_jvp(f, pairs, directions);
  for (std::size_t i = 0; i < pairs.size(); ++i) {
    REQUIRE(std::get<2>(r[i].value) == static_cast<int>(std::floor(pairs[i][0])));
    REQUIRE(std::get<1>(r[i].value)[1] == pairs[i][1]);
  }
}

TEST_CASE("tuples whose integers depend on the path") {
  const auto f = [](const auto& x) {
    int steps = 0;
    auto y = x[0];
    while (abs(y) > 0.1) y = y * 0.5, ++steps;
    return std::pair{y * x[1], steps};
  };
  check_jvp(f, pairs, directions);
  const auto r = dad::batch_jvp(f, pairs, directions);
  for (std::size_t i = 0; i < pairs.size(); ++i) {
    int steps = 0;
    for (double y = pairs[i][0]; std::abs(y) > 0.1; y *= 0.5) ++steps;
    REQUIRE(r[i].value.second == steps);
  }
}

TEST_CASE("many outputs of many inputs") {
  // 30 inputs and 40 outputs, in both directions of differentiation.
  const auto f = [](const auto& x) {
    std::vector<std::remove_cvref_t<decltype(x[0])>> y;
    for (std::size_t k = 0; k < 40; ++k) y.push_back(sin(x[k % 30]) * x[(k * 7) % 30] + x[(k * 11) % 30]);
    return y;
  };
  std::vector<std::array<double, 30>> inputs = test::points<30>(25, -1, 1);
  check_jacobian(f, inputs);
  const auto few_outputs = [&](const auto& x) {
    auto y = f(x);
    y.resize(3);
    return y;
  };
  check_jacobian(few_outputs, inputs);
  const auto few_inputs = [&](const auto& x) {
    std::array<std::remove_cvref_t<decltype(x[0])>, 30> all{};
    for (std::size_t k = 0; k < 30; ++k) all[k] = x[k % 2] * static_cast<double>(k + 1);
    return f(all);
  };
  check_jacobian(few_inputs, pairs);
}

TEST_CASE("inputs that f does not use") {
  const auto f = [](const auto& x) { return x[3] * x[3]; };
  const auto inputs = test::points<9>(100, -1, 1);
  check_eval(f, inputs);
  check_hessian(f, inputs);
  check_jacobian([](const auto& x) { return std::array{x[3] * x[3], x[8]}; }, inputs);
}

TEST_CASE("operands that are one and the same") {
  check_eval([](const auto& x) { return x[0] - x[0] + x[1] / x[1]; }, pairs);
  check_hessian([](const auto& x) { return x[0] * x[0] * x[0] + hypot(x[1], x[1]); }, pairs);
  check_hessian([](const auto& x) { return fma(x[0], x[0], x[0]) + atan2(x[1], x[1]); }, pairs);
  check_eval([](const auto& x) { return max(x[0], x[0]) + min(x[1], x[1]) + fmod(x[0], x[0]); }, pairs);
  check_hessian([](const auto& x) { return pow(1 + x[0] * x[0], 1 + x[0] * x[0]); }, pairs, 1e-12);
  check_eval([](const auto& x) { return dad::select(x[0] > x[0], x[0], x[0]) + clamp(x[1], x[1], x[1]); },
             pairs);
}

}  // namespace
