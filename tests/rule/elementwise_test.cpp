// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// Functions applied element by element: every way through a recording, against the same functions written as
// loops.

#include <array>
#include <cmath>
#include <cstddef>
#include <limits>
#include <numeric>
#include <random>
#include <span>
#include <vector>

#include "catch.hpp"
#include "core/close.hpp"
#include "reverse/every_way.hpp"

#include <dad/dad.hpp>
#include <dad/fused.hpp>

using dad::var;

namespace {

constexpr std::size_t inputs = 11;

std::vector<double> point(std::size_t n = inputs) {
  std::vector<double> x;
  for (std::size_t i = 0; i < n; ++i) x.push_back(0.9 * std::sin(1.0 + 2.0 * static_cast<double>(i)));
  return x;
}

template <class A>
decltype(auto) at(const A& a, std::size_t i) {
  if constexpr (dad::number<A>)
    return static_cast<const A&>(a);
  else
    return a[i];
}

/// f element by element, as dad has it or as a loop.
template <bool ByLoops, class T, class F, class... A>
std::vector<T> applied(std::size_t n, const F& f, const A&... a) {
  std::vector<T> y(n);
  if constexpr (ByLoops)
    for (std::size_t i = 0; i < n; ++i) y[i] = f(T(at(a, i))...);
  else
    dad::elementwise_into(y, f, a...);
  return y;
}

/// Values of which some were made in a row, and operands of all kinds made of them: neighbours, every third,
/// backwards, one value again and again, any, any with constants between, plain numbers, constants, and
/// single values.
template <bool ByLoops>
struct random_program {
  unsigned seed;

  template <class T>
  std::vector<T> operator()(const std::vector<T>& x) const {
    std::mt19937 random(seed);
    const auto below = [&](std::size_t n) { return std::size_t{random()} % n; };
    std::vector<T> pool = x;
    for (std::size_t i = 0; i < 90; ++i)
      pool.push_back(T(x[below(inputs)] * (0.01 * static_cast<double>(i % 17) - 0.1)));
    const auto range = [&](std::size_t count) {
      const std::size_t kind = below(8), first = below(pool.size());
      std::vector<T> r;
      for (std::size_t i = 0; i < count; ++i)
        r.push_back(kind <= 2                 ? pool[(first + i) % pool.size()]
                    : kind == 3               ? pool[(first + 3 * i) % pool.size()]
                    : kind == 4               ? pool[pool.size() - 1 - (first + i) % pool.size()]
                    : kind == 5               ? pool[first]
                    : kind == 6 && i % 5 == 2 ? T(0.25)
                                              : pool[below(pool.size())]);
      return r;
    };
    const auto plain = [&](std::size_t count) {
      std::vector<double> r(count);
      for (double& v : r) v = 0.01 * static_cast<double>(below(100));
      return r;
    };
    for (int step = 0; step < 10; ++step) {
      const std::size_t n = std::array<std::size_t, 8>{1, 2, 7, 8, 9, 16, 23, 60}[below(8)];
      std::vector<T> y;
      const T one = pool[below(pool.size())];
      const auto a = range(n), b = range(n), constants = std::vector<T>(n, T(0.5));
      const auto w = plain(n);
      switch (below(8)) {
        case 7: {  // values that are added to afterwards, where they are no operands any more
          T sum = T(one * one);
          std::vector<T> sums(n);
          for (std::size_t i = 0; i < n; ++i) sums[i] = T(a[i] * b[i]);
          if (step % 2 == 0) std::swap(sums[0], sums[n / 2]);
          y = applied<ByLoops, T>(
              n, [](const auto& u, const auto& v) { return sin(u) * v; }, sums, sum);
          sum += 0.5 * one;
          for (T& v : sums) v += T(0.25 * one);
          pool.push_back(sum);
          for (const T& v : sums) pool.push_back(v);
          break;
        }
        case 0:
          y = applied<ByLoops, T>(
              n, [](const auto& u, const auto& v) { return tanh(u * v + 0.1); }, a, b);
          break;
        case 1:
          y = applied<ByLoops, T>(
              n, [](const auto& u, const auto& v, const auto& c) { return u - 0.5 * v + c; }, a, b, w);
          break;
        case 2:
          y = applied<ByLoops, T>(
              n, [](const auto& u, const auto& s) { return u * sin(s) / (2 + u * u); }, a, one);
          break;
        case 3:
          y = applied<ByLoops, T>(
              n,
              [](const auto& s, const auto& c, const auto& u, const auto& k) { return s * c + exp(u) * k; },
              one, w, b, constants);
          break;
        case 4:
          y = applied<ByLoops, T>(
              n, [](const auto& u, const auto& v) { return select(u < v, u * u, sqrt(v + 2.0) - u); }, a, b);
          break;
        case 5:
          y = applied<ByLoops, T>(
              n, [](const auto& u, const auto& v) { return 0.3 * max(u, v) - abs(v); }, a, a);
          break;
        default:
          y = applied<ByLoops, T>(
              n, [](const auto&, const auto&) { return 0.75; }, a, one);
      }
      if (step % 3 == 0) y[0] = T(y[0] * one);  // the newest results go on, one by one too
      for (const T& v : y) pool.push_back(T(0.5 * v));
      pool.insert(pool.end(), y.begin(), y.end());
    }
    return {pool.end() - 5, pool.end()};
  }
};

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
  for (const double v : point(n)) x.push_back(v);
  t.input(x);
  return x;
}

constexpr auto product = [](const auto& a, const auto& b) { return a * b; };

}  // namespace

TEST_CASE("random elementwise programs have the derivatives of loops on duals") {
  const auto x = point();
  for (unsigned seed = 1; seed <= 200; ++seed) {
    CAPTURE(seed);
    const random_program<false> f{seed};
    const auto expected = dad::jacobian(random_program<true>{seed}, x, dad::forward);
    REQUIRE(difference(dad::jacobian(f, x, dad::forward), expected) == "");
    hold_every_way(f, x, expected);
  }
}

TEST_CASE("random elementwise programs have the second derivatives of loops") {
  const auto x = point();
  std::vector<double> v;
  for (std::size_t i = 0; i < inputs; ++i) v.push_back(0.5 - 0.1 * static_cast<double>(i));
  for (unsigned seed = 1; seed <= 60; ++seed) {
    CAPTURE(seed);
    const random_scalar<false> f{seed};
    const random_scalar<true> by_loops{seed};
    REQUIRE(difference(dad::hessian(f, x), dad::hessian(by_loops, x)) == "");
    const auto expected = dad::hvp(by_loops, x, v);
    REQUIRE(::difference(dad::hvp(f, x, v), expected, 1e-9, 1e-11) == "");
    // Forward over reverse by hand: duals on a tape.
    dad::tape<dad::dual<>> t;
    const auto guard = t.activate();
    std::vector<var<dad::dual<>>> u;
    for (std::size_t i = 0; i < inputs; ++i) u.emplace_back(dad::dual<>(x[i], v[i]));
    t.input(u);
    const auto y = f(u);
    t.backward(y);
    std::vector<double> product_by_hand;
    for (const auto& ui : u) product_by_hand.push_back(ui.adjoint().tangent());
    REQUIRE(::difference(product_by_hand, expected, 1e-9, 1e-11) == "");
  }
}

TEST_CASE("duals of several directions on a tape go element by element") {
  using number = dad::dual<double, 3>;
  dad::tape<number> t;
  const auto guard = t.activate();
  std::vector<var<number>> x;
  for (std::size_t i = 0; i < 20; ++i) {
    number xi(0.1 * static_cast<double>(i) - 0.7);
    for (std::size_t k = 0; k < 3; ++k) xi.tangent(k) = static_cast<double>(i % (k + 2));
    x.emplace_back(xi);
  }
  t.input(x);
  var<number> one = x[3];
  const auto y = dad::elementwise([](const auto& a, const auto& b) { return sin(a) * b * a; }, x, one);
  t.backward(y, std::vector<number>(20, number(1.0, 0.5, 0.0, -1.0)));
  std::vector<var<number>> loop;
  std::vector<number> adjoints;
  for (const auto& xi : x) adjoints.push_back(xi.adjoint());
  for (const auto& xi : x) loop.push_back(sin(xi) * one * xi);
  t.backward(loop, std::vector<number>(20, number(1.0, 0.5, 0.0, -1.0)));
  for (std::size_t i = 0; i < 20; ++i) {
    CAPTURE(i);
    CHECK(adjoints[i].value() == close_to(x[i].adjoint().value(), 1e-12, 1e-13));
    for (std::size_t k = 0; k < 3; ++k)
      CHECK(adjoints[i].tangent(k) == close_to(x[i].adjoint().tangent(k), 1e-12, 1e-12));
  }
}

TEST_CASE("all results are one short row, and equal partials are one") {
  dad::tape<> t;
  const auto guard = t.activate();
  const auto x = active(t, 300);
  const std::span a = std::span(x).first(100), b = std::span(x).subspan(100, 100);
  const auto row_of = [&](auto&& make) {
    const auto before = t.position();
    const auto y = make();
    return t.statistics(before);
  };
  SECTION("a partial for each element and operand") {
    const auto s = row_of([&] { return dad::elementwise(product, a, b); });
    CHECK(s.statements == 100);
    CHECK(s.arguments == 200);
    CHECK(s.partials == 200);
    CHECK(s.bytes == 200 * 8 + 7 * 4);
  }
  SECTION("where partials are the same for all, one") {
    const auto s = row_of([&] {
      return dad::elementwise([](const auto& u, const auto& v, const auto& w) { return u + v * w - 0.5 * w; },
                              a, b, x[250]);
    });
    CHECK(s.statements == 100);
    CHECK(s.arguments == 300);
    CHECK(s.partials == 1 + 1 + 100);
  }
  SECTION("constants have no place") {
    const std::vector<double> w(100, 2.0);
    const auto s = row_of([&] { return dad::elementwise(product, w, b); });
    CHECK(s.arguments == 100);
    CHECK(s.partials == 1);
  }
  SECTION("values at no equal distances have a row for each element") {
    std::vector<var<>> mixed(a.begin(), a.end());
    std::swap(mixed[3], mixed[70]);
    const auto s = row_of([&] { return dad::elementwise(product, mixed, b); });
    CHECK(s.statements == 100);
    CHECK(s.arguments == 200);
    CHECK(s.partials == 200);
    CHECK(s.bytes >= 300 * 4);
  }
}

TEST_CASE("partials that are equal, that only begin so, and that are left out") {
  // By the operands in their order: equal; different; equal at first; different, of passive variables; equal.
  const auto f = [](const auto& a, const auto& b, const auto& c, const auto& d, const auto& e,
                    const auto& by_b, const auto& by_c) { return 3.0 * a + by_b * b + by_c * c + d * d - e; };
  for (const std::size_t n : {1u, 5u, 8u, 9u, 40u, 300u})
    for (const std::size_t differ_from : {0u, 4u, 8u, 30u, 299u, 1000u}) {
      CAPTURE(n, differ_from);
      std::vector<double> by_b(n), by_c(n);
      for (std::size_t i = 0; i < n; ++i) {
        by_b[i] = 1.5 + static_cast<double>(i);
        by_c[i] = i < differ_from ? -2.0 : 0.25 * static_cast<double>(i);
      }
      dad::tape<> t;
      const auto guard = t.activate();
      std::vector<var<>> a(n, 1.0), b(n, 2.0), c(n, 3.0), d(n, 4.0), e(n, 5.0), y(n);
      for (auto* range : {&a, &b, &c, &e}) t.input(*range);
      dad::elementwise_into(y, f, a, b, c, d, e, by_b, by_c);
      var<> sum = 0.0;
      for (std::size_t i = 0; i < n; ++i) {
        CHECK(y[i].value() == 3.0 + 2.0 * by_b[i] + 3.0 * by_c[i] + 16.0 - 5.0);
        sum += (1.0 + static_cast<double>(i)) * y[i];
      }
      t.backward(sum);
      for (std::size_t i = 0; i < n; ++i) {
        const double adjoint = 1.0 + static_cast<double>(i);
        CHECK(a[i].adjoint() == 3.0 * adjoint);
        CHECK(b[i].adjoint() == by_b[i] * adjoint);
        CHECK(c[i].adjoint() == by_c[i] * adjoint);
        CHECK(e[i].adjoint() == -adjoint);
      }
    }
}

TEMPLATE_TEST_CASE("a range with a few breaks has a row for each piece", "", var<>, dad::fused_var<>) {
  using T = TestType;
  constexpr std::size_t n = 66, inner = n - 2;
  constexpr auto diffuse = [](const auto& left, const auto& own, const auto& right,
                              const auto& conductivity) {
    return own + conductivity * (left - 2.0 * own + right);
  };
  const auto start = point(n);
  for (const bool ends_are_inputs : {true, false}) {
    CAPTURE(ends_are_inputs);
    dad::tape<> t;
    const auto guard = t.activate();
    std::vector<T> x(start.begin(), start.end());
    T conductivity = 0.2;
    t.input(conductivity);
    auto inputs_of_rod = std::span(x).subspan(ends_are_inputs ? 0 : 1, ends_are_inputs ? n : inner);
    t.input(inputs_of_rod);
    auto rod = x, by_loop = x;
    const auto before = t.statistics();
    for (int step = 0; step < 4; ++step) {
      const std::span all(rod);
      dad::elementwise_into(all.subspan(1, inner), diffuse, all.first(inner), all.subspan(1, inner),
                            all.last(inner), conductivity);
    }
    const auto after = t.statistics();
    CHECK(after.statements - before.statements == 4 * inner);
    CHECK(after.arguments - before.arguments == 4 * (4 * inner - (ends_are_inputs ? 0 : 2)));
    // Partials but those by the conductivity are the same for all; there are at most four pieces.
    CHECK(after.partials - before.partials <= 4 * (inner + 3 * 4));
    std::vector<double> seeds;
    for (std::size_t i = 0; i < n; ++i) seeds.push_back(0.5 + 0.25 * static_cast<double>(i % 5));
    const auto active_inside = [&](const auto& range) {
      return std::vector<T>(range.begin() + 1, range.end() - 1);
    };
    t.backward(active_inside(rod), std::vector<double>(seeds.begin() + 1, seeds.end() - 1));
    std::vector<double> adjoints{conductivity.adjoint()};
    for (std::size_t i = ends_are_inputs ? 0 : 1; i < (ends_are_inputs ? n : n - 1); ++i)
      adjoints.push_back(x[i].adjoint());
    for (int step = 0; step < 4; ++step) {
      const auto last = by_loop;
      for (std::size_t i = 1; i + 1 < n; ++i)
        by_loop[i] = T(last[i] + conductivity * (last[i - 1] - 2.0 * last[i] + last[i + 1]));
    }
    t.backward(active_inside(by_loop), std::vector<double>(seeds.begin() + 1, seeds.end() - 1));
    std::vector<double> expected{conductivity.adjoint()};
    for (std::size_t i = ends_are_inputs ? 0 : 1; i < (ends_are_inputs ? n : n - 1); ++i)
      expected.push_back(x[i].adjoint());
    CHECK_ROW(adjoints, expected, 1e-12, 1e-13);
    for (std::size_t i = 0; i < n; ++i)
      CHECK(dad::value(rod[i]) == close_to(dad::value(by_loop[i]), 1e-14, 1e-15));
  }
}

TEST_CASE("any number of elements") {
  for (std::size_t n = 0; n <= 40; ++n) {
    CAPTURE(n);
    dad::tape<> t;
    const auto guard = t.activate();
    std::vector<var<>> x;  // eighths: no product or sum is rounded, contracted or not
    for (std::size_t i = 0; i <= 2 * n; ++i) x.push_back(0.125 * static_cast<double>(5 * i % 17) - 1.0);
    t.input(x);
    const std::span a = std::span(x).first(n), b = std::span(x).subspan(n, n);
    const auto y = dad::elementwise([](const auto& u, const auto& v, const auto& w) { return u * v + w * w; },
                                    a, b, x[2 * n]);
    REQUIRE(y.size() == n);
    if (n == 0) continue;
    std::vector<double> seeds;
    for (std::size_t i = 0; i < n; ++i) seeds.push_back(1.0 + static_cast<double>(i));
    t.backward(y, seeds);
    for (std::size_t i = 0; i < n; ++i) {
      REQUIRE(y[i].value() == a[i].value() * b[i].value() + x[2 * n].value() * x[2 * n].value());
      REQUIRE(a[i].adjoint() == close_to(seeds[i] * b[i].value()));
      REQUIRE(b[i].adjoint() == close_to(seeds[i] * a[i].value()));
    }
    const double sum = std::accumulate(seeds.begin(), seeds.end(), 0.0);
    REQUIRE(x[2 * n].adjoint() == close_to(sum * 2.0 * x[2 * n].value()));
  }
}

TEMPLATE_TEST_CASE("the range that is written may be an operand, also moved by some places", "", double,
                   dad::dual<>, var<>, dad::fused_var<>, var<float>) {
  using T = TestType;
  using plain = dad::plain_t<T>;
  dad::tape<plain> t;
  const auto guard = t.activate();
  std::vector<T> x;
  for (std::size_t i = 0; i < 30; ++i) x.push_back(plain(0.25) * static_cast<plain>(i));
  if constexpr (dad::scalar<T> && !std::is_same_v<T, dad::dual<>>) t.input(x);
  const auto before = x;
  dad::elementwise_into(
      std::span(x).last(29), [](const auto& a, const auto& b) { return a + b * b; }, std::span(x).first(29),
      std::span(x).last(29));
  CHECK(dad::value(x[0]) == 0);
  for (std::size_t i = 1; i < 30; ++i)
    REQUIRE(dad::value(x[i]) == dad::value(before[i - 1]) + dad::value(before[i]) * dad::value(before[i]));
  if constexpr (dad::scalar<T> && !std::is_same_v<T, dad::dual<>>) {
    t.backward(x[7]);
    CHECK(before[6].adjoint() == 1);
    CHECK(before[7].adjoint() == 2 * before[7].value());
    CHECK(before[8].adjoint() == 0);
  }
}

TEST_CASE("numbers that no tape records: integers, floats, computed ranges, passive variables") {
  const auto squares = dad::elementwise([](const auto& i) { return i * i; }, std::array{1, 2, 3});
  static_assert(std::is_same_v<decltype(squares), const std::vector<double>>);
  CHECK(squares == std::vector<double>{1, 4, 9});
  const auto floats = dad::elementwise(product, std::vector<float>{1.5f, 2.5f}, 2.0f);
  static_assert(std::is_same_v<decltype(floats), const std::vector<float>>);
  CHECK(floats == std::vector<float>{3.0f, 5.0f});
  struct computed {
    static std::size_t size() { return 20; }
    double operator[](std::size_t i) const { return 0.5 * static_cast<double>(i); }
  };
  const auto sums = dad::elementwise([](const auto& a, const auto& b) { return a + b; }, computed{}, 1);
  for (std::size_t i = 0; i < 20; ++i) CHECK(sums[i] == 0.5 * static_cast<double>(i) + 1.0);

  const std::vector<var<>> passive(12, 3.0);
  const auto without_tape = dad::elementwise(product, passive, 2.0);
  CHECK(without_tape[11].value() == 6.0);
  CHECK(!without_tape[11].is_active());
  dad::tape<> t;
  const auto guard = t.activate();
  const auto x = active(t, 12);
  CHECK(!dad::elementwise(product, passive, passive)[3].is_active());
  const auto y = dad::elementwise(product, passive, x);
  t.backward(y[5]);
  CHECK(x[5].adjoint() == 3.0);
  CHECK(x[4].adjoint() == 0.0);
  struct computed_variables {
    const std::vector<var<>>& of;
    [[nodiscard]] std::size_t size() const { return of.size(); }
    var<> operator[](std::size_t i) const { return 2.0 * of[i]; }
  };
  const auto z = dad::elementwise(product, computed_variables{x}, x);
  t.backward(z[5]);
  CHECK(x[5].adjoint() == close_to(4.0 * x[5].value()));
}

TEST_CASE("a float tape and a tape of a tape go element by element") {
  dad::tape<float> t;
  const auto guard = t.activate();
  std::vector<var<float>> x{0.5f, 1.5f, 2.5f};
  t.input(x);
  const auto y = dad::elementwise([](const auto& a, const auto& b) { return exp(a) * b; }, x, x[1]);
  t.backward(y, std::vector<float>{1.0f, 1.0f, 1.0f});
  CHECK(x[0].adjoint() == close_to(std::exp(0.5) * 1.5, 1e-6));
  CHECK(x[1].adjoint() == close_to(std::exp(0.5) + std::exp(1.5) * 2.5 + std::exp(2.5), 1e-6));
}

TEST_CASE("values have the same bits in plain numbers, in duals and on the tape") {
  const auto x = point(21);
  constexpr auto f = [](const auto& a, const auto& b) { return tanh(a) * exp(b) + sigmoid(a * b); };
  const auto values_of = [&]<class T>(std::vector<T> u) {
    std::vector<double> values;
    for (const auto& y : dad::elementwise(f, u, u[4])) values.push_back(dad::value(y));
    return values;
  };
  dad::tape<> t;
  const auto guard = t.activate();
  const auto plain = values_of(x);
  CHECK(values_of(std::vector<dad::dual<>>(x.begin(), x.end())) == plain);
  CHECK(values_of(active(t, 21)) == plain);
  auto irregular = active(t, 21);
  std::swap(irregular[0], irregular[9]);
  std::swap(irregular[2], irregular[17]);
  auto by_rows = values_of(irregular);
  std::swap(by_rows[0], by_rows[9]);
  std::swap(by_rows[2], by_rows[17]);
  CHECK(by_rows == plain);
}

TEST_CASE("a result that nobody uses brings nothing, whatever its partials are") {
  dad::tape<> t;
  const auto guard = t.activate();
  std::vector<var<>> x(23, 0.0);  // no multiple of what is computed at once
  var<> scale = 2.0;
  x[7] = 4.0;
  t.input(x);
  t.input(scale);
  const auto y = dad::elementwise([](const auto& a, const auto& b) { return sqrt(a) * b; }, x, scale);
  t.backward(y[7]);
  CHECK(x[7].adjoint() == 2.0 / (2.0 * 2.0));
  for (const std::size_t i : std::array<std::size_t, 7>{0, 6, 8, 16, 20, 21, 22})
    CHECK(x[i].adjoint() == 0.0);
  CHECK(scale.adjoint() == 2.0);
  // What select leaves aside has no influence.
  const auto z = dad::elementwise([](const auto& a) { return select(a > 0.0, sqrt(a), 3.0 * a); }, x);
  t.backward(z, std::vector<double>(23, 1.0));
  CHECK(x[7].adjoint() == 0.25);
  CHECK(x[8].adjoint() == 3.0);
}

TEST_CASE("variables of several stretches, rewinding, and places between") {
  dad::tape<> t;
  const auto guard = t.activate();
  const auto x = active(t, 40);
  const std::span a = std::span(x).first(20), b = std::span(x).last(20);
  const auto doubled = dad::elementwise([](const auto& v) { return 2.0 * v; }, a);
  const auto place = t.position();
  for (int k = 1; k <= 3; ++k) {
    t.rewind(place);
    const auto now = dad::elementwise(product, doubled, b);
    std::vector<var<>> mixed(doubled.begin(), doubled.begin() + 10);
    mixed.insert(mixed.end(), now.begin() + 10, now.end());
    const auto later = dad::elementwise([k](const auto& u, const auto& v) { return u * v * k; }, mixed, now);
    var<> sum = 0.0;
    for (const auto& v : later) sum += v;
    t.accumulate(sum, 1.0, place);
  }
  for (std::size_t i = 0; i < 20; ++i) {
    CAPTURE(i);
    const double u = doubled[i].value(), v = b[i].value();  // k u (u v) and k (u v)^2, for k = 1, 2, 3
    CHECK(doubled[i].adjoint() == close_to(6.0 * (i < 10 ? 2.0 * u * v : 2.0 * u * v * v)));
    CHECK(b[i].adjoint() == close_to(6.0 * (i < 10 ? u * u : 2.0 * u * u * v)));
  }
}

TEST_CASE("elementwise rows inside of a region that is preaccumulated, of rules and of checkpoints") {
  dad::tape<> t;
  const auto guard = t.activate();
  const auto x = active(t, 24);
  const auto f = [](const auto& u) {
    const auto y = dad::elementwise([](const auto& a, const auto& b) { return sin(a) * b; }, u, u[0]);
    auto sum = y[0] * 1.0;
    for (std::size_t i = 1; i < y.size(); ++i) sum = sum + y[i] * y[i - 1];
    return sum;
  };
  var<> y;
  {
    dad::preaccumulation region(y);
    y = f(x);
  }
  t.backward(y);
  const auto loop = [](const auto& u) {
    auto before = sin(u[0]) * u[0], sum = before;
    for (std::size_t i = 1; i < u.size(); ++i) {
      auto now = sin(u[i]) * u[0];
      sum = sum + now * before;
      before = now;
    }
    return sum;
  };
  const auto expected = dad::gradient(loop, point(24));
  for (std::size_t i = 0; i < 24; ++i) CHECK(x[i].adjoint() == close_to(expected[i]));
  CHECK_ROW(dad::gradient(dad::checkpoint(f), point(24)), expected);
  const std::vector<std::vector<double>> many(30, point(24));
  const auto batch = dad::batch_eval(f, many);
  CHECK_ROW(batch[29].gradient, expected, 1e-10, 1e-12);
}

TEST_CASE("long ranges, and short rows behind them") {
  dad::tape<> t;
  const auto guard = t.activate();
  const std::size_t n = 200'000;
  std::vector<var<>> x(n, 0.5);
  t.input(x);
  var<> scale = 3.0;
  t.input(scale);
  const auto y =
      dad::elementwise([](const auto& a, const auto& b, const auto& c) { return a * b * c; }, x, x, scale);
  var<> sum = 0.0;
  for (std::size_t i = 0; i < n; ++i) sum += y[i] * x[i];
  t.backward(sum);
  CHECK(x[0].adjoint() == 3 * 0.25 * 3.0);
  CHECK(x[n - 1].adjoint() == 3 * 0.25 * 3.0);
  CHECK(scale.adjoint() == close_to(0.125 * static_cast<double>(n)));
}

TEMPLATE_TEST_CASE("operations fill what room an elementwise row leaves", "", var<>, dad::fused_var<>) {
  using T = TestType;
  for (const std::size_t n : std::array<std::size_t, 7>{1, 7, 60, 300, 380, 450, 900}) {
    CAPTURE(n);
    dad::tape<> t;
    const auto guard = t.activate();
    const auto values = point(n);
    std::vector<T> x(values.begin(), values.end());
    t.input(x);
    T sum = 0.0;
    for (int k = 0; k < 4; ++k) {
      const auto y =
          dad::elementwise([](const auto& a, const auto& b) { return 0.5 * sin(a) * cos(b); }, x, x);
      T z = y[n / 2];
      for (int i = 0; i < 600; ++i) z = T(1.0 + 0.5 * sin(z));
      sum += z;
    }
    t.backward(sum);
    REQUIRE(std::isfinite(x[n / 2].adjoint()));
    REQUIRE(sum.value() == close_to(4 * (1.0 + 0.5 * std::sin(0.25 * sum.value())), 1e-12));
  }
}

TEST_CASE("ranges of different sizes, and what does not belong to the recording, are errors") {
  dad::tape<> t;
  const auto guard = t.activate();
  const auto x = active(t, 10);
  const auto statements = t.statistics().statements;
  const auto apply = [&](const auto& a, const auto& b) { return dad::elementwise(product, a, b); };
  REQUIRE_THROWS_WITH(apply(x, std::vector<double>(9)),
                      "dad: range 2 of elementwise has 9 entries, expected 10");
  std::vector<var<>> y(3);
  REQUIRE_THROWS_WITH(dad::elementwise_into(y, product, x, x),
                      "dad: the range that elementwise writes has 3 entries, expected 10");
  REQUIRE_THROWS_AS(dad::elementwise_into(y, product, x, x), dad::shape_error);
  std::vector<var<>> foreign;
  {
    dad::tape<> other;
    const auto other_guard = other.activate();
    foreign = active(other, 10);
    REQUIRE_THROWS_AS(apply(x, foreign), dad::tape_error);
  }
  REQUIRE_THROWS_AS(apply(foreign, x), dad::tape_error);
  struct broken {};
  const auto before = x;
  REQUIRE_THROWS_AS(dad::elementwise([](const auto& a) -> decltype(a + 0.0) { throw broken{}; }, x), broken);
  REQUIRE_THROWS_WITH(dad::elementwise([&](const auto& a) { return (void)(x[0] * x[1]), a * 2.0; }, x),
                      "dad: a function of elementwise records on the tape of its operands");
  t.backward(apply(x, before)[4]);
  CHECK(x[4].adjoint() == 2.0 * x[4].value());
  CHECK(t.statistics().statements >= statements + 10);
}

TEST_CASE("who watches sees each element") {
  const auto f = [](const auto& x) {
    const auto y = dad::elementwise([](const auto& a, const auto& b) { return log(a) * b; }, x, x[1]);
    auto sum = y[0] * 1.0;
    for (std::size_t i = 1; i < y.size(); ++i) sum = sum + y[i];
    return sum;
  };
  const auto found = dad::find_nonfinite(f, std::vector<double>{1.0, 2.0, -1.0, 3.0});
  REQUIRE(found);
  CHECK(found.text().find("elementwise") != std::string::npos);
  CHECK(!dad::find_nonfinite(f, std::vector<double>{1.0, 2.0, 1.0, 3.0}));
}
