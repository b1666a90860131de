// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// Sparse Hessians against dense ones, by terms and by colours.

#include <dad/dad.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <span>
#include <tuple>
#include <vector>

#include "core/close.hpp"
#include "on_pattern.hpp"

namespace {

using test::point;

std::vector<double> entries(const dad::matrix& m) { return {m.data(), m.data() + m.size()}; }

template <class F, class X>
void check_against_dense(const F& f, const X& x, const dad::sparse_matrix& h) {
  CHECK_ROW(entries(h.dense()), entries(dad::hessian(f, x)), 1e-13, 1e-13);
  for (std::size_t i = 0; i < h.rows(); ++i)
    for (const std::size_t j : h.pattern().row(i)) CHECK(h(i, j) == h(j, i));
}

const dad::sparse_options by_colours{.splits_sums = false};

TEST_CASE("sparse Hessians are dense ones, with the pattern of the function") {
  test::random_numbers random(11);
  std::vector<dad::sparse_pattern> patterns = {
      test::banded(20, 0),     test::banded(20, 1),     test::banded(30, 4),   test::arrowhead(25, 0),
      test::arrowhead(25, 24), test::arrowhead(25, 11), test::laplacian(6, 7), test::laplacian(1, 1)};
  for (int k = 0; k < 40; ++k) {
    const std::size_t n = 1 + random.below(20);
    patterns.push_back(test::random_symmetric(random, n, random.below(3 * n)));
  }
  for (const auto& pattern : patterns) {
    CAPTURE(test::drawn(pattern));
    const test::scalar_on f{pattern};
    const auto x = point(pattern.rows());
    const auto found = dad::value_and_sparse_hessian(f, x);
    CHECK(found.hessian.pattern() == pattern);
    CHECK(found.value == close_to(f(x), 1e-13));
    check_against_dense(f, x, found.hessian);
    check_against_dense(f, x, dad::sparse_hessian(f, x, pattern));
    check_against_dense(f, x, dad::sparse_hessian(f, x, by_colours));
  }
}

TEST_CASE("points of any structure") {
  const auto f = [](const auto& a, const auto& b) { return a * b[0] * b[0] + sin(b[1]); };
  const auto x = std::tuple(2.0, std::vector{3.0, 0.5});
  const auto h = dad::sparse_hessian(f, x);
  CHECK(test::drawn(h.pattern()) == ".x. xx. ..x");
  check_against_dense(f, x, h);
  // Ranges of someone else's numbers, and floats, also where they become sums of terms.
  const auto squares = [](const auto& v) {
    auto sum = 0 * v[0];
    for (std::size_t i = 0; i + 1 < v.size(); ++i) sum += v[i] * v[i] * v[i + 1];
    return sum;
  };
  const std::vector<double> numbers = point(12);
  const std::vector<float> floats(numbers.begin(), numbers.end());
  check_against_dense(squares, numbers, dad::sparse_hessian(squares, std::span<const double>(numbers)));
  CHECK(dad::sparse_hessian(squares, floats)(0, 1) == 2 * static_cast<double>(floats[0]));
  const auto cube = dad::sparse_hessian([](const auto& v) { return v * v * v; }, 2.0);
  CHECK(cube(0, 0) == close_to(12));
  CHECK(dad::sparse_hessian([](const auto& v) { return v[0] * v[1]; }, std::array{2, 3})(0, 1) == 1);
}

TEST_CASE("no second derivatives, and no inputs") {
  const auto linear = [](const auto& x) { return 2 * x[0] + x[1]; };
  auto plan = dad::sparse_hessian_plan(linear, std::vector{1.0, 2.0});
  CHECK(plan.colour_count() == 0);
  const auto [value, h] = plan.value_and_hessian({1.0, 2.0});
  CHECK(value == 4);
  CHECK(h.rows() == 2);
  CHECK(h.values().empty());
  const auto none = dad::value_and_sparse_hessian([](const auto&) { return 5.0; }, std::vector<double>());
  CHECK(none.value == 5);
  CHECK(none.hessian.rows() == 0);
}

/// Terms of all kinds of forms.
struct terms_of_forms {
  template <class X>
  auto operator()(const X& x) const {
    using T = typename X::value_type;
    using std::max;
    T sum = 3.0;
    const std::size_t n = x.size();
    for (std::size_t i = 0; i < n; ++i) {
      const double data = 0.1 * static_cast<double>(i);
      sum += pow(x[i], 2) * data;                                 // a constant that varies, one that does not
      sum -= 0.5 * (2 * exp(-x[i] * x[(i + 1) % n]) - x[i] / 3);  // factors outside and inside
      sum = sum + x[(i * i) % n] * x[(i + 3) % n] * x[(i + 3) % n];  // the same input in different places
      if (i % 2 == 0) sum += max(x[i], T(x[(i + 5) % n] * x[i]));
      sum += floor(4 * x[i]);
    }
    const auto shared = sin(x[0] * x[1]);
    for (std::size_t i = 0; i < n; ++i) sum += shared * x[i];
    return sum;
  }
};

TEST_CASE("sums of many terms of few forms") {
  for (const std::size_t n : {20u, 33u, 300u}) {
    CAPTURE(n);
    auto x = point(n);
    auto plan = dad::sparse_hessian_plan(terms_of_forms(), x);
    CHECK(plan.form_count() > 4);
    auto coloured = dad::sparse_hessian_plan(terms_of_forms(), x, by_colours);
    CHECK(coloured.form_count() == 0);
    CHECK(coloured.pattern() == plan.pattern());
    for (int k = 0; k < 3; ++k) {
      const auto h = plan.value_and_hessian(x);
      CHECK(h.value == close_to(terms_of_forms()(x), 1e-13));
      CHECK_ROW(entries(h.hessian.dense()), entries(dad::hessian(terms_of_forms(), x)), 1e-12, 1e-12);
      CHECK_ROW(entries(coloured(x).dense()), entries(h.hessian.dense()), 1e-12, 1e-12);
      plan.check(x);
      for (double& v : x) v += 0.31;
    }
  }
}

TEST_CASE("a function that has changed since its plan was made") {
  double factor = 1;
  const auto f = [&factor](const auto& x) {
    auto sum = 0 * x[0];
    for (std::size_t i = 0; i + 1 < x.size(); ++i) sum += factor * exp(x[i] * x[i + 1]);
    return sum;
  };
  const auto x = point(20), y = point(20);
  auto plan = dad::sparse_hessian_plan(f, x);
  auto called = dad::sparse_hessian_plan(f, x, by_colours);
  auto made_anew = dad::sparse_hessian_plan(f, x, {.replans = true});
  REQUIRE(plan.form_count() == 1);
  check_against_dense(f, y, plan(y));
  factor = 1.25;
  CHECK_THROWS_WITH(
      plan(y),
      "dad: f is not what it was when its sparse Hessian plan was made: it gives another value at the "
      "same point; make the plan anew when data that f captures changes, or with "
      "sparse_options{.splits_sums = false}, which calls f at each point");
  CHECK_THROWS_AS(plan(y), dad::tape_error);
  check_against_dense(f, y, called(y));
  check_against_dense(f, y, made_anew(y));
  factor = 1;
  check_against_dense(f, y, plan(y));
}

TEST_CASE("what is no sum of many terms of few forms") {
  const auto x = point(12);
  const auto forms = [&](const auto& f) { return dad::sparse_hessian_plan(f, x).form_count(); };
  CHECK(forms([](const auto& v) { return v[0] * v[1]; }) == 0);
  CHECK(forms([](const auto& v) { return dad::norm(v); }) == 0);
  CHECK(forms([](const auto& v) {
          auto product = v[0];
          for (const auto& u : v) product *= sin(u);
          return product;
        }) == 0);
  // Each term holds all before it.
  CHECK(forms([](const auto& v) {
          auto state = v[0], sum = 0 * v[0];
          for (int k = 0; k < 100; ++k) {
            state = sin(state + v[static_cast<std::size_t>(k % 12)]);
            sum += state * state;
          }
          return sum;
        }) == 0);
}

TEST_CASE("a hundred thousand variables") {
  const std::size_t n = 100000;
  const auto f = [](const auto& x) {
    auto sum = 0 * x[0];
    for (std::size_t i = 0; i + 1 < x.size(); ++i)
      sum += 100 * dad::square(x[i + 1] - dad::square(x[i])) + dad::square(1 - x[i]);
    return sum;
  };
  const auto x = point(n);
  const auto h = dad::sparse_hessian(f, x);
  REQUIRE(h.pattern() == test::banded(n, 1));
  double worst = 0;
  for (std::size_t i = 0; i + 1 < n; ++i) {
    const double diagonal = 1200 * x[i] * x[i] - 400 * x[i + 1] + 2 + (i > 0 ? 200 : 0);
    worst = std::max({worst, std::abs(h(i, i) - diagonal), std::abs(h(i, i + 1) + 400 * x[i]),
                      std::abs(h(i + 1, i) + 400 * x[i])});
  }
  CHECK(worst < 1e-9);
  CHECK(h(n - 1, n - 1) == close_to(200));
}

}  // namespace
