// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// Rows of functions of whole ranges of variables: every way through a recording, against the same functions
// written as loops, on duals and on rows of single operations.

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <limits>
#include <random>
#include <span>
#include <type_traits>
#include <vector>

#include "catch.hpp"
#include "core/close.hpp"
#include "reverse/every_way.hpp"

#include <dad/dad.hpp>
#include <dad/fused.hpp>

using dad::var;

namespace {

constexpr std::size_t inputs = 12;

std::vector<double> point() {
  std::vector<double> x;
  for (std::size_t i = 0; i < inputs; ++i) x.push_back(0.9 * std::sin(1.0 + 2.0 * static_cast<double>(i)));
  return x;
}

/// The functions as dad has them, or by operations alone.
template <bool ByLoops, class A, class B>
auto product(const std::vector<A>& a, const std::vector<B>& b) {
  if constexpr (ByLoops) {
    dad::promote_t<A, B> sum(0.0);
    for (std::size_t i = 0; i < a.size(); ++i) sum = sum + a[i] * b[i];
    return sum;
  } else {
    return dad::dot(a, b);
  }
}
template <bool ByLoops, class T>
T length(const std::vector<T>& a) {
  if constexpr (!ByLoops) return dad::norm(a);
  T sum(0.0);
  for (const T& x : a) sum = sum + x * x;
  return T(sqrt(sum));
}
template <bool ByLoops, class T>
T softest(const std::vector<T>& a) {
  if constexpr (!ByLoops) return dad::log_sum_exp(a);
  T sum(0.0);
  for (const T& x : a) sum = sum + exp(x);
  return T(log(sum));
}

/// Values of which some were made in a row, and ranges of them: neighbours, every third, backwards, one value
/// again and again, any, and any with constants between.
template <bool ByLoops>
struct random_program {
  unsigned seed;

  template <class T>
  std::vector<T> operator()(const std::vector<T>& x) const {
    std::mt19937 random(seed);
    const auto below = [&](std::size_t n) { return std::size_t{random()} % n; };
    std::vector<T> pool = x;
    for (std::size_t i = 0; i < 160; ++i)
      pool.push_back(T(x[below(inputs)] * (0.01 * static_cast<double>(i % 17) - 0.1)));
    const auto range = [&](std::size_t count) {
      const std::size_t kind = below(6), step = kind == 0 ? 1 : kind == 1 ? 3 : 2;
      const std::size_t first = below(pool.size());
      std::vector<T> r;
      for (std::size_t i = 0; i < count; ++i)
        r.push_back(kind == 0 || kind == 1    ? pool[(first + step * i) % pool.size()]
                    : kind == 2               ? pool[pool.size() - 1 - (first + i) % pool.size()]
                    : kind == 3               ? pool[first]
                    : kind == 5 && i % 5 == 2 ? T(0.25)
                                              : pool[below(pool.size())]);
      return r;
    };
    for (int step = 0; step < 12; ++step) {
      const std::size_t count = std::array<std::size_t, 6>{1, 3, 7, 8, 40, 140}[below(6)];
      switch (below(6)) {
        case 0:
        case 1: {
          const auto a = range(count), b = range(count);
          pool.push_back(T(tanh(T(product<ByLoops>(a, b)))));
          break;
        }
        case 2: {
          const auto a = range(count);
          std::vector<double> w;
          for (std::size_t i = 0; i < count; ++i) w.push_back(0.3 - 0.01 * static_cast<double>(i));
          T y = step % 2 == 0 ? product<ByLoops>(a, w) : product<ByLoops>(w, a);
          y += pool[below(pool.size())] * 0.5;  // a value of which others know
          pool.push_back(y);
          break;
        }
        case 3:
          pool.push_back(T(0.1 * length<ByLoops>(range(count + 1))));
          break;
        case 4: {
          const T y = softest<ByLoops>(range(count));
          pool.push_back(y - 3.0);
          pool.push_back(T(y * pool[below(pool.size())]) * 0.1);
          break;
        }
        default:
          for (int i = 0; i < 9; ++i) pool.push_back(T(sin(pool[below(pool.size())])));
      }
    }
    return {pool.end() - 5, pool.end()};
  }
};

/// Of them one number.
template <bool ByLoops>
struct random_scalar {
  unsigned seed;
  template <class T>
  T operator()(const std::vector<T>& x) const {
    T sum(0.0);
    for (const T& y : random_program<ByLoops>{seed}(x)) sum = sum + T(y * y);
    return sum;
  }
};

std::vector<var<>> active(dad::tape<>& t, std::size_t n) {
  std::vector<var<>> x;
  for (std::size_t i = 0; i < n; ++i) x.push_back(0.25 + 0.5 * std::sin(static_cast<double>(i)));
  t.input(x);
  return x;
}

}  // namespace

TEST_CASE("random programs of whole ranges have the derivatives of loops on duals") {
  const auto x = point();
  for (unsigned seed = 1; seed <= 150; ++seed) {
    CAPTURE(seed);
    const random_program<false> f{seed};
    const auto expected = dad::jacobian(random_program<true>{seed}, x, dad::forward);
    hold_every_way(f, x, expected);
  }
}

TEST_CASE("random programs of whole ranges have the Hessians of single operations") {
  const auto x = point();
  for (unsigned seed = 1; seed <= 40; ++seed) {
    CAPTURE(seed);
    REQUIRE(difference(dad::hessian(random_scalar<false>{seed}, x),
                       dad::hessian(random_scalar<true>{seed}, x)) == "");
  }
}

TEST_CASE("random programs of whole ranges have second derivatives along directions") {
  const auto x = point();
  std::vector<double> v;
  for (std::size_t i = 0; i < inputs; ++i) v.push_back(0.5 - 0.1 * static_cast<double>(i));
  for (unsigned seed = 1; seed <= 60; ++seed) {
    CAPTURE(seed);
    const random_scalar<false> f{seed};
    const random_scalar<true> by_loops{seed};
    const auto expected = dad::hvp(by_loops, x, v);
    REQUIRE(::difference(dad::hvp(f, x, v), expected, 1e-9, 1e-11) == "");
    // Gradients of duals, by operations and by assignments.
    const auto along = [&](const auto& g) {
      return dad::derivative(
          [&](const auto& t) {
            using S = std::remove_cvref_t<decltype(t)>;
            std::vector<S> moved;
            for (std::size_t i = 0; i < inputs; ++i) moved.push_back(x[i] + t * v[i]);
            const auto gradient = dad::gradient(g, moved);
            S sum(0.0);
            for (std::size_t i = 0; i < inputs; ++i) sum += gradient[i] * v[i];
            return sum;
          },
          0.0);
    };
    double curvature = 0.0;
    for (std::size_t i = 0; i < inputs; ++i) curvature += expected[i] * v[i];
    REQUIRE(along(f) == close_to(curvature, 1e-9, 1e-11));
    REQUIRE(along(dad::fused(f)) == close_to(curvature, 1e-9, 1e-11));
  }
}

TEST_CASE("log_sum_exp of long ranges, also where whole parts of them are -inf") {
  constexpr double inf = std::numeric_limits<double>::infinity();
  for (const std::size_t n : std::array<std::size_t, 6>{7, 8, 100, 512, 513, 1500}) {
    for (const std::size_t infinite_from : {std::size_t{0}, n, std::size_t{512}}) {
      CAPTURE(n, infinite_from);
      if (infinite_from == 0 && n > 512) continue;
      dad::tape<> t;
      const auto guard = t.activate();
      std::vector<var<>> x;
      for (std::size_t i = 0; i < n; ++i)
        x.push_back(i >= infinite_from && i < infinite_from + 600
                        ? -inf
                        : 300.0 * std::sin(static_cast<double>(i)) + (i > 700 ? 500.0 : 0.0));
      t.input(x);
      const var<> y = dad::log_sum_exp(x);
      long double largest = -std::numeric_limits<long double>::infinity(), sum = 0;
      for (const auto& v : x) largest = std::max(largest, static_cast<long double>(v.value()));
      for (const auto& v : x) sum += std::exp(v.value() - largest);
      if (infinite_from == 0) {
        CHECK(y.value() == -inf);
        continue;
      }
      CHECK(y.value() == close_to(static_cast<double>(largest + std::log(sum)), 1e-15));
      t.backward(y);
      for (const auto& v : x)
        REQUIRE(v.adjoint() ==
                close_to(static_cast<double>(std::exp(v.value() - largest) / sum), 1e-12, 1e-300));
    }
  }
  for (const double odd : {inf, std::numeric_limits<double>::quiet_NaN()}) {
    dad::tape<> t;
    const auto guard = t.activate();
    std::vector<var<>> x(700, 1.0);
    x[600] = odd;
    t.input(x);
    const double y = dad::log_sum_exp(x).value();
    CHECK((std::isnan(odd) ? std::isnan(y) : y == inf));
  }
  // Comparisons pass over a NaN: it counts all the same, also among elements of which none is larger.
  for (const std::size_t n : {std::size_t{3}, std::size_t{40}, std::size_t{700}})
    for (const double other : {-inf, 1.0, inf}) {
      CAPTURE(n, other);
      dad::tape<> t;
      const auto guard = t.activate();
      std::vector<var<>> x(n, other);
      x[0] = 2.0;
      x[n - 2] = std::numeric_limits<double>::quiet_NaN();
      t.input(x);
      const var<> y = dad::log_sum_exp(x);
      CHECK(std::isnan(y.value()));
      t.backward(y);
      for (const auto& v : x) REQUIRE(std::isnan(v.adjoint()));
    }
}

TEST_CASE("log_sum_exp of a long range with constants in it") {
  for (const std::size_t constant : {std::size_t{3}, std::size_t{900}, std::size_t{1999}}) {
    CAPTURE(constant);
    dad::tape<> t;
    const auto guard = t.activate();
    std::vector<var<>> x(2000, 0.0);
    for (std::size_t i = 0; i < x.size(); ++i) x[i] = std::sin(static_cast<double>(i));
    t.input(x);
    x[constant] = 2.0;
    double sum = 0.0;
    for (const auto& v : x) sum += std::exp(v.value());
    const var<> y = dad::log_sum_exp(x);
    CHECK(y.value() == close_to(std::log(sum), 1e-14));
    t.backward(y);
    for (std::size_t i = 0; i < x.size(); ++i)
      if (i != constant) REQUIRE(x[i].adjoint() == close_to(std::exp(x[i].value()) / sum, 1e-13));
  }
}

TEST_CASE("second derivatives of rows with many more arguments than words") {
  constexpr int times = 40;
  const auto f = [](const auto& x) {
    auto sum = 0.0 * x[0];
    for (int k = 0; k < times; ++k) sum += dad::dot(x, x) * dad::dot(x, x);
    return sum;
  };
  std::vector<double> x;
  for (std::size_t i = 0; i < 300; ++i) x.push_back(0.1 * std::sin(static_cast<double>(i)));
  const double square = dad::dot(x, x);
  const auto hessian = dad::hessian(f, x);
  for (std::size_t i = 0; i < x.size(); ++i)
    for (std::size_t j = 0; j < x.size(); ++j)
      REQUIRE(hessian(i, j) == close_to(times * (8 * x[i] * x[j] + (i == j ? 4 * square : 0)), 1e-9, 1e-12));
  const auto scaled = [](const auto& u) {
    auto y = u;
    for (auto& v : y) v = v * dad::dot(u, u);
    return y;
  };
  const auto jacobian = dad::jacobian(scaled, x, dad::reverse);
  for (std::size_t i = 0; i < x.size(); ++i)
    for (std::size_t j = 0; j < x.size(); ++j)
      REQUIRE(jacobian(i, j) == close_to(2 * x[i] * x[j] + (i == j ? square : 0), 1e-9, 1e-12));
}

TEST_CASE("a range of values at equal distances is one short row") {
  dad::tape<> t;
  const auto guard = t.activate();
  const auto x = active(t, 2000);
  const auto row_of = [&](auto&& f) {
    const auto before = t.position();
    const var<> y = f();
    const auto s = t.statistics(before);
    t.backward(y);
    return s;
  };
  SECTION("neighbours") {
    const auto s = row_of([&] { return dot(std::span(x).first(1000), std::span(x).last(1000)); });
    CHECK(s.statements == 1);
    CHECK(s.arguments == 2000);
    CHECK(s.partials == 0);
    CHECK(s.bytes == 24);
    for (std::size_t i = 0; i < 1000; ++i) {
      REQUIRE(x[i].adjoint() == x[i + 1000].value());
      REQUIRE(x[i + 1000].adjoint() == x[i].value());
    }
  }
  SECTION("the same range twice, which is twice each value") {
    const auto s = row_of([&] { return dot(x, x); });
    CHECK(s.bytes == 24);
    for (const auto& v : x) REQUIRE(v.adjoint() == 2.0 * v.value());
  }
  SECTION("a column, and a range from its end") {
    std::vector<var<>> column, backwards;
    for (std::size_t i = 0; i < 50; ++i) {
      column.push_back(x[40 * i]);
      backwards.push_back(x[1999 - i]);
    }
    const auto s = row_of([&] { return dot(column, backwards); });
    CHECK(s.bytes == 24);
    CHECK(x[40].adjoint() == x[1998].value());
    CHECK(x[1998].adjoint() == x[40].value());
    CHECK(x[1960].adjoint() == column[39].value() + backwards[49].value());  // in both ranges
    CHECK(x[41].adjoint() == 0.0);
  }
  SECTION("with constants: a partial for each, in parts of 126") {
    const std::vector<double> w(2000, 1.5);
    const auto s = row_of([&] { return dot(w, x); });
    CHECK(s.statements == 16);
    CHECK(s.partials == 2000);
    CHECK(s.arguments == 2000 + 15);
    for (const auto& v : x) REQUIRE(v.adjoint() == 1.5);
  }
  SECTION("any others: a word for each") {
    std::vector<var<>> a(x.begin(), x.begin() + 100), b(x.begin() + 100, x.begin() + 200);
    std::swap(a[3], a[70]);
    const auto s = row_of([&] { return dot(a, b); });
    CHECK(s.statements == 2);
    CHECK(s.arguments == 200 + 1);
    CHECK(s.partials == 0);
    CHECK(a[3].adjoint() == b[3].value());
    CHECK(b[70].adjoint() == x[3].value());
  }
}

TEST_CASE("ranges of older stretches, and ranges that go from one into another") {
  dad::tape<> t;
  const auto guard = t.activate();
  const auto x = active(t, 20);
  std::vector<var<>> made;
  for (const auto& v : x) made.push_back(2.0 * v);
  const auto place = t.position();
  for (int k = 0; k < 3; ++k) {
    t.rewind(place);
    std::vector<var<>> now, mixed(x.begin(), x.begin() + 10);
    for (const auto& v : made) now.push_back(v + static_cast<double>(k));
    mixed.insert(mixed.end(), now.begin() + 10, now.end());
    t.accumulate(dot(x, made) + dot(now, x) + dot(mixed, std::vector<double>(20, 100.0)), 1.0, place);
  }
  for (std::size_t i = 0; i < 20; ++i) {
    CAPTURE(i);
    const double v = x[i].value();
    CHECK(x[i].adjoint() ==
          close_to(3 * 2 * v + (3 * 2 * v + 0.0 + 1.0 + 2.0) + (i < 10 ? 300.0 : 0.0), 1e-12, 1e-12));
    CHECK(made[i].adjoint() == close_to(3 * v + 3 * v + (i < 10 ? 0.0 : 300.0), 1e-12, 1e-12));
  }
}

TEST_CASE("what a region of few inputs and outputs has of ranges is preaccumulated") {
  dad::tape<> t;
  const auto guard = t.activate();
  const auto x = active(t, 30);
  var<> y;
  {
    dad::preaccumulation region(y);
    std::vector<var<>> squares;
    for (const auto& v : x) squares.push_back(v * v);
    y = exp(-dot(squares, x)) * norm(squares);
  }
  t.backward(y);
  const auto expected = dad::gradient(
      [](const auto& u) {
        auto cubes = u[0] * u[0] * u[0], fourth = cubes * u[0];
        for (std::size_t i = 1; i < u.size(); ++i) {
          cubes = cubes + u[i] * u[i] * u[i];
          fourth = fourth + u[i] * u[i] * u[i] * u[i];
        }
        return exp(-cubes) * sqrt(fourth);
      },
      [&] {
        std::vector<double> values;
        for (const auto& v : x) values.push_back(v.value());
        return values;
      }());
  for (std::size_t i = 0; i < x.size(); ++i) CHECK(x[i].adjoint() == close_to(expected[i]));
}

TEMPLATE_TEST_CASE("short rows of many partials leave room for what comes after them", "", var<>,
                   dad::fused_var<>) {
  const std::vector<double> w(100, 0.01);
  for (const int operations : {1, 5, 60}) {
    CAPTURE(operations);
    dad::tape<> t;
    const auto guard = t.activate();
    std::vector<TestType> x(100, 0.5);
    t.input(x);
    TestType sum(0.0);
    for (int i = 0; i < 300; ++i) {
      const TestType mean = dot(x, w);
      TestType y = mean;
      for (int k = 0; k < operations; ++k) y = exp(y - mean) * 0.5;
      sum += mean + y * 0.0;
    }
    t.backward(var<>(sum));
    for (const auto& v : x) REQUIRE(v.adjoint() == close_to(3.0));
    CHECK(sum.value() == close_to(150.0));
  }
}

TEMPLATE_TEST_CASE("elements that are added to afterwards are others", "", var<>, dad::fused_var<>) {
  dad::tape<> t;
  const auto guard = t.activate();
  std::vector<TestType> x(20, 0.5), sums(20);
  t.input(x);
  for (std::size_t i = 0; i < 20; ++i) sums[i] += x[i] * x[i];  // nobody else knows these
  const std::vector<double> w(20, 3.0);
  const TestType weighted = dot(sums, w), length = dad::norm(sums), squared = dot(sums, x);
  for (std::size_t i = 0; i < 20; ++i) sums[i] += 100.0 * x[0];
  t.backward(var<>(weighted));
  for (const auto& v : x) CHECK(v.adjoint() == 3.0);
  t.backward(var<>(length));
  for (const auto& v : x) CHECK(v.adjoint() == close_to(1.0 / std::sqrt(20.0)));
  t.backward(var<>(squared));
  for (const auto& v : x) CHECK(v.adjoint() == close_to(0.75));
  t.backward(var<>(TestType(dot(sums, w))));
  CHECK(x[0].adjoint() == 3.0 + 20 * 300.0);
  CHECK(x[1].adjoint() == 3.0);
}

TEST_CASE("ranges of constants record nothing, with and without a tape") {
  const auto are_passive = [] {
    for (const std::size_t n : {0u, 1u, 5u, 8u, 200u}) {
      const std::vector<var<>> a(n, 2.0);
      const std::vector<double> w(n, 0.5);
      CHECK_FALSE(dot(a, a).is_active());
      CHECK_FALSE(dot(a, w).is_active());
      CHECK_FALSE(norm(a).is_active());
      CHECK_FALSE(log_sum_exp(a).is_active());
      CHECK(dot(a, a).value() == 4.0 * static_cast<double>(n));
    }
  };
  are_passive();
  dad::tape<> t;
  const auto guard = t.activate();
  are_passive();
  CHECK(t.statistics().statements == 0);
  var<> x = 1.0;
  t.input(x);
  are_passive();
  t.clear();
  are_passive();
  CHECK(t.statistics().statements == 0);
}

TEST_CASE("ranges of another recording are refused by name") {
  dad::tape<> t, other;
  std::vector<var<>> foreign;
  {
    const auto guard = other.activate();
    foreign = active(other, 10);
  }
  const auto guard = t.activate();
  auto x = active(t, 10);
  CHECK_THROWS_AS(dot(x, foreign), dad::tape_error);
  CHECK_THROWS_AS(norm(foreign), dad::tape_error);
  CHECK_THROWS_AS(log_sum_exp(foreign), dad::tape_error);
  CHECK_THROWS_WITH(dot(foreign, std::vector<double>(10, 1.0)), Catch::Contains("dot"));
  x[4] = foreign[4];
  CHECK_THROWS_AS(dot(x, std::vector<double>(10, 1.0)), dad::tape_error);
  CHECK_THROWS_AS(dot(x, x), dad::tape_error);
  t.clear();
  CHECK_THROWS_AS(norm(x), dad::tape_error);
  CHECK(t.statistics().statements == 0);
}
