// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// The ends of a Hessian's spectrum, and the products that they are made of.

#include <algorithm>
#include <dad/driver/hessian_eigenvalues.hpp>

#include <array>
#include <cmath>
#include <tuple>
#include <type_traits>
#include <vector>

#include "core/close.hpp"
#include "symmetric_matrices.hpp"

namespace {

// A chain of unit masses and springs whose force is x + x^3: at rest its Hessian is the second difference.
const auto chain = [](const auto& x) {
  auto sum = x[0] * x[0] / 2 + pow(x[0], 4) / 4;
  for (std::size_t i = 0; i + 1 < x.size(); ++i) {
    const auto stretch = x[i + 1] - x[i];
    sum += stretch * stretch / 2 + pow(stretch, 4) / 4;
  }
  return sum + x.back() * x.back() / 2;
};

double frequency(std::size_t n, std::size_t k) {
  return 2 - 2 * std::cos(std::acos(-1.0) * static_cast<double>(k + 1) / static_cast<double>(n + 1));
}

TEST_CASE("products with many directions are those with each, whatever their number") {
  std::vector<double> x;
  for (int k = 0; k < 13; ++k) x.push_back(std::sin(k));
  for (const std::size_t rows : {0u, 1u, 7u, 8u, 9u, 17u}) {
    dad::matrix directions(rows, 13);
    for (std::size_t i = 0; i < directions.size(); ++i)
      directions.data()[i] = std::cos(static_cast<double>(i * i));
    const auto products = dad::detail::direction_products(chain, x, directions);
    CHECK(products.rows() == rows);
    CHECK(products.cols() == 13);
    for (std::size_t i = 0; i < rows; ++i) {
      const auto v = directions.row(i);
      CHECK_ROW(products.row(i), dad::hvp(chain, x, std::vector<double>(v.begin(), v.end())), 1e-13, 1e-14);
    }
  }
  // From call to call f is recorded once, and a product has the same bits whatever it is asked for with.
  int calls = 0;
  const auto counting = [&calls](const auto& y) {
    ++calls;
    return chain(y);
  };
  dad::detail::direction_multiplier<decltype(counting), std::vector<double>> multiply(counting, x);
  const dad::matrix directions = dad::detail::rademacher_probes(1, 0, 40, 13);
  const dad::matrix together = multiply(directions);
  for (std::size_t i = 0; i < 40; ++i) {
    dad::matrix one(1, 13);
    std::copy(directions.row(i).begin(), directions.row(i).end(), one.data());
    CHECK_ROW(multiply(one).row(0), together.row(i), 0.0);
  }
  CHECK(calls == 1);
  const auto all = dad::detail::direction_products(chain, x, dad::matrix(16, 13, 0.3));
  const auto one = dad::detail::direction_products(chain, x, dad::matrix(8, 13, 0.3));
  for (std::size_t i = 0; i < 16; ++i) CHECK_ROW(all.row(i), one.row(i % 8), 0.0);

  CHECK_THROWS_AS(dad::detail::direction_products(chain, x, dad::matrix(2, 12)), dad::shape_error);
  CHECK_THROWS_WITH(dad::detail::direction_products(chain, x, dad::matrix(2, 12)),
                    "dad: directions of a Hessian have 12 entries, expected 13");
}

TEST_CASE("a chain of springs at rest") {
  for (const std::size_t n : {1u, 2u, 5u, 8u, 30u}) {
    CAPTURE(n);
    const std::size_t k = std::min<std::size_t>(n, 4);
    const auto ends = dad::hessian_eigenvalues(chain, std::vector<double>(n, 0.0),
                                               {.largest = k, .smallest = k, .vectors = true});
    CHECK(ends.converged);
    for (std::size_t i = 0; i < k; ++i) {
      CHECK(ends.smallest.values[i] == close_to(frequency(n, i), 1e-11));
      CHECK(ends.largest.values[i] == close_to(frequency(n, n - 1 - i), 1e-12));
      CHECK(ends.largest.residuals[i] < 4e-8);
      // The modes are sines.
      double overlap = 0;
      for (std::size_t j = 0; j < n; ++j) overlap += ends.smallest.vectors(i, j) * sine_vector(n, i, j);
      CHECK(std::abs(overlap) == close_to(1.0));
    }
  }
}

TEST_CASE("a chain pulled about has the ends that its dense Hessian has") {
  std::vector<double> x;
  for (int k = 0; k < 45; ++k) x.push_back(2 * std::sin(k * k));
  const auto all = dad::detail::symmetric_eigen(dad::hessian(chain, x)).values;
  const auto ends = dad::hessian_eigenvalues(chain, x, {.largest = 6, .smallest = 6});
  for (std::size_t i = 0; i < 6; ++i) {
    CHECK(ends.smallest.values[i] == close_to(all[i], 0.0, 1e-12 * all[44]));
    CHECK(ends.largest.values[i] == close_to(all[44 - i]));
  }
}

TEST_CASE("a saddle has negative eigenvalues, seen without options") {
  const auto saddle = [](const auto& x) { return x[0] * x[1] * 3 + square(x[2]); };
  const auto ends = dad::hessian_eigenvalues(saddle, std::array{0.3, 0.2, 0.1});
  STATIC_REQUIRE(std::is_same_v<decltype(ends), const dad::extreme_eigenvalues>);
  CHECK(ends.largest.values == std::vector{ends.largest.values[0]});
  CHECK(ends.largest.values[0] == close_to(3.0));
  CHECK(ends.smallest.values[0] == close_to(-3.0));
  CHECK(ends.largest.vectors.size() == 0);
}

TEST_CASE("another seed starts elsewhere and finds the same, the same seed gives the same bits") {
  const std::vector<double> x(40, 0.0);
  const auto first = dad::hessian_eigenvalues(chain, x, {.largest = 3, .seed = 1});
  const auto again = dad::hessian_eigenvalues(chain, x, {.largest = 3, .seed = 1});
  const auto other = dad::hessian_eigenvalues(chain, x, {.largest = 3, .seed = 2});
  CHECK(first.largest.values == again.largest.values);
  CHECK(first.largest.residuals == again.largest.residuals);
  CHECK(first.largest.residuals != other.largest.residuals);
  CHECK_ROW(first.largest.values, other.largest.values);
}

TEST_CASE("spectra at points of other structures") {
  const auto f = [](const auto& x, const auto& ys, int k) { return k * x * x - ys[0] * ys[0] + ys[1]; };
  const auto ends = dad::hessian_eigenvalues(f, std::tuple{2.0, std::array{3.0, 5.0}, 7}, {.largest = 3});
  CHECK_ROW(ends.largest.values, (std::vector{14.0, 0.0, -2.0}), 1e-12, 1e-12);
  CHECK(dad::hessian_eigenvalues([](const auto& x) { return x * x * x; }, 2.0F).largest.values[0] ==
        close_to(12.0));
  CHECK(dad::hessian_eigenvalues([](const auto&) { return 1; }, std::vector{1, 2, 3}).converged);
}

TEST_CASE("what cannot be answered is refused") {
  const auto f = [](const auto& x) { return sqrt(x[0]) + x[1] * x[1]; };
  CHECK_THROWS_WITH(dad::hessian_eigenvalues(f, std::vector{1.0, 2.0}, {.largest = 3}),
                    "dad: hessian_eigenvalues is asked for 3 largest eigenvalues, expected at most 2, the "
                    "number of reals of x");
  CHECK_THROWS_AS(dad::hessian_eigenvalues(f, std::vector{0.0, 2.0}), dad::domain_error);
  CHECK_THROWS_WITH(dad::hessian_eigenvalues(f, std::vector{0.0, 2.0}),
                    contains("entry 0 is") && contains("find_nonfinite"));
}

}  // namespace
