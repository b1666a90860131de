// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// Many paths: hundreds over thousands of inputs, and one for each input.

#include "replay/against_single.hpp"

#include <numeric>

#include "replay/path_functions.hpp"

namespace {

using test::check_eval;

TEST_CASE("five hundred paths over ten thousand inputs") {
  const auto inputs = test::path_inputs(10000);
  check_eval(test::five_hundred_paths(), inputs, 1e-12);
}

TEST_CASE("a path for every input") {
  // sum_k k x over as many k as the input says: x n (n + 1) / 2.
  const auto f = [](const auto& x) {
    auto sum = 0 * x[1];
    for (int k = 0; k < x[0]; ++k) sum += (k + 1) * x[1] * x[1];
    return sum;
  };
  std::vector<std::array<double, 2>> inputs(1000);
  for (std::size_t i = 0; i < inputs.size(); ++i)
    inputs[i] = {static_cast<double>(i * 7 % 1000), 1 + 0.001 * static_cast<double>(i)};
  const auto r = dad::batch_eval(f, inputs);
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    const auto [n, x] = inputs[i];
    const double sum = n * (n + 1) / 2;
    REQUIRE(std::abs(r[i].value - sum * x * x) <= 1e-13 * sum * x * x);
    REQUIRE(r[i].gradient[0] == 0);
    REQUIRE(std::abs(r[i].gradient[1] - 2 * sum * x) <= 1e-13 * 2 * sum * x);
  }
}

TEST_CASE("a thousand binary decisions, each its own") {
  // Every input takes its own turns; the last decides a factor.
  const auto f = [](const auto& x) {
    auto y = x;
    int turns = 0;
    for (int k = 0; k < 30; ++k) {
      if (y > 0.5) {
        y = 2 * y - 1;
        ++turns;
      } else {
        y = 2 * y;
      }
    }
    return x * turns + y * 0x1p-30;
  };
  std::vector<double> inputs(1000);
  for (std::size_t i = 0; i < inputs.size(); ++i) inputs[i] = test::spread(i, 0, 0, 1);
  check_eval(f, inputs);
}

TEST_CASE("paths that come in runs, alternate, or come once") {
  const auto f = [](const auto& x) {
    if (x < 1) return x * x;
    if (x < 2) return sin(x);
    if (x < 3) return exp(-x);
    return 1 / x;
  };
  std::vector<double> runs, alternating, once(500, 0.25);
  for (int i = 0; i < 500; ++i) {
    runs.push_back(i / 125 + 0.001 * i);
    alternating.push_back(i % 4 + 0.001 * i);
  }
  once[0] = 3.5;
  once[250] = 2.5;
  once[499] = 1.5;
  for (const auto& inputs : {runs, alternating, once}) check_eval(f, inputs);
}

TEST_CASE("paths that differ in their last branch, in their first, or in length alone") {
  const auto last = [](const auto& x) {
    auto y = sin(x[0]);
    for (int k = 0; k < 20; ++k) y = y > -2 ? 0.5 * y + x[1] : y;
    return x[1] > 0 ? y : y * y;
  };
  check_eval(last, test::points<2>(300, -1, 1));
  const auto prefix = [](const auto& x) {
    // A path that is the beginning of another.
    auto y = x[0] * x[1];
    if (x[0] > 0) return y;
    y += exp(x[1]);
    if (x[1] > 0) return y;
    return y * x[0];
  };
  check_eval(prefix, test::points<2>(300, -1, 1));
  const auto same_operations = [](const auto& x) {
    // The same operations with other constants, and with other guards alone.
    return x[0] > 0 ? 2 * x[1] * x[1] : x[1] > 0 ? 3 * x[1] * x[1] : 2 * x[1] * x[1];
  };
  check_eval(same_operations, test::points<2>(300, -1, 1));
}

TEST_CASE("branches on numbers that do not vary are no branches") {
  const std::vector weights{1.0, -2.0, 0.5};
  const auto f = [&weights](const auto& x) {
    using T = std::remove_cvref_t<decltype(x)>;
    T sum = 0, constant = 3;
    for (const double w : weights) sum += w > 0 ? w * x : w * x * x;
    if (constant > 2) sum += 1;
    constant *= 2;
    return constant < 7 ? sum * constant : T(0);
  };
  check_eval(f, test::numbers(100, -1, 1));
}

TEST_CASE("the hundredth path is an error, an escape, or random") {
  const auto inputs = [] {
    std::vector<double> x(400);
    for (std::size_t i = 0; i < x.size(); ++i) x[i] = static_cast<double>(i * 37 % 200) + 0.5;
    return x;
  }();
  const auto f = [](const auto& x) {
    const int k = static_cast<int>(x);
    if (k == 100) return x * dad::value(x);
    if (k == 101) throw std::runtime_error("one hundred and one");
    return x * x * k;
  };
  const auto r = dad::batch_eval(f, inputs, {.on_error = dad::on_error::collect});
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    const double x = inputs[i], k = std::floor(x);
    REQUIRE(r[i].has_error() == (k == 101));
    if (k == 101) continue;
    REQUIRE(std::abs(r[i].value - (k == 100 ? x * x : x * x * k)) <= 1e-13 * r[i].value);
    REQUIRE(std::abs(r[i].gradient - (k == 100 ? x : 2 * x * k)) <= 1e-13 * r[i].gradient);
  }
}

}  // namespace
