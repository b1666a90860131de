// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// Every kind of input of a batch gives, bit for bit, what single calls give, in the structure they give it.

#include <dad/batch/batch.hpp>

#include <array>
#include <cmath>
#include <iterator>
#include <span>
#include <string>
#include <tuple>
#include <type_traits>
#include <vector>

#include "core/close.hpp"

namespace {

template <class A, class B>
constexpr bool same = std::is_same_v<A, B>;

const auto f = [](const auto& x) { return x[0] * x[0] * x[1] + sin(x[1]); };

/// Every item is what a single call gives, bit for bit.
template <class F, class Inputs>
auto check_against_single_calls(const F& function, const Inputs& inputs) {
  const auto r = dad::batch_eval(function, inputs);
  CHECK(r.size() == std::size(inputs));
  CHECK_FALSE(r.has_errors());
  for (std::size_t i = 0; i < r.size(); ++i) {
    const auto [value, gradient] = dad::value_and_gradient(function, inputs[i]);
    CHECK(r[i].value == value);
    CHECK(r[i].gradient == gradient);
    using part = std::remove_cvref_t<decltype(r[i].gradient)>;
    STATIC_REQUIRE((same<part, dad::row_view> || same<part, std::remove_cvref_t<decltype(gradient)>>));
    CHECK_FALSE(r[i].has_error());
    CHECK(r[i].error().empty());
  }
  return r;
}

TEST_CASE("results come in input order and have the structure of the inputs") {
  std::vector<std::array<double, 2>> inputs;
  for (int i = 0; i < 100; ++i) inputs.push_back({0.1 * i, 3.0 - 0.05 * i});
  const auto r = check_against_single_calls(f, inputs);
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    const auto [x, y] = inputs[i];
    CHECK(r[i].value == close_to(x * x * y + std::sin(y), 1e-14));
    CHECK_ROW(r[i].gradient, (std::vector{2 * x * y, x * x + std::cos(y)}), 1e-13);
  }
}

TEST_CASE("results iterate and take apart") {
  const std::vector<std::array<double, 2>> inputs{{1, 2}, {3, 4}, {5, 6}};
  const auto r = dad::batch_eval(f, inputs);
  std::size_t i = 0;
  for (const auto& item : r) {
    CHECK(item.value == r[i].value);
    CHECK(item.gradient == r[i].gradient);
    ++i;
  }
  CHECK(i == 3);
  i = 0;
  for (auto [value, gradient] : r) {
    CHECK(value == r.values()[i]);
    CHECK(gradient[1] == r.gradients()[2 * i + 1]);
    ++i;
  }
  const auto [value, gradient] = r[2];
  STATIC_REQUIRE(same<std::remove_cvref_t<decltype(value)>, double>);
  CHECK(gradient[0] == 60.0);
  CHECK(std::distance(r.begin(), r.end()) == 3);
  auto at = r.begin();
  CHECK((*at++).value == r[0].value);
  CHECK((*++at).value == r[2].value);
  CHECK(at != r.end());
  CHECK_FALSE(r.empty());
}

TEST_CASE("a result outlives its inputs and can be copied") {
  auto inputs = std::vector<std::vector<double>>{{1, 2}, {3, 4}};
  auto r = dad::batch_eval(f, inputs);
  inputs.clear();
  const auto copy = r;
  r = dad::batch_eval(f, std::vector<std::vector<double>>{{9, 9}});
  CHECK(copy.size() == 2);
  CHECK(copy[0].gradient[0] == 4.0);
  CHECK(r.size() == 1);
}

TEST_CASE("inputs of one variable") {
  const auto g = [](const auto& x) { return x * x * x; };
  const auto r = check_against_single_calls(g, std::vector{1.0, 2.0, 3.0});
  STATIC_REQUIRE(same<std::remove_cvref_t<decltype(r[0].gradient)>, double>);
  CHECK_ROW(r.gradients(), (std::vector<double>{3, 12, 27}));
  CHECK(dad::batch_eval(g, std::array{2.0, 4.0})[1].gradient == 48.0);
  const double plain[3] = {1.0, 2.0, 3.0};
  CHECK(dad::batch_eval(g, plain)[2].gradient == 27.0);
  CHECK(dad::batch_eval(g, std::span(plain).subspan(1))[0].gradient == 12.0);
  SECTION("integers are promoted, floats widened and narrowed") {
    const auto ints = check_against_single_calls(g, std::vector<int>{1, 2, 3});
    STATIC_REQUIRE(same<std::remove_cvref_t<decltype(ints[0].gradient)>, double>);
    const auto floats = dad::batch_eval(g, std::vector<float>{0.5F, 2.0F});
    STATIC_REQUIRE(same<std::remove_cvref_t<decltype(floats[0].gradient)>, float>);
    STATIC_REQUIRE(same<std::remove_cvref_t<decltype(floats[0].value)>, double>);
    CHECK(floats[0].gradient == 0.75F);
  }
}

TEST_CASE("arrays, vectors and spans of any arithmetic type") {
  const auto ints = check_against_single_calls(f, std::vector<std::vector<int>>{{1, 2}, {3, 4}});
  STATIC_REQUIRE(same<std::remove_cvref_t<decltype(ints[0].gradient)>, std::vector<double>>);
  const auto arrays = check_against_single_calls(f, std::vector<std::array<int, 2>>{{1, 2}, {3, 4}});
  STATIC_REQUIRE(same<std::remove_cvref_t<decltype(arrays[0].gradient)>, std::array<double, 2>>);
  const auto floats = dad::batch_eval(f, std::vector<std::vector<float>>{{1, 2}, {3, 4}});
  STATIC_REQUIRE(same<std::remove_cvref_t<decltype(floats[0].gradient)>, std::vector<float>>);
  CHECK(floats[1].gradient[0] == 24.0F);
  const std::vector<double> memory{1, 2, 3, 4};
  const std::vector<std::span<const double>> rows{std::span(memory).first(2), std::span(memory).last(2)};
  const auto spans = check_against_single_calls(f, rows);
  STATIC_REQUIRE(same<std::remove_cvref_t<decltype(spans[0].gradient)>, dad::row_view>);
}

TEST_CASE("rows of a matrix are inputs") {
  dad::matrix m(3, 2);
  for (std::size_t i = 0; i < 6; ++i) m.data()[i] = static_cast<double>(i + 1);
  const auto r = dad::batch_eval(f, m);
  REQUIRE(r.size() == 3);
  CHECK_ROW(r[1].gradient, (std::vector{2 * 3 * 4.0, 9 + std::cos(4.0)}));

  const std::vector<double> table{1, 2, -1, 3, 4, -1, 5, 6, -1};
  const auto strided = dad::batch_eval(f, dad::matrix_view(table.data(), 3, 2, 3));
  CHECK_ROW(strided.values(), r.values(), 0.0);
  CHECK_ROW(strided.gradients(), r.gradients(), 0.0);
  std::vector<double> writable = table;
  const auto mutable_view = dad::batch_eval(f, dad::basic_matrix_view<double>(writable.data(), 3, 2, 3));
  CHECK_ROW(mutable_view.gradients(), r.gradients(), 0.0);
}

template <class T>
struct quote {
  T spot, rate;
  int kind;
  std::vector<T> dividends;
  template <class Archive>
  void serialize(Archive& ar, unsigned) {
    ar& spot& rate& kind& dividends;
  }
};

TEST_CASE("tuples, nested containers and structs") {
  const auto g = [](const auto& x, const auto& ys, int k) { return x * ys[0] * k + ys[1] * ys[1]; };
  using point = std::tuple<double, std::vector<double>, int>;
  const auto r = check_against_single_calls(g, std::vector<point>{{1, {2, 3}, 4}, {5, {6, 7}, 8}});
  CHECK(r[1].gradient == point{48, {40, 14}, 8});
  CHECK_ROW(r.gradients(), (std::vector<double>{8, 4, 6, 48, 40, 14}));

  using ragged = std::vector<std::vector<double>>;
  const auto last = [](const auto& x) { return x.back().back() * x.front().front(); };
  CHECK(check_against_single_calls(last, std::vector<ragged>{{{1, 2}, {3}}, {{4}}})[1].gradient ==
        ragged{{8}});

  const auto h = [](const auto& q) {
    return q.spot * q.rate * q.kind + (q.dividends.empty() ? 0 : q.dividends[0]);
  };
  const std::vector<quote<double>> quotes{{2, 3, 4, {}}, {5, 6, 7, {8, 9}}};
  const auto s = dad::batch_eval(h, quotes);
  STATIC_REQUIRE(same<std::remove_cvref_t<decltype(s[0].gradient)>, quote<double>>);
  CHECK(s[0].value == 24.0);
  CHECK(s[1].gradient.spot == 42.0);
  CHECK(s[1].gradient.kind == 7);
  CHECK(s[1].gradient.dividends == std::vector{1.0, 0.0});
  CHECK(s[0].gradient.dividends.empty());
}

TEST_CASE("functions of any kind of result that is a number") {
  const std::vector<std::array<double, 2>> inputs{{1, 2}, {3, 4}};
  const auto constant = dad::batch_eval([](const auto&) { return 7; }, inputs);
  CHECK(constant[1].value == 7.0);
  CHECK(constant[1].gradient == std::array{0.0, 0.0});
  STATIC_REQUIRE(same<std::remove_cvref_t<decltype(constant[0].value)>, double>);
  const auto passive = dad::batch_eval([](const auto& x) { return dad::value(x[0]); }, inputs);
  CHECK(passive[1].value == 3.0);
  CHECK(passive[1].gradient == std::array{0.0, 0.0});
}

TEST_CASE("branches depend on the input") {
  const auto collatz_like = [](const auto& x) {
    auto y = x;
    for (int i = 0; i < 30 && y > 1; ++i) y = static_cast<long long>(floor(y)) % 2 == 0 ? y / 2 : 3 * y + 1;
    return y;
  };
  std::vector<double> inputs;
  for (int i = 0; i < 50; ++i) inputs.push_back(1.3 + 0.7 * i);
  check_against_single_calls(collatz_like, inputs);
}

TEST_CASE("derivatives inside") {
  // x d/dy (x + y) at y = 1
  const auto by_derivative = [](const auto& x) {
    return x * dad::derivative([&](const auto& y) { return x + y; }, 1.0);
  };
  const auto by_gradient = [](const auto& x) {
    using T = std::remove_cvref_t<decltype(x)>;
    return x * dad::gradient([&](const auto& y) { return x + y[0] * y[0]; }, std::vector{T(0.5)})[0];
  };
  const std::vector inputs{1.0, 2.0, 3.0};
  CHECK_ROW(dad::batch_eval(by_derivative, inputs).gradients(), (std::vector{1.0, 1.0, 1.0}));
  CHECK_ROW(dad::batch_eval(by_gradient, inputs).gradients(), (std::vector{1.0, 1.0, 1.0}));
  // A batch inside a batch, of plain numbers.
  const auto by_batch = [](const auto& x) {
    const auto r = dad::batch_eval([](const auto& y) { return y * y; }, std::vector{1.0, 2.0});
    return x * r[1].gradient;
  };
  CHECK_ROW(dad::batch_eval(by_batch, inputs).gradients(), (std::vector{4.0, 4.0, 4.0}));
}

TEST_CASE("no inputs of any kind") {
  const auto r = dad::batch_eval(f, std::vector<std::array<double, 2>>{});
  CHECK(r.size() == 0);
  CHECK(r.empty());
  CHECK(r.values().empty());
  CHECK(r.gradients().empty());
  CHECK_ROW(r.offsets(), (std::vector<int>{0}));
  CHECK(r.begin() == r.end());
  CHECK(dad::batch_eval(f, dad::matrix_view()).size() == 0);
  CHECK(dad::batch_eval(f, std::span<const std::array<double, 2>>()).size() == 0);
}

}  // namespace
