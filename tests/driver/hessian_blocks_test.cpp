// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// Hessians of several blocks, which leave out zeros and what is above the diagonal.

#include <dad/driver/hessian.hpp>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <random>
#include <type_traits>
#include <vector>

#include "core/close.hpp"

namespace {

template <class X>
using element = std::remove_cvref_t<decltype(std::declval<const X&>()[0])>;

std::vector<double> point(std::size_t n) {
  std::vector<double> x(n);
  for (std::size_t k = 0; k < n; ++k) x[k] = 1.2 + 0.5 * std::sin(1.0 + static_cast<double>(k));
  return x;
}

/// Every entry of the Hessian has the bits of a product that leaves nothing out. Gives how many of those up
/// to the diagonal are zero.
template <class F>
std::size_t zeros_of_equal_entries(const F& f, const std::vector<double>& x) {
  const std::size_t n = x.size();
  const dad::matrix hessian = dad::hessian(f, x);
  dad::matrix units(n, n);
  for (std::size_t k = 0; k < n; ++k) units(k, k) = 1.0;
  const dad::matrix products = dad::hvp(f, x, units);
  std::size_t zeros = 0;
  const auto same = [](double a, double b) { return a == b && std::signbit(a) == std::signbit(b); };
  for (std::size_t k = 0; k < n; ++k)
    for (std::size_t i = k; i < n; ++i) {
      if (!same(hessian(i, k), products(k, i)) || !same(hessian(k, i), hessian(i, k)))
        FAIL("entries (" << i << ", " << k << ") and (" << k << ", " << i << ") of " << n << " are "
                         << hessian(i, k) << " and " << hessian(k, i) << " instead of " << products(k, i));
      zeros += hessian(i, k) == 0.0;
    }
  return zeros;
}

/// Two layers at three places: most tangents of the weights of one are zero in the columns of the other. The
/// inputs are taken in steps of `stride`, so that later ones come in earlier operations as well.
struct two_layers {
  std::size_t hidden, outputs, stride;

  [[nodiscard]] std::size_t weights() const { return 2 * hidden + (hidden + 1) * outputs; }
  template <class X>
  auto operator()(const X& x) const {
    const auto w = [&](std::size_t k) { return x[k * stride % weights()]; };
    element<X> sum(0);
    for (std::size_t place = 0; place < 3; ++place) {
      std::vector<element<X>> first;
      for (std::size_t j = 0; j < hidden; ++j)
        first.push_back(tanh(w(j) * 0.3 + w(hidden + j) * double(place)));
      for (std::size_t i = 0; i < outputs; ++i) {
        element<X> y = w(2 * hidden + i);
        for (std::size_t j = 0; j < hidden; ++j) y += w(2 * hidden + outputs + hidden * i + j) * first[j];
        sum += sin(y) * y;
      }
    }
    return sum;
  }
};

TEST_CASE(
    "a Hessian, for which zeros and what is above the diagonal are left out, has the bits of products") {
  // Of 3 blocks, and of 3 where some inputs are in no operation; then of 5 and of 7.
  const two_layers small{10, 8, 1};
  REQUIRE(small.weights() == 108);
  CHECK(zeros_of_equal_entries(small, point(108)) > 108 * 108 / 10);
  CHECK(zeros_of_equal_entries(small, point(150)) > 150 * 150 / 10);
  for (const std::size_t stride : {1u, 7u, 291u}) {
    CAPTURE(stride);
    CHECK(zeros_of_equal_entries(two_layers{15, 12, stride}, point(222)) > 0);
    CHECK(zeros_of_equal_entries(two_layers{20, 12, stride}, point(292)) > 0);
  }
}

TEST_CASE("Hessians of random programs have the bits of products that leave nothing out") {
  for (std::uint32_t seed = 1; seed <= 12; ++seed) {
    CAPTURE(seed);
    const auto f = [seed](const auto& x) {
      std::minstd_rand random(seed);
      using T = element<decltype(x)>;
      // Values of many ages, sums that grow in place, and what only some of the inputs have part in.
      std::vector<T> values(x.begin(), x.end());
      const auto any = [&] { return values[random() % values.size()]; };
      T sum(0);
      for (std::size_t i = 0; i < 1500; ++i) {
        const std::size_t kind = random() % 6;
        if (kind == 0) values.push_back(tanh(any() * any()));
        if (kind == 1) values.push_back(tanh(any() - 0.5 * any()));
        if (kind == 2) values[random() % values.size()] += 0.3 * any();
        if (kind == 3 && i > 1000) sum += any() * any();
        if (kind == 4 && i > 1000) sum -= sin(any());
        if (kind == 5) values[random() % values.size()] = 0.5 * (any() + any());
      }
      return sum;
    };
    const std::size_t n = 150 + 20 * seed;
    CHECK(zeros_of_equal_entries(f, point(n)) < n * (n + 1) / 2 * 97 / 100);
  }
}

TEST_CASE("a long sum, of which a block has the ends alone") {
  // sin(c x) for 600 inputs: the first two are its first and its last term, and so on.
  const auto f = [](const auto& x) {
    element<decltype(x)> sum(0);
    for (std::size_t p = 0; p < x.size(); ++p) {
      const std::size_t from_end = x.size() - 1 - p;
      sum += (1.0 + 0.01 * double(p)) * x[p < from_end ? 2 * p : 2 * from_end + 1];
    }
    return sin(sum);
  };
  CHECK(zeros_of_equal_entries(f, point(600)) == 0);
}

TEST_CASE("equal shares of a Hessian's blocks have about the same part of it") {
  for (const std::size_t blocks : {7u, 32u, 43u, 137u}) {
    dad::detail::hessian_products products;
    (void)products.record(
        [](const auto& x) {
          element<decltype(x)> sum(0);
          for (const auto& u : x) sum += u;
          return exp(sum);
        },
        point(48 * blocks - 20));
    REQUIRE(products.block_count() == blocks);
    const std::size_t n = products.input_count();
    for (const std::size_t shares : {2u, 4u}) {
      CAPTURE(blocks, shares);
      for (std::size_t s = 0, first = 0; s < shares; ++s) {
        const std::size_t end = blocks * (s + 1) / shares;
        std::size_t numbers = 0;
        for (std::size_t b = first; b < end; ++b) numbers += products.number_count(b);
        const double part = double(numbers) / (double(n) * double(n + 1) / 2.0);
        CHECK(std::abs(part * double(shares) - 1.0) < double(shares) / double(blocks));
        first = end;
      }
    }
  }
}

TEST_CASE("blocks of a Hessian that are more than sweeps have numbers") {
  // x_100 x_{n-1} + sum_i exp(x_i x_{i+1}), of 137 blocks.
  const std::size_t n = 6550;
  const auto f = [](const auto& x) {
    auto sum = x[100] * x[x.size() - 1];
    for (std::size_t i = 0; i + 1 < x.size(); ++i) sum += exp(x[i] * x[i + 1]);
    return sum;
  };
  const std::vector<double> x = point(n);
  const auto entry = [&](std::size_t i, std::size_t k) {
    const auto e = [&](std::size_t j) { return std::exp(x[j] * x[j + 1]); };
    if (i == k)
      return (i > 0 ? x[i - 1] * x[i - 1] * e(i - 1) : 0.0) + (i + 1 < n ? x[i + 1] * x[i + 1] * e(i) : 0.0);
    if (i == k + 1) return (1.0 + x[k] * x[i]) * e(k);
    return i == n - 1 && k == 100 ? 1.0 : 0.0;
  };
  dad::detail::hessian_products products;
  CHECK(products.record(f, x) == f(x));
  CHECK(products.block_count() == 137);
  dad::detail::lane_slots lanes;
  std::vector<std::size_t> columns;  // those that were found, each in one block
  for (std::size_t b = 0; b < products.block_count(); ++b) {
    std::vector<double> numbers(products.number_count(b));
    products.compute_block(b, lanes, numbers.data());
    // Row by row from the diagonal down. The numbers say how many rows there are, and so which columns.
    const std::size_t rest = n % 48, width = numbers.size() == rest * (rest + 1) / 2 ? rest : 48;
    const std::size_t rows = (numbers.size() + width * (width - 1) / 2) / width, first = n - rows;
    std::size_t next = 0;
    for (std::size_t i = first; i < n; ++i)
      for (std::size_t k = first; k < std::min(first + width, i + 1); ++k) {
        const double expected = entry(i, k), got = numbers[next++];
        if (std::abs(got - expected) > 1e-13 * std::abs(expected))
          FAIL("entry (" << i << ", " << k << ") of block " << b << " is " << got << " instead of "
                         << expected);
      }
    CHECK(next == numbers.size());
    for (std::size_t k = first; k < first + width; ++k) columns.push_back(k);
  }
  std::sort(columns.begin(), columns.end());
  REQUIRE(columns.size() == n);
  for (std::size_t k = 0; k < n; ++k) REQUIRE(columns[k] == k);
}

}  // namespace
