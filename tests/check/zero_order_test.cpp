// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// Gradients from values alone, against closed forms of their errors and their variance.

#include <array>
#include <cmath>
#include <cstddef>
#include <tuple>
#include <vector>

#include <dad/dad.hpp>

#include "catch.hpp"

namespace {

using std::vector;

const auto cubic = [](const auto& x) { return x[0] * x[0] * x[0] + 2 * x[1] * x[0]; };

}  // namespace

TEST_CASE("central and one-sided differences have the errors that Taylor says") {
  const vector<double> x{1.5, -0.5};
  const double h = 1e-3;
  const auto central = dad::coordinate_gradient(cubic, x, {.step = h});
  CHECK(central[0] == Approx(3 * 2.25 - 1 + h * h).epsilon(1e-12));
  CHECK(central[1] == Approx(3.0).epsilon(1e-12));
  const auto ahead =
      dad::coordinate_gradient(cubic, x, {.step = h, .differences = dad::differences::one_sided});
  CHECK(ahead[0] == Approx(3 * 2.25 - 1 + 3 * 1.5 * h + h * h).epsilon(1e-12));
  CHECK(ahead[1] == Approx(3.0).epsilon(1e-12));
}

TEST_CASE("a gradient from values costs as many calls as it says") {
  std::size_t calls = 0;
  const auto counted = [&calls](const auto& x) { return ++calls, x[0] * x[1] * x[2]; };
  const std::array<double, 3> x{1, 2, 3};
  const auto calls_of = [&](auto&& run) { return calls = 0, run(), calls; };
  CHECK(calls_of([&] { (void)dad::coordinate_gradient(counted, x); }) == 6);
  CHECK(calls_of([&] {
          (void)dad::coordinate_gradient(counted, x, {.differences = dad::differences::one_sided});
        }) == 4);
  CHECK(calls_of([&] { (void)dad::two_point_gradient(counted, x, {.samples = 5}); }) == 10);
}

TEST_CASE("the mean over directions is the gradient, with the variance of the sphere") {
  // Of a linear function with gradient a the estimate is d (a v) v: each sample has mean a and
  // E |d (a v) v - a|^2 = (d - 1) |a|^2.
  const std::size_t d = 6, samples = 20000;
  const vector<double> a{1, -2, 0.5, 3, 0, 1}, x(d, 0.25);
  const auto f = [&a](const auto& p) {
    auto sum = 0 * p[0];
    for (std::size_t i = 0; i < p.size(); ++i) sum += a[i] * p[i];
    return sum;
  };
  double size = 0;
  for (const double ai : a) size += ai * ai;
  const auto mean = dad::two_point_gradient(f, x, {.step = 1e-2, .samples = samples, .seed = 3});
  const double deviation = std::sqrt(5 * size / static_cast<double>(samples));
  double off = 0, spread = 0;
  for (std::size_t i = 0; i < d; ++i) off += (mean[i] - a[i]) * (mean[i] - a[i]);
  CHECK(std::sqrt(off) < 3 * deviation);
  CHECK(std::sqrt(off) > 0.1 * deviation);
  for (std::size_t seed = 0; seed < 2000; ++seed) {
    const auto g = dad::two_point_gradient(f, x, {.step = 1e-2, .seed = seed});
    for (std::size_t i = 0; i < d; ++i) spread += (g[i] - a[i]) * (g[i] - a[i]);
  }
  CHECK(spread / 2000 == Approx(5 * size).epsilon(0.1));
}

TEST_CASE("directions are uniform on the sphere, and the same for the same seed") {
  const std::size_t d = 5, count = 20000;
  std::array<double, 5> mean{}, square{}, fourth{}, v{};
  for (std::size_t s = 0; s < count; ++s) {
    dad::detail::fill_sphere(9, s, v.data(), d);
    double norm = 0;
    for (std::size_t i = 0; i < d; ++i) {
      norm += v[i] * v[i];
      mean[i] += v[i] / count, square[i] += v[i] * v[i] / count, fourth[i] += std::pow(v[i], 4) / count;
    }
    CHECK(std::fabs(norm - 1) < 1e-14);
  }
  for (std::size_t i = 0; i < d; ++i) {
    CHECK(std::fabs(mean[i]) < 0.015);                   // four standard deviations of 0.447 / sqrt(20000)
    CHECK(square[i] == Approx(0.2).margin(0.006));       // 1 / d
    CHECK(fourth[i] == Approx(3.0 / 35).margin(0.005));  // 3 / (d (d + 2))
  }
  const vector<double> x{1.5, -0.5};
  CHECK(dad::two_point_gradient(cubic, x, {.seed = 4}) == dad::two_point_gradient(cubic, x, {.seed = 4}));
  CHECK(dad::two_point_gradient(cubic, x, {.seed = 4}) != dad::two_point_gradient(cubic, x, {.seed = 5}));
}

TEST_CASE("in one dimension both are the same, and structures stay") {
  const auto f = [](const auto& t) { return relu(t) * t; };  // found by dad's numbers alone
  CHECK(dad::two_point_gradient(f, 1.25, {.step = 1e-3}) == Approx(2.5).epsilon(1e-9));
  CHECK(dad::coordinate_gradient(f, 1.25, {.step = 1e-3}) == Approx(2.5).epsilon(1e-9));
  const auto g = dad::coordinate_gradient([](const auto& a, const auto& b) { return a * b[1]; },
                                          std::tuple(2.0, vector{1.0, 5.0}));
  CHECK(std::get<0>(g) == Approx(5));
  CHECK(std::get<1>(g)[1] == Approx(2));
}

TEST_CASE("steps, samples and points that make no sense are refused") {
  const vector<double> x{1, 2};
  CHECK_THROWS_WITH(dad::two_point_gradient(cubic, x, {.step = 0}),
                    "dad: step of two_point_gradient is 0, expected a positive number");
  CHECK_THROWS_WITH(dad::coordinate_gradient(cubic, x, {.step = -1e-3}),
                    "dad: step of coordinate_gradient is -0.001, expected a positive number");
  CHECK_THROWS_WITH(dad::two_point_gradient(cubic, x, {.samples = 0}),
                    "dad: samples of two_point_gradient is 0, expected at least 1");
  CHECK_THROWS_AS(dad::two_point_gradient(cubic, vector<double>{}), dad::shape_error);
  CHECK_THROWS_WITH(dad::coordinate_gradient(cubic, vector{1.0, std::nan("")}),
                    "dad: entry 1 of x in coordinate_gradient is nan, expected a finite number");
}
