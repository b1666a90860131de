// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// What a sum shares and what its items are: structures, types, derivatives inside, NaN.

#include <dad/batch/batch.hpp>

#include <array>
#include <cmath>
#include <span>
#include <string>
#include <tuple>
#include <type_traits>
#include <vector>

#include "core/close.hpp"

namespace {

template <class A, class B>
constexpr bool same = std::is_same_v<std::remove_cvref_t<A>, B>;

TEST_CASE("the loss of a line through points") {
  // sum (a x + b - y)^2
  std::vector<std::array<double, 2>> data;
  for (int i = 0; i < 200; ++i) data.push_back({0.01 * i, std::sin(0.3 * i)});
  const auto loss = [](const auto& w, const auto& p) { return square(w[0] * p[0] + w[1] - p[1]); };
  const std::vector w{0.7, -0.2};
  const auto s = dad::batch_sum(loss, w, data);
  long double value = 0, da = 0, db = 0;
  for (const auto& [x, y] : data) {
    const long double r = 0.7L * x - 0.2L - y;
    value += r * r;
    da += 2 * r * x;
    db += 2 * r;
  }
  STATIC_REQUIRE(same<decltype(s.gradient), std::vector<double>>);
  CHECK(s.value == close_to(static_cast<double>(value), 1e-13));
  CHECK_ROW(s.gradient, (std::vector{static_cast<double>(da), static_cast<double>(db)}), 1e-12);
  CHECK_FALSE(s.has_errors());
}

TEST_CASE("the gradient has the structure of what is shared") {
  const std::vector inputs{1.0, 2.0, 3.0};
  SECTION("a number") {
    const auto s = dad::batch_sum([](const auto& a, const auto& x) { return a * a * x; }, 3.0, inputs);
    STATIC_REQUIRE(same<decltype(s.gradient), double>);
    CHECK(s.value == 54.0);
    CHECK(s.gradient == 36.0);
    CHECK(dad::batch_sum([](const auto& a, const auto& x) { return a * a * x; }, 3, inputs).gradient == 36.0);
  }
  SECTION("an array, a float vector, a span") {
    const auto f = [](const auto& a, const auto& x) { return a[0] * a[1] * x; };
    CHECK(dad::batch_sum(f, std::array{2.0, 5.0}, inputs).gradient == std::array{30.0, 12.0});
    const auto s = dad::batch_sum(f, std::vector{2.0F, 5.0F}, inputs);
    STATIC_REQUIRE(same<decltype(s.gradient), std::vector<float>>);
    CHECK(s.gradient == std::vector{30.0F, 12.0F});
    const std::vector<double> shared{2.0, 5.0};
    CHECK(dad::batch_sum(f, std::span(shared), inputs).gradient == std::vector{30.0, 12.0});
  }
  SECTION("a tuple of layers with data in it") {
    using weights = std::tuple<std::vector<double>, std::array<double, 1>, int>;
    const auto f = [](const auto& w, const auto& x) {
      const auto& [first, second, k] = w;
      return first[0] * x + second[0] * k * first[1];
    };
    const auto s = dad::batch_sum(f, weights{{2.0, 3.0}, {5.0}, 7}, inputs);
    CHECK(s.value == 12.0 + 3 * 105.0);
    CHECK(s.gradient == weights{{6.0, 105.0}, {63.0}, 7});
  }
}

template <class T>
struct sample {
  std::vector<T> x;
  int label = 0;
  template <class Archive>
  void serialize(Archive& ar, unsigned) {
    ar& x& label;
  }
};
struct opaque {
  double factor;
  std::string name;
};

TEST_CASE("items reach f in its scalar type where they are made of reals, as they are otherwise") {
  const double shared = 2.0;
  SECTION("numbers, arrays and vectors of reals") {
    const auto f = [](const auto& a, const auto& x) {
      static_assert(std::is_same_v<decltype(a), decltype(x)>);
      return a * x;
    };
    CHECK(dad::batch_sum(f, shared, std::vector{1.0, 2.0}).gradient == 3.0);
    CHECK(dad::batch_sum(f, shared, std::vector{1.0F, 2.0F}).gradient == 3.0);
    const auto g = [](const auto& a, const auto& x) {
      static_assert(dad::scalar<std::remove_cvref_t<decltype(x[0])>>);
      return a * x[0] * x[1];
    };
    CHECK(dad::batch_sum(g, shared, std::vector<std::array<double, 2>>{{1, 2}, {3, 4}}).gradient == 14.0);
    CHECK(dad::batch_sum(g, shared, std::vector<std::vector<double>>{{1, 2}, {3, 4}}).gradient == 14.0);
    dad::matrix rows(2, 2, 3.0);
    CHECK(dad::batch_sum(g, shared, rows).gradient == 18.0);
    CHECK(dad::batch_sum(g, shared, dad::matrix_view(rows)).value == 36.0);
  }
  SECTION("ints are ints: labels and indices") {
    const auto f = [](const auto& a, const auto& i) {
      static_assert(std::is_same_v<decltype(i), const int&>);
      const std::array<double, 3> table{10, 20, 30};
      return a * table[static_cast<std::size_t>(i)];
    };
    CHECK(dad::batch_sum(f, shared, std::vector{0, 2, 2}).gradient == 70.0);
    const auto g = [](const auto& a, const auto& is) {
      static_assert(std::is_same_v<decltype(is), const std::vector<int>&>);
      return a * is[1];
    };
    CHECK(dad::batch_sum(g, shared, std::vector<std::vector<int>>{{1, 2}, {3, 4}}).gradient == 6.0);
  }
  SECTION("tuples and structs with data in them") {
    const auto f = [](const auto& a, const auto& item) {
      const auto& [x, label] = item;
      static_assert(dad::scalar<std::remove_cvref_t<decltype(x[0])>> &&
                    std::is_same_v<decltype(label), const int>);
      return label == 1 ? a * x[0] : a * 0;
    };
    using pair = std::tuple<std::vector<double>, int>;
    CHECK(dad::batch_sum(f, shared, std::vector<pair>{{{1.0}, 1}, {{2.0}, 0}, {{4.0}, 1}}).gradient == 5.0);
    const auto g = [](const auto& a, const auto& item) { return a * item.x[0] * item.label; };
    CHECK(dad::batch_sum(g, shared, std::vector<sample<double>>{{{1.5}, 2}, {{2.0}, 3}}).gradient == 9.0);
  }
  SECTION("anything else as it is") {
    const auto f = [](const auto& a, const opaque& item) {
      return a * item.factor * static_cast<double>(item.name.size());
    };
    CHECK(dad::batch_sum(f, shared, std::vector<opaque>{{1.5, "ab"}, {2.0, "c"}}).gradient == 5.0);
    const auto g = [](const auto& a, const std::string& word) {
      return a * static_cast<double>(word.size());
    };
    CHECK(dad::batch_sum(g, shared, std::vector<std::string>{"one", "two", "three"}).gradient == 11.0);
  }
}

TEST_CASE("no derivative is taken of items") {
  const auto s =
      dad::batch_sum([](const auto& a, const auto& x) { return a * x * x + exp(x); }, 2.0, std::vector{3.0});
  CHECK(s.gradient == 9.0);
  // Terms that do not depend on what is shared.
  const auto constant =
      dad::batch_sum([](const auto&, const auto& x) { return x; }, 2.0, std::vector{3.0, 4.0});
  CHECK(constant.value == 7.0);
  CHECK(constant.gradient == 0.0);
  CHECK(dad::batch_sum([](const auto&, const auto&) { return 2; }, 2.0, std::vector{3.0, 4.0}).value == 4.0);
}

TEST_CASE("no inputs give zero with the structure of what is shared") {
  const auto f = [](const auto& a, const auto& x) { return a[0] * x; };
  const auto s = dad::batch_sum(f, std::vector{1.0, 2.0}, std::vector<double>{});
  CHECK(s.value == 0.0);
  CHECK(s.gradient == std::vector{0.0, 0.0});
  CHECK_FALSE(s.has_errors());
  const auto tuple = dad::batch_sum([](const auto& w, const auto& x) { return std::get<0>(w) * x; },
                                    std::tuple{1.0, std::vector{2.0}}, std::vector<double>{});
  CHECK(tuple.gradient == std::tuple{0.0, std::vector{0.0}});
}

TEST_CASE("a derivative inside a sum") {
  // sum_i a d/dy (a + x_i y^2) at y = 1: 2 a sum x_i
  const auto f = [](const auto& a, const auto& x) {
    return a * dad::derivative([&](const auto& y) { return a + x * y * y; }, 1.0);
  };
  const auto s = dad::batch_sum(f, 5.0, std::vector{1.0, 2.0, 3.0});
  CHECK(s.value == 60.0);
  CHECK(s.gradient == 12.0);
}

TEST_CASE("NaN of one term is NaN of the sum") {
  const auto s =
      dad::batch_sum([](const auto& a, const auto& x) { return a * sqrt(x); }, 1.0, std::vector{1.0, -1.0});
  CHECK(std::isnan(s.value));
  CHECK(std::isnan(s.gradient));
}

}  // namespace
