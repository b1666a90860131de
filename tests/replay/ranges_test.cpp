// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// dot, norm and log_sum_exp in batches: ranges of every length, of variables and constants, at their edges;
// the same sums as loops.

#include "replay/against_single.hpp"

#include <limits>
#include <span>

#include "core/close.hpp"
#include "replay/points.hpp"

namespace {

using test::check_eval, test::check_first_and_second;

constexpr double inf = std::numeric_limits<double>::infinity();

/// Vectors of so many numbers.
std::vector<std::vector<double>> vectors(std::size_t count, std::size_t size) {
  std::vector<std::vector<double>> x(count);
  for (std::size_t i = 0; i < count; ++i)
    for (std::size_t k = 0; k < size; ++k) x[i].push_back(test::spread(i * 37 + k * 11, k, -1, 1));
  return x;
}

constexpr std::size_t sizes[] = {0, 1, 2, 3, 4, 5, 7, 8, 9, 15, 16, 17, 33, 64, 100, 257};

TEST_CASE("products of a range with constants, with itself and with another") {
  for (const std::size_t size : sizes) {
    CAPTURE(size);
    std::vector<double> weights;
    for (std::size_t k = 0; k < size; ++k) weights.push_back(std::sin(1.0 + static_cast<double>(k)));
    const auto x = vectors(23, size);
    check_eval([&](const auto& v) { return dad::dot(v, weights) + 1.5; }, x);
    check_eval([&](const auto& v) { return dad::dot(weights, v) * 2; }, x);
    check_eval([&](const auto& v) { return dad::dot(v, v); }, x);
    check_eval(
        [&](const auto& v) {
          auto reversed = v;
          std::reverse(reversed.begin(), reversed.end());
          return dad::dot(v, reversed);
        },
        x);
  }
}

TEST_CASE("lengths, and logarithms of sums of exponentials") {
  for (const std::size_t size : sizes) {
    CAPTURE(size);
    const auto x = vectors(23, size);
    check_eval([](const auto& v) { return dad::norm(v); }, x);
    check_eval([](const auto& v) { return dad::log_sum_exp(v); }, x);
  }
}

TEST_CASE("second derivatives of ranges") {
  const auto x = vectors(30, 6);
  check_first_and_second([](const auto& v) { return dad::norm(v) * v[0]; }, x);
  check_first_and_second([](const auto& v) { return dad::log_sum_exp(v) * v[1]; }, x);
  check_first_and_second(
      [](const auto& v) {
        const std::span all(v);
        return dad::dot(all.first(3), all.last(3)) * dad::dot(all.first(4), all.subspan(1, 4));
      },
      x);
  test::check_hvp([](const auto& v) { return exp(dad::dot(v, v)) * dad::norm(v); }, x, vectors(30, 6));
}

TEST_CASE("results of operations as elements, and the same element several times") {
  const auto x = vectors(40, 5);
  check_first_and_second(
      [](const auto& v) {
        std::vector<std::remove_cvref_t<decltype(v[0])>> y, z;
        for (std::size_t k = 0; k < 5; ++k) y.push_back(tanh(v[k])), z.push_back(v[4 - k] * v[k]);
        y.push_back(y[0]), z.push_back(y[0]);
        y.push_back(2.5), z.push_back(z[0]);
        y.push_back(z[1]), z.push_back(-1);
        return dad::dot(y, z) + dad::norm(y) * dad::log_sum_exp(z);
      },
      x);
}

TEST_CASE("layers: matrix times vector by rows") {
  // 5 inputs, 9 hidden units, 1 output; the weights captured, then as inputs.
  std::vector<double> weights;
  for (int k = 0; k < 9 * 6 + 10; ++k) weights.push_back(0.4 * std::sin(3.0 * k));
  const auto network = [](const auto& w, const auto& v) {
    using T = dad::promote_t<std::remove_cvref_t<decltype(w[0])>, std::remove_cvref_t<decltype(v[0])>>;
    std::vector<T> hidden;
    for (std::size_t k = 0; k < 9; ++k)
      hidden.push_back(tanh(dad::dot(std::span(w).subspan(6 * k, 5), v) + w[6 * k + 5]));
    return dad::dot(std::span(w).subspan(54, 9), hidden) + w[63];
  };
  check_first_and_second([&](const auto& v) { return network(weights, v); }, vectors(50, 5), 1e-12);
  const auto x = vectors(60, 64);
  const std::vector<double> v{0.1, -0.5, 0.7, 0.2, -0.9};
  check_eval([&](const auto& w) { return network(w, v); }, x, 1e-12);
  const auto by_loops = [](const auto& w, const auto& u) {
    auto y = w[63] * 1;
    for (std::size_t k = 0; k < 9; ++k) {
      auto sum = w[6 * k + 5] * 1;
      for (std::size_t j = 0; j < 5; ++j) sum += w[6 * k + j] * u[j];
      y += w[54 + k] * tanh(sum);
    }
    return y;
  };
  check_eval([&](const auto& w) { return by_loops(w, v); }, x, 1e-12);
  const auto dots = dad::batch_eval([&](const auto& w) { return network(w, v); }, x);
  const auto loops = dad::batch_eval([&](const auto& w) { return by_loops(w, v); }, x);
  CHECK_ROW(dots.values(), loops.values(), 1e-13, 1e-13);
  CHECK_ROW(dots.gradients(), loops.gradients(), 1e-12, 1e-13);
}

TEST_CASE("long sums in a loop") {
  const auto x = vectors(40, 200);
  check_eval(
      [](const auto& v) {
        std::remove_cvref_t<decltype(v[0])> sum = 0;
        for (std::size_t k = 0; k + 1 < v.size(); ++k) sum += v[k] * v[k + 1] - 0.5 * v[k] + 3;
        return sum;
      },
      x);
  check_eval(
      [](const auto& v) {
        std::remove_cvref_t<decltype(v[0])> sum = 1, product = 1;
        for (const auto& e : v) sum -= e, product *= 1 + 0.01 * e;
        return sum * product;
      },
      x);
}

TEST_CASE("edges of ranges") {
  const std::vector<std::vector<double>> zeros{{0, 0, 0}, {-0.0, 0, 0}, {1, 0, 0}, {0, 0, 0}, {0, -2, 0}};
  check_first_and_second([](const auto& v) { return dad::norm(v); }, zeros);
  const std::vector<std::vector<double>> sizes_of_all{
      {3e200, 4e200, 0}, {3e-200, 4e-200, 0}, {1e-320, 0, 0}, {1, std::nan(""), 2}};
  check_eval([](const auto& v) { return dad::norm(v); }, sizes_of_all);
  const std::vector<std::vector<double>> infinite{{1, inf, 2}, {-inf, 1, 0}};
  const auto lengths = dad::batch_eval([](const auto& v) { return dad::norm(v); }, infinite);
  CHECK(lengths[0].value == inf);
  CHECK(lengths[1].value == inf);
  const std::vector<std::vector<double>> exponents{{1000, 1000, 999},  {-1000, -1001, -2000},
                                                   {-inf, -inf, -inf}, {-inf, 0, 1},
                                                   {inf, 0, 0},        {0, 0, std::nan("")}};
  check_eval([](const auto& v) { return dad::log_sum_exp(v); }, exponents);
  const std::vector<std::vector<double>> products{{0, inf, 1}, {1, 2, 3}, {-0.0, 0.0, -0.0}, {1e308, 10, 1}};
  check_eval([](const auto& v) { return dad::dot(v, std::vector{0.0, 0.0, -0.0}); }, products);
  check_eval([](const auto& v) { return dad::dot(v, std::vector{1.0, 1.0, 1.0}); }, products);
}

TEST_CASE("a NaN among zeros and infinities, wherever it is") {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  for (const std::size_t size : {1u, 2u, 3u, 4u, 7u})
    for (const double other : {0.0, 1.0, inf, -inf}) {
      std::vector<std::vector<double>> x(size, std::vector<double>(size, other));
      for (std::size_t i = 0; i < size; ++i) x[i][i] = nan;
      const auto lengths = dad::batch_eval([](const auto& v) { return dad::norm(v); }, x);
      const auto logarithms = dad::batch_eval([](const auto& v) { return dad::log_sum_exp(v); }, x);
      for (std::size_t i = 0; i < size; ++i) {
        CAPTURE(size, other, i);
        const double length = lengths[i].value, alone = dad::norm(x[i]);
        CHECK((size > 1 && std::isinf(other) ? length == inf : std::isnan(length)));
        CHECK((length == alone || (std::isnan(length) && std::isnan(alone))));
        CHECK(std::isnan(logarithms[i].value));
        CHECK(std::isnan(dad::log_sum_exp(x[i])));
      }
    }
}

TEST_CASE("ranges that do not fit are an error of their inputs") {
  const auto f = [](const auto& v) {
    return v[0] > 0 ? dad::dot(v, std::vector{1.0, 2.0}) : dad::dot(v, std::vector{1.0, 2.0, 3.0});
  };
  const auto x = vectors(50, 3);
  const auto r = dad::batch_eval(f, x, {.on_error = dad::on_error::collect});
  for (std::size_t i = 0; i < x.size(); ++i) {
    REQUIRE(r[i].has_error() == (x[i][0] > 0));
    if (r[i].has_error()) {
      REQUIRE(r[i].error().text() == "dad: second range of dot has 2 entries, expected 3");
    }
  }
}

TEST_CASE("ranges of shared weights in sums") {
  const auto x = vectors(150, 5);
  std::vector<double> weights;
  for (int k = 0; k < 12; ++k) weights.push_back(std::cos(2.0 * k));
  const auto f = [](const auto& w, const auto& v) {
    const std::span all(w);
    std::vector<std::remove_cvref_t<decltype(w[0])>> scores{
        dad::dot(all.first(5), v) + w[10], dad::dot(all.subspan(5, 5), v) + w[11], w[0] * v[0]};
    return dad::log_sum_exp(scores) - scores[0] + 0.1 * dad::norm(all.first(3)) + dad::dot(v, v);
  };
  const auto s = dad::batch_sum(f, weights, x);
  double value = 0;
  std::vector<double> gradient(12, 0.0);
  for (const auto& v : x) {
    const auto one = dad::value_and_gradient([&](const auto& w) { return f(w, v); }, weights);
    value += one.value;
    for (std::size_t k = 0; k < 12; ++k) gradient[k] += one.gradient[k];
  }
  CHECK(s.value == close_to(value, 1e-13));
  CHECK_ROW(s.gradient, gradient, 1e-12, 1e-12);
}

TEST_CASE("long ranges are replayed: the function is not called for each item") {
  int calls = 0;
  const std::vector<double> weights = vectors(1, 30'000)[0];
  const std::vector<double> factors(100, 0.5);
  const auto check = [&](const auto& f) {
    calls = 0;
    const auto s = dad::batch_sum(f, weights, factors);
    CHECK(calls == 2);
    const auto one = dad::value_and_gradient([&](const auto& w) { return f(w, 0.5); }, weights);
    CHECK(s.value == close_to(100 * one.value, 1e-12));
    CHECK(s.gradient[17] == close_to(100 * one.gradient[17], 1e-12));
  };
  check([&](const auto& w, const auto& x) { return ++calls, dad::norm(w) * x; });
  check([&](const auto& w, const auto& x) { return ++calls, dad::log_sum_exp(w) * x; });
}

TEST_CASE("second derivatives of tiny vectors") {
  const std::vector<std::vector<double>> tiny(2, std::vector<double>{1e-310, 0, 0, 0});
  const auto h = dad::batch_hessian([](const auto& x) { return dad::norm(x); }, tiny);
  CHECK(h[0].hessian(0, 0) == 0);
  CHECK(h[0].hessian(0, 1) == 0);
}

}  // namespace
