// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// Traces from random directions, and how far off they say that they are.

#include <dad/driver/hessian_trace.hpp>

#include <array>
#include <cmath>
#include <limits>
#include <tuple>
#include <type_traits>
#include <vector>

#include "core/close.hpp"
#include "symmetric_matrices.hpp"

namespace {

TEST_CASE("the trace of a diagonal Hessian is exact, with no error at all") {
  const std::vector<double> entries{1.7, -2.3, 0.0, 1e-3, 4.1, 5.9, -1.1};
  double trace = 0;
  for (const double d : entries) trace += d;
  const auto f = quadratic(diagonal(entries));
  for (const std::size_t probes : {2u, 3u, 8u, 9u, 64u}) {
    const auto estimate = dad::hessian_trace(f, std::vector<double>(7, 0.3), {.probes = probes});
    CHECK(estimate.value == close_to(trace));
    CHECK(estimate.standard_error == 0.0);
    CHECK(estimate.probes == probes);
  }
}

TEST_CASE("estimates of a dense Hessian scatter as the standard error says") {
  std::vector<double> eigenvalues;
  double trace = 0;
  for (int k = 0; k < 24; ++k) trace += eigenvalues.emplace_back(std::cos(k) + 0.1 * k);
  const auto h = with_spectrum(eigenvalues);
  const auto f = quadratic(h);
  const std::vector<double> x(24, 0.1);
  constexpr int runs = 300;
  constexpr std::size_t probes = 32;
  int covered = 0;
  double mean = 0, square_errors = 0;
  for (int seed = 1; seed <= runs; ++seed) {
    const auto estimate =
        dad::hessian_trace(f, x, {.probes = probes, .seed = static_cast<std::uint64_t>(seed)});
    covered += std::abs(estimate.value - trace) < 1.96 * estimate.standard_error;
    mean += estimate.value / runs;
    square_errors += estimate.standard_error * estimate.standard_error / runs;
  }
  double off_diagonal = 0;
  for (std::size_t i = 0; i < 24; ++i)
    for (std::size_t j = 0; j < 24; ++j)
      if (i != j) off_diagonal += h(i, j) * h(i, j);
  const double variance = 2 * off_diagonal / probes;
  CHECK(square_errors == close_to(variance, 0.05));
  CHECK(std::abs(mean - trace) < 3 * std::sqrt(variance / runs));
  CHECK(covered > 0.92 * runs);
  CHECK(covered < 0.98 * runs);
}

TEST_CASE("probes are products with one recording of f") {
  int calls = 0;
  const auto counting = [&calls](const auto& x) {
    ++calls;
    return x[0] * x[0] * x[1] + x[1] * x[1];
  };
  // The trace of ((2 y, 2 x), (2 x, 2)) at (1, 3), to whose samples +- 4 is added for the entries beside it.
  const auto estimate = dad::hessian_trace(counting, std::vector{1.0, 3.0}, {.probes = 100});
  CHECK(calls == 1);
  CHECK(std::abs(estimate.value - 8.0) < 4 * 4.0 / std::sqrt(100.0));
}

TEST_CASE("samples depend on the seed and the probe alone") {
  const auto f = quadratic(with_spectrum({3, -1, 4, 1, -5, 9, 2, 6}));
  const std::vector<double> x(8, 0.2);
  const auto all = dad::detail::trace_samples(f, x, 5, 0, 21);
  CHECK(all.size() == 21);
  auto shared = dad::detail::trace_samples(f, x, 5, 0, 8);
  const auto second = dad::detail::trace_samples(f, x, 5, 8, 13);
  shared.insert(shared.end(), second.begin(), second.end());
  CHECK(shared == all);
  CHECK(dad::detail::trace_from_samples<double>(shared).value ==
        dad::hessian_trace(f, x, {.probes = 21, .seed = 5}).value);
  CHECK(dad::detail::trace_samples(f, x, 6, 0, 21) != all);

  // A sample is v' H v for that probe.
  const auto v = dad::detail::rademacher_probes(5, 20, 1, 8);
  const auto hv = dad::hvp(f, x, v);
  double sample = 0;
  for (std::size_t k = 0; k < 8; ++k) sample += v(0, k) * hv(0, k);
  CHECK(all[20] == close_to(sample));
}

TEST_CASE("the mean and its error, of numbers by hand") {
  const std::vector<double> samples{1.0, 2.0, 4.0, 9.0};
  const auto estimate = dad::detail::trace_from_samples<double>(samples);
  CHECK(estimate.value == 4.0);
  CHECK(estimate.standard_error == close_to(std::sqrt((9.0 + 4.0 + 0.0 + 25.0) / 12)));
  // Equal samples that are not exact multiples.
  const auto equal = dad::detail::trace_from_samples<double>(std::vector<double>(7, 0.1));
  CHECK(equal.value == 0.1);
  CHECK(equal.standard_error == 0.0);
}

TEST_CASE("one probe says nothing of its error, none is refused") {
  const auto f = quadratic(with_spectrum({3, -1, 4}));
  const auto one = dad::hessian_trace(f, std::vector<double>(3), {.probes = 1});
  CHECK(std::isfinite(one.value));
  CHECK(std::isnan(one.standard_error));
  CHECK_THROWS_AS(dad::hessian_trace(f, std::vector<double>(3), {.probes = 0}), dad::shape_error);
  CHECK_THROWS_WITH(
      dad::hessian_trace(f, std::vector<double>(3), {.probes = 0}),
      "dad: hessian_trace has 0 probes, expected at least 1, and 2 for a standard error: {.probes = 64}");
}

TEST_CASE("points of other structures, constants, and numbers that are not finite") {
  const auto f = [](const auto& x, const auto& ys, int k) { return k * x * x + ys[1] * ys[1] * ys[1]; };
  CHECK(dad::hessian_trace(f, std::tuple{2.0, std::array{3.0, 5.0}, 7}).value == close_to(14.0 + 30.0));
  CHECK(dad::hessian_trace([](const auto& x) { return x * x * x; }, 2.0).value == close_to(12.0));
  CHECK(dad::hessian_trace([](const auto& x) { return x[0] * x[0]; }, std::array{1.0F}).value == 2.0);
  CHECK(dad::hessian_trace([](const auto&) { return 7; }, std::vector{1.0, 2.0}).value == 0.0);
  CHECK(dad::hessian_trace([](const auto&) { return 7.0; }, std::vector<double>{}).value == 0.0);
  const auto g = [](const auto& x) { return sqrt(x[0]) + x[1] * x[1]; };
  CHECK_FALSE(std::isfinite(dad::hessian_trace(g, std::vector{0.0, 1.0}).value));
  CHECK(std::isnan(dad::hessian_trace(g, std::vector{0.0, 1.0}).standard_error));
}

TEST_CASE("a trace inside a derivative has one itself") {
  // f = t u^4 + u^2 v: its trace is 12 t u^2 + 2 v.
  const auto trace = [](const auto& t) {
    using T = std::remove_cvref_t<decltype(t)>;
    const auto f = [&](const auto& x) { return t * pow(x[0], 4) + x[0] * x[0] * x[1]; };
    return dad::hessian_trace(f, std::vector<T>{T(1.5), T(3.0)}, {.probes = 128}).value;
  };
  const double off_diagonal = 2 * 1.5;  // times a mean of signs
  CHECK(std::abs(trace(2.0) - (12 * 2 * 1.5 * 1.5 + 2 * 3)) < 2 * off_diagonal);
  CHECK(dad::derivative(trace, 2.0) == close_to(12 * 1.5 * 1.5));
}

}  // namespace
