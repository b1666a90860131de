// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// Every kind of batch over tuples, pairs and structs that carry data: inputs whose data differ do not share
// what was recorded for one of them.

#include "replay/all_kinds.hpp"

#include <string>

namespace {

template <class T>
struct leg {
  T amount{};
  int days = 0;
  template <class Archive>
  void serialize(Archive& ar, unsigned) {
    ar& amount& days;
  }
};

template <class T>
struct contract {
  T spot{}, rate{};
  int kind = 0;
  bool is_call = false;
  std::string name;
  std::vector<T> dividends;
  std::array<leg<T>, 2> legs;
  template <class Archive>
  void serialize(Archive& ar, unsigned) {
    ar& spot& rate& kind& is_call& name& dividends& legs;
  }
};

std::vector<contract<double>> contracts(std::size_t count) {
  std::vector<contract<double>> all(count);
  for (std::size_t i = 0; i < count; ++i) {
    auto& c = all[i];
    c.spot = test::spread(i, 0, 0.5, 2);
    c.rate = test::spread(i, 1, -1, 1);
    c.kind = static_cast<int>(i * 5 % 3);
    c.is_call = i % 4 < 2;
    c.name = i % 7 == 0 ? "long" : "short";
    for (std::size_t k = 0; k < i * 3 % 4; ++k) c.dividends.push_back(test::spread(i, 2 + k, 0, 1));
    c.legs[0] = {test::spread(i, 3, -1, 1), static_cast<int>(i % 2) * 30};
    c.legs[1] = {test::spread(i, 4, -1, 1), 7};
  }
  return all;
}

// Data as factors, in branches, as lengths; reals in branches as well.
const auto price = [](const auto& c) {
  auto y = c.spot * exp(0.1 * c.kind * c.rate);
  for (const auto& d : c.dividends) y -= d * c.rate;
  for (const auto& l : c.legs) y += l.amount * l.amount * l.days / 30;
  if (c.is_call) y = y * c.spot;
  if (c.name == "long") y += sin(c.spot);
  return c.rate > 0 ? y : y * y;
};
const auto parts = [](const auto& c) {
  std::vector<std::remove_cvref_t<decltype(c.spot)>> y{c.spot * c.rate, c.legs[0].amount * c.kind};
  if (c.is_call) y.push_back(price(c));
  return y;
};

TEST_CASE("structs with data, containers and structs in them") {
  test::check_scalar_kinds(price, contracts);
  test::check_vector_kinds(parts, contracts);
  test::check_sum([](const auto& w, const auto& c) { return w * price(c) * c.kind + w * w; }, 1.5, contracts);
}

TEST_CASE("structs as what a sum shares") {
  const auto term = [](const auto& shared, const auto& x) { return price(shared) * x + shared.rate * x * x; };
  test::check_sum(term, contracts(3)[2], [](std::size_t count) { return test::numbers(count, -1, 1); });
}

TEST_CASE("data members of gradients are those of the inputs") {
  const auto inputs = contracts(100);
  const auto r = dad::batch_eval(price, inputs);
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    const contract<double> g = r[i].gradient;
    REQUIRE(g.kind == inputs[i].kind);
    REQUIRE(g.is_call == inputs[i].is_call);
    REQUIRE(g.name == inputs[i].name);
    REQUIRE(g.dividends.size() == inputs[i].dividends.size());
    REQUIRE(g.legs[0].days == inputs[i].legs[0].days);
  }
}

TEST_CASE("inputs that differ in one datum alone") {
  auto base = contracts(1)[0];
  base.dividends = {0.5};
  std::vector<contract<double>> all(8, base);
  all[1].kind += 1;
  all[2].is_call = !base.is_call;
  all[3].name = "other";
  all[4].legs[1].days += 1;
  all[5].dividends.push_back(0.5);
  all[6].dividends.clear();
  test::check_eval(price, all);
  const auto r = dad::batch_eval(price, all);
  for (std::size_t i = 1; i < 7; ++i) CHECK(r[i].value != r[0].value);
  CHECK(r[7].value == r[0].value);
}

TEST_CASE("tuples and pairs as several arguments") {
  using point = std::tuple<double, std::array<double, 2>, int>;
  const auto tuples = [](std::size_t count) {
    std::vector<point> x;
    for (std::size_t i = 0; i < count; ++i)
      x.push_back({test::spread(i, 0, -1, 2),
                   {test::spread(i, 1, -1, 2), test::spread(i, 2, 0, 1)},
                   static_cast<int>(i % 5)});
    return x;
  };
  const auto f = [](const auto& x, const auto& y, int k) {
    return k > 2 ? x * y[0] * k : sin(x) + y[1] * y[0] * y[1];
  };
  test::check_scalar_kinds(f, tuples);
  test::check_vector_kinds(
      [](const auto& x, const auto& y, int k) {
        return std::pair{x * y[0] * k, y};
      },
      tuples);
  using pair = std::pair<double, std::vector<double>>;
  test::check_scalar_kinds(
      [](const auto& x, const auto& y) { return x * y.back() + y.front(); },
      [](std::size_t count) {
        std::vector<pair> x;
        for (std::size_t i = 0; i < count; ++i)
          x.push_back(
              {test::spread(i, 0, -1, 2), std::vector<double>(1 + i % 3, 0.1 * static_cast<double>(i % 10))});
        return x;
      });
}

}  // namespace
