// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// Two inputs have the same key exactly where they differ in the values of their reals alone.

#include <array>
#include <chrono>
#include <cmath>
#include <complex>
#include <cstring>
#include <deque>
#include <functional>
#include <list>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <tuple>
#include <unordered_map>
#include <utility>
#include <variant>
#include <vector>

#include <catch.hpp>
#include <dad/structure/key.hpp>
#include <structure/mock.hpp>
#include <structure/structs.hpp>

namespace {

using dad::detail::append_key;
using dad::detail::has_trivial_key;
using bytes = std::vector<unsigned char>;

template <class X>
bytes key(const X& x) {
  bytes k;
  CHECK(append_key(k, x));
  if (has_trivial_key<X>) CHECK(k.empty());
  return k;
}
template <class X>
bool share(const X& x, const X& y) {
  return key(x) == key(y);
}
template <class X>
bool has_no_key(const X& x) {
  bytes k;
  return !append_key(k, x);
}

}  // namespace

TEST_CASE("the values of reals are not in a key") {
  CHECK(share(1.0, 2.0));
  CHECK(share(1.F, 2.F));
  CHECK(share(1, 2));
  CHECK(share(std::array{1.0, 2.0}, std::array{3.0, 4.0}));
  CHECK(share(std::vector{1.0, 2.0}, std::vector{3.0, 4.0}));
  CHECK(share(std::vector{1, 2}, std::vector{3, 4}));
  CHECK(share(std::vector{mock<>(1)}, std::vector{mock<>(2)}));
  CHECK(share(std::tuple(1.0, std::vector{2.F}), std::tuple(3.0, std::vector{4.F})));
  CHECK(share(std::map<int, double>{{1, 2}}, std::map<int, double>{{1, 3}}));
  CHECK(share(std::optional(1.0), std::optional(2.0)));
}

TEST_CASE("the sizes of containers are, and they cannot be confused") {
  using rows = std::vector<std::vector<double>>;
  CHECK_FALSE(share(std::vector{1.0}, std::vector{1.0, 2.0}));
  CHECK_FALSE(share(std::vector{1}, std::vector{1, 2}));
  CHECK_FALSE(share(std::optional(1.0), std::optional<double>()));
  CHECK_FALSE(share(rows{{1}, {2, 3}}, rows{{1, 2}, {3}}));
  CHECK_FALSE(share(rows{{}, {1}}, rows{{1}, {}}));
  CHECK_FALSE(share(rows{{}}, rows{}));
  const std::vector memory{1.0, 2.0, 3.0};
  CHECK(share(std::span(memory).first(2), std::span(memory).last(2)));
  CHECK_FALSE(share(std::span(memory).first(2), std::span(memory).last(1)));
  using words = std::vector<std::string>;
  CHECK_FALSE(share(std::pair(words{"ab", "c"}, 1.0), std::pair(words{"a", "bc"}, 1.0)));
  CHECK_FALSE(share(std::pair(words{"a", ""}, 1.0), std::pair(words{"", "a"}, 1.0)));
  CHECK_FALSE(share(std::tuple(words{"a"}, words{}, 1.0), std::tuple(words{}, words{"a"}, 1.0)));
  using rates = std::map<int, double>;
  CHECK_FALSE(share(std::pair(rates{{1, 2}}, rates{}), std::pair(rates{}, rates{{1, 2}})));
  using maybe = std::optional<int>;
  CHECK_FALSE(share(std::tuple(maybe(1), maybe(), 1.0), std::tuple(maybe(), maybe(1), 1.0)));
}

TEST_CASE("data beside a real is in the key") {
  const auto differs = [](const auto& x, const auto& y) {
    CHECK(share(std::pair(1.0, x), std::pair(2.0, x)));
    CHECK(share(std::pair(x, 1.0), std::pair(x, 2.0)));
    CHECK_FALSE(share(std::pair(1.0, x), std::pair(1.0, y)));
    CHECK_FALSE(share(std::pair(x, 1.0), std::pair(y, 1.0)));
  };
  enum class color : unsigned char { red, green };
  differs(1, 2);
  differs(1ULL << 40, 1ULL << 41);
  differs(true, false);
  differs('a', 'b');
  differs(color::red, color::green);
  differs(std::string("a"), std::string("b"));
  differs(std::u16string(u"a"), std::u16string(u"b"));
  differs(std::string_view("a"), std::string_view("b"));
  differs(std::vector{true, false}, std::vector{true, true});
  differs(std::vector{1, 2}, std::vector{2, 1});
  differs(std::array{1, 2}, std::array{1, 3});
  differs(std::set{1, 2}, std::set{1, 3});
  differs(std::deque{'a'}, std::deque{'b'});
  differs(std::list<std::string>{"a"}, std::list<std::string>{"b"});
  differs(std::map<int, std::string>{{1, "a"}}, std::map<int, std::string>{{1, "b"}});
  differs(std::optional(1), std::optional<int>());
  differs(std::optional(1), std::optional(2));
  differs(std::variant<int, std::string>("a"), std::variant<int, std::string>("b"));
  differs(std::variant<int, unsigned>(1), std::variant<int, unsigned>(1U));
  differs(std::variant<std::monostate, int>(), std::variant<std::monostate, int>(0));
  differs(std::chrono::seconds(1), std::chrono::seconds(2));
  differs(structs::no_template{1, "a"}, structs::no_template{2, "a"});
  differs(structs::no_template{1, "a"}, structs::no_template{1, "b"});
  const int here = 1, there = 1;
  differs(&here, &there);
  differs(std::make_shared<int>(1), std::make_shared<int>(1));
}

TEST_CASE("the keys of a map are data") {
  using rates = std::map<std::string, double>;
  CHECK(share(rates{{"a", 1}, {"b", 2}}, rates{{"a", 3}, {"b", 4}}));
  CHECK_FALSE(share(rates{{"a", 1}, {"b", 2}}, rates{{"a", 1}, {"c", 2}}));
  using curves = std::map<int, std::vector<double>>;
  CHECK_FALSE(share(curves{{1, {1}}, {2, {}}}, curves{{1, {}}, {2, {1}}}));
  CHECK_FALSE(share(std::unordered_map<int, double>{{1, 1}}, std::unordered_map<int, double>{{2, 1}}));
}

TEST_CASE("data numbers count by their bits") {
  const auto data = [](double x) { return std::pair(1.0, structs::no_template{x, ""}); };
  CHECK_FALSE(share(data(0.0), data(-0.0)));
  CHECK(share(data(std::nan("1")), data(std::nan("1"))));
  CHECK_FALSE(share(data(std::nan("1")), data(std::nan("2"))));
}

TEST_CASE("the padding of a long double is not in a key") {
  structs::market<double> x, y;
  for (auto* m : {&x, &y}) {
    std::memset(&m->precise, m == &x ? 0 : 0xff, sizeof(m->precise));
    m->precise = 2;
  }
  CHECK(share(x, y));
}

TEST_CASE("a struct's data is in its key, its reals are not") {
  using X = structs::market<double>;
  const X x;
  CHECK(share(x, X()));

  // One after the other, all that a market holds.
  std::vector<std::pair<std::string, std::function<void(X&)>>> reals{
      {"rate", [](X& m) { m.rate = 7; }},
      {"triple", [](X& m) { std::get<0>(m.triple) = 7; }},
      {"rates", [](X& m) { m.rates["a"] = 7; }},
      {"pairs", [](X& m) { m.pairs["b"].second = 7; }},
      {"cap", [](X& m) { m.cap = 7; }},
      {"both", [](X& m) { m.both[1] = 7; }},
      {"options", [](X& m) { m.options[1].rate = 7; }},
      {"maybe", [](X& m) { m.maybe->spot = 7; }},
      {"rows", [](X& m) { m.rows[0][1] = 7; }},
  };
  for (const auto& [name, change] : reals) {
    X y;
    change(y);
    INFO(name);
    CHECK(share(x, y));
  }
  static const int target = 0;
  std::vector<std::pair<std::string, std::function<void(X&)>>> data{
      {"day_count", [](X& m) { m.day_count = 7; }},
      {"spread", [](X& m) { m.spread = 7; }},
      {"precise", [](X& m) { m.precise = 7; }},
      {"is_open", [](X& m) { m.is_open = false; }},
      {"letter", [](X& m) { m.letter = 'y'; }},
      {"name", [](X& m) { m.name.back() = 'x'; }},
      {"direction", [](X& m) { m.direction = X::side::sell; }},
      {"directions", [](X& m) { m.directions[0] = X::side::sell; }},
      {"number of directions", [](X& m) { m.directions.pop_back(); }},
      {"dates", [](X& m) { m.dates[0] = 7; }},
      {"number of dates", [](X& m) { m.dates.push_back(7); }},
      {"grid", [](X& m) { m.grid[1][0] = 7; }},
      {"rows of grid",
       [](X& m) {
         m.grid = {{1, 2}, {3}};
       }},
      {"holidays", [](X& m) { m.holidays.insert(7); }},
      {"flags", [](X& m) { m.flags[1] = true; }},
      {"triple's int", [](X& m) { std::get<1>(m.triple) = 7; }},
      {"triple's double", [](X& m) { std::get<2>(m.triple) = 7; }},
      {"key of rates",
       [](X& m) {
         m.rates = {{"c", 0}};
       }},
      {"number of rates", [](X& m) { m.rates["c"] = 0; }},
      {"key of pairs",
       [](X& m) {
         m.pairs = {{"c", {1, 0}}};
       }},
      {"data of pairs", [](X& m) { m.pairs["b"].first = 7; }},
      {"no cap", [](X& m) { m.cap.reset(); }},
      {"level", [](X& m) { m.level = 7; }},
      {"no level", [](X& m) { m.level.reset(); }},
      {"counts", [](X& m) { m.counts[1] = 7; }},
      {"c_array", [](X& m) { m.c_array[1] = 7; }},
      {"data of options", [](X& m) { m.options[1].kind = 7; }},
      {"number of options", [](X& m) { m.options.pop_back(); }},
      {"data of maybe", [](X& m) { m.maybe->kind = 7; }},
      {"no maybe", [](X& m) { m.maybe.reset(); }},
      {"fixed", [](X& m) { m.fixed.rate = 7; }},
      {"rows",
       [](X& m) {
         m.rows = {{0}, {0, 0}};
       }},
      {"pointer", [](X& m) { m.pointer = &target; }},
  };
  for (const auto& [name, change] : data) {
    X y;
    change(y);
    INFO(name);
    CHECK_FALSE(share(x, y));
    CHECK(share(y, X(y)));
  }
}

TEST_CASE("every way to write serialize has a key") {
  using namespace structs;
  CHECK(share(secret<double>(1, 2), secret<double>(3, 2)));
  CHECK_FALSE(share(secret<double>(1, 2), secret<double>(1, 3)));
  CHECK(share(derived<double>(1, 2, 3, 4, 5), derived<double>(6, 2, 7, 4, 8)));
  CHECK_FALSE(share(derived<double>(1, 2, 3, 4, 5), derived<double>(1, 3, 3, 4, 5)));
  CHECK_FALSE(share(derived<double>(1, 2, 3, 4, 5), derived<double>(1, 2, 3, 5, 5)));
  CHECK(share(outside<double>{1, 2}, outside<double>{1, 3}));
  CHECK_FALSE(share(outside<double>{1, 2}, outside<double>{2, 2}));
  CHECK(share(lattice<2, double>{{1, 2}, 3, 4}, lattice<2, double>{{5, 6}, 3, 7}));
  CHECK_FALSE(share(lattice<2, double>{{1, 2}, 3, 4}, lattice<2, double>{{1, 2}, 4, 4}));
  CHECK(share(by_copy<double>{1, 2}, by_copy<double>{3, 2}));
  CHECK_FALSE(share(by_copy<double>{1, 2}, by_copy<double>{1, 3}));
  CHECK(share(by_hand<double>{{1, 2}, 3}, by_hand<double>{{4, 5}, 3}));
  CHECK_FALSE(share(by_hand<double>{{1, 2}, 3}, by_hand<double>{{1, 2}, 4}));
  CHECK_FALSE(share(by_hand<double>{{1, 2}, 3}, by_hand<double>{{1}, 3}));
  CHECK(share(choice<double>{true, 1, 2}, choice<double>{true, 1, 3}));
  CHECK_FALSE(share(choice<double>{true, 1, 2}, choice<double>{true, 2, 2}));
  CHECK_FALSE(share(choice<double>{true, 1, 1}, choice<double>{false, 1, 1}));
  CHECK(share(choice<double>{false, 1, 2}, choice<double>{false, 3, 4}));
  CHECK(share(inline_vector<double>{2, {1, 2}}, inline_vector<double>{2, {3, 4}}));
  CHECK_FALSE(share(inline_vector<double>{2, {1, 2}}, inline_vector<double>{1, {1, 2}}));
  CHECK(share(tree<double>{1, {{2, {}}, {3, {}}}}, tree<double>{4, {{5, {}}, {6, {}}}}));
  CHECK_FALSE(share(tree<double>{1, {{2, {}}, {3, {}}}}, tree<double>{1, {{2, {{3, {}}}}}}));
  CHECK_FALSE(share(std::vector<option<double>>(1), std::vector<option<double>>(2)));
  CHECK_FALSE(share(option<float>{1, 2, 3, 4, 5, 6}, option<float>{1, 2, 3, 4, 5, 7}));
  CHECK(share(option<mock<>>{1, 2, 3, 4, 5, 6}, option<mock<>>{5, 4, 3, 2, 1, 6}));
}

TEST_CASE("data that cannot be compared by its bytes leaves no key") {
  using order = std::function<bool(int, int)>;
  CHECK(has_no_key(std::pair(1.0, structs::unknown())));
  CHECK(has_no_key(std::pair(1.0, std::vector<structs::unknown>(1))));
  CHECK(has_no_key(std::pair(1.0, std::complex<double>())));
  CHECK(has_no_key(std::pair(1.0, std::function<void()>())));
  CHECK(has_no_key(std::pair(1.0, std::set<int, order>(order([](int a, int b) { return a < b; })))));
  CHECK(has_no_key(structs::holds_unknown<double>()));
  CHECK(has_no_key(structs::unknown()));
}

TEST_CASE("keys written one after the other can be told apart") {
  const auto both = [](const std::vector<double>& x, const std::string& y) {
    bytes k;
    append_key(k, x);
    append_key(k, std::pair(1.0, y));
    return k;
  };
  CHECK(both({1}, "ab") == both({2}, "ab"));
  CHECK(both({1}, "ab") != both({1, 2}, "ab"));
  CHECK(both({1}, "ab") != both({1}, "ba"));
}

TEST_CASE("types whose inputs all share one key") {
  STATIC_REQUIRE(has_trivial_key<double>);
  STATIC_REQUIRE(has_trivial_key<float>);
  STATIC_REQUIRE(has_trivial_key<int>);
  STATIC_REQUIRE(has_trivial_key<std::array<double, 3>>);
  STATIC_REQUIRE(has_trivial_key<std::array<int, 3>>);
  STATIC_REQUIRE(has_trivial_key<std::tuple<double, std::array<float, 2>, std::pair<double, double>>>);
  STATIC_REQUIRE(has_trivial_key<std::pair<int, long>>);
  STATIC_REQUIRE(has_trivial_key<std::tuple<const double&, double&>>);
  STATIC_REQUIRE(has_trivial_key<std::pair<double, std::monostate>>);
  STATIC_REQUIRE_FALSE(has_trivial_key<std::pair<double, int>>);
  STATIC_REQUIRE_FALSE(has_trivial_key<std::tuple<double, std::array<int, 2>>>);
  STATIC_REQUIRE_FALSE(has_trivial_key<std::vector<double>>);
  STATIC_REQUIRE_FALSE(has_trivial_key<std::span<const double>>);
  STATIC_REQUIRE_FALSE(has_trivial_key<std::optional<double>>);
  STATIC_REQUIRE_FALSE(has_trivial_key<bool>);
  STATIC_REQUIRE_FALSE(has_trivial_key<std::string>);
  STATIC_REQUIRE_FALSE(has_trivial_key<structs::option<double>>);
  STATIC_REQUIRE_FALSE(has_trivial_key<structs::unknown>);
}
