// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// Structs that serialize: which members are differentiable, and that everything else is carried along.

#include <array>
#include <deque>
#include <list>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include <catch.hpp>
#include <dad/structure/transform.hpp>
#include <structure/mock.hpp>
#include <structure/reals.hpp>

namespace {

using dad::detail::for_each_real;
using dad::detail::gradient_t;
using dad::detail::same;
using dad::detail::transform;
using S = mock<double>;

// The one of the interface's own page.
template <class T>
struct option {
  T spot, strike, rate, volatility, maturity;
  int kind;
  std::vector<T> dividends;
  template <class Archive>
  void serialize(Archive& ar, unsigned) {
    ar& spot& strike& rate& volatility& maturity& kind& dividends;
  }
  bool operator==(const option&) const = default;
};

const option<double> call{1, 2, 3, 4, 5, -7, {6, 7}};

}  // namespace

TEST_CASE("the members of the first parameter's type are the reals of a struct, in the order of serialize") {
  CHECK(reals(call) == doubles{1, 2, 3, 4, 5, 6, 7});
  CHECK(numbered<S>(call) == option<S>{10, 20, 30, 40, 50, -7, {60, 70}});
  CHECK(transform<S>(call, [](double x) { return S(2 * x); }) == option<S>{2, 4, 6, 8, 10, -7, {12, 14}});
}

TEST_CASE("the gradient at a struct is the same struct") {
  STATIC_REQUIRE(std::is_same_v<gradient_t<option<double>>, option<double>>);
  CHECK(numbered<same>(call) == option<double>{10, 20, 30, 40, 50, -7, {60, 70}});
  CHECK(numbered<double>(call) == option<double>{10, 20, 30, 40, 50, -7, {60, 70}});
  CHECK(numbered<same>(option<float>{1, 2, 3, 4, 5, 6, {7}}) == option<float>{10, 20, 30, 40, 50, 6, {60}});
}

TEST_CASE("a result in scalars comes back in plain numbers") {
  CHECK(transform<double>(numbered<S>(call), [](const S& x) { return x.value(); }) == numbered<double>(call));
}

TEST_CASE("structs stand in containers and tuples") {
  CHECK(reals(std::vector{call, call}).size() == 14);
  CHECK(numbered<S>(std::tuple(0.5, call, 3)) ==
        std::tuple(S(10), option<S>{20, 30, 40, 50, 60, -7, {70, 80}}, 3));
  CHECK(numbered<same>(std::optional(call))->dividends == doubles{60, 70});
}

namespace {

template <class T>
struct market {
  T rate;
  double day_count = 365;  // a real number, but not the scalar: data
  float spread = 0.5F;
  bool is_open = true;
  char letter = 'x';
  std::string name;
  enum class side { buy, sell } direction = side::buy;
  std::vector<side> directions;
  std::vector<double> dates;
  std::set<int> holidays;
  std::vector<bool> flags;
  std::vector<std::pair<T, double>> knots;
  std::tuple<T, int, double> triple;
  std::map<std::string, T> rates;
  std::map<std::string, std::pair<double, T>> pairs;
  std::optional<T> cap, no_cap;
  std::array<T, 2> pair;
  std::array<option<T>, 1> options;
  std::deque<option<double>> fixed;
  std::list<std::vector<T>> rows;
  T c_array[2];
  int c_data[2];
  std::optional<option<T>> maybe;
  struct node {
    T x;
    int n;
    template <class Archive>
    void serialize(Archive& ar, unsigned) {
      ar& x& n;
    }
    bool operator==(const node&) const = default;
  } inner;
  std::vector<node> nodes;

  template <class Archive>
  void serialize(Archive& ar, unsigned) {
    ar& rate& day_count& spread& is_open& letter& name& direction& directions& dates& holidays& flags& knots&
        triple;
    ar& rates& pairs& cap& no_cap& pair& options& fixed& rows& c_array& c_data& maybe& inner& nodes;
  }
  bool operator==(const market&) const = default;
};

template <class T>
market<T> filled(double first, double step) {
  double next = first - step;
  const auto t = [&] { return T(next += step); };
  market<T> m{};
  m.rate = t();
  m.day_count = 360;
  m.spread = 0.25F;
  m.is_open = false;
  m.letter = 'y';
  m.name = "a name that is too long to be kept inside a string";
  m.direction = market<T>::side::sell;
  m.directions = {market<T>::side::buy, market<T>::side::sell};
  m.dates = {100, 200};
  m.holidays = {3, 4};
  m.flags = {true, false};
  m.knots = {{t(), 300.0}};
  m.knots.push_back({t(), 400.0});
  m.triple = {t(), 5, 500.0};
  m.rates["a"] = t();
  m.rates["b"] = t();
  m.pairs["c"] = {600.0, t()};
  m.cap = t();
  m.pair[0] = t();
  m.pair[1] = t();
  option<T>& o = m.options[0];
  for (T* member : {&o.spot, &o.strike, &o.rate, &o.volatility, &o.maturity}) *member = t();
  o.kind = 9;
  o.dividends = {t()};
  m.fixed = {call};
  m.rows = {{t()}, {}};
  m.c_array[0] = t();
  m.c_array[1] = t();
  m.c_data[0] = 8;
  m.c_data[1] = 9;
  m.maybe.emplace(o);
  for (T* member :
       {&m.maybe->spot, &m.maybe->strike, &m.maybe->rate, &m.maybe->volatility, &m.maybe->maturity})
    *member = t();
  m.maybe->dividends = {t()};
  m.inner = {t(), 4};
  m.nodes = {{t(), 5}};
  m.nodes.push_back({t(), 6});
  return m;
}

}  // namespace

TEST_CASE("every kind of member is real or data by its type") {
  const auto m = filled<double>(1, 1);
  doubles expected;
  for (int i = 1; i <= 28; ++i) expected.push_back(i);
  CHECK(reals(m) == expected);
  CHECK((numbered<S>(m) == filled<S>(10, 10)));
  CHECK((numbered<same>(m) == filled<double>(10, 10)));
  CHECK((numbered<double>(m) == filled<double>(10, 10)));
}

namespace {

struct non_template {  // serializes, but no scalar can be put into it
  double x = 1;
  std::string s = "s";
  template <class Archive>
  void serialize(Archive& ar, unsigned) {
    ar& x& s;
  }
  bool operator==(const non_template&) const = default;
};
struct blob {  // no serialize at all
  int a = 1;
  bool operator==(const blob&) const = default;
};
template <class T>
struct carrier {
  T x;
  non_template n;
  std::vector<non_template> ns;
  blob b;
  const blob* pointer = nullptr;
  template <class Archive>
  void serialize(Archive& ar, unsigned) {
    ar& x& n& ns& b& pointer;
  }
};

}  // namespace

TEST_CASE("members of types that dad cannot rebind are data") {
  const blob shared;
  const auto c = numbered<S>(carrier<double>{1, {2, "t"}, {{3, "u"}}, {4}, &shared});
  CHECK(c.x == S(10));
  CHECK(c.n == non_template{2, "t"});
  CHECK(c.ns == std::vector{non_template{3, "u"}});
  CHECK(c.b == blob{4});
  CHECK(c.pointer == &shared);
  CHECK(numbered<S>(std::tuple(1.0, blob{5}, non_template{6, "v"})) ==
        std::tuple(S(10), blob{5}, non_template{6, "v"}));
}

namespace {

template <int Steps, class T>
struct lattice {
  std::array<T, Steps> xs;
  T rate;
  template <class Archive>
  void serialize(Archive& ar, unsigned) {
    ar& xs& rate;
  }
};
// Its member is known to dad only through the walk: it is no template of its own.
template <class T>
struct tree {
  T x;
  std::vector<tree> children;
  lattice<2, T> grid;
  template <class Archive>
  void serialize(Archive& ar, unsigned) {
    ar& x& children& grid;
  }
};

}  // namespace

template <int Steps, class T, class To>
struct dad::rebind<lattice<Steps, T>, To> {
  using type = lattice<Steps, To>;
};

TEST_CASE("a specialised dad::rebind is walked as well") {
  const lattice<2, double> x{{1, 2}, 3};
  CHECK(reals(x) == doubles{1, 2, 3});
  CHECK(numbered<S>(x).xs == std::array<S, 2>{10, 20});
  CHECK(numbered<same>(x).rate == 30);
  CHECK(reals(numbered<S>(x)) == doubles{10, 20, 30});
}

TEST_CASE("structs nest in themselves") {
  const tree<double> x{1, {{2, {}, {{3, 4}, 5}}}, {{6, 7}, 8}};
  CHECK(reals(x) == doubles{1, 2, 3, 4, 5, 6, 7, 8});
  CHECK(reals(numbered<S>(x)) == doubles{10, 20, 30, 40, 50, 60, 70, 80});
}

namespace {

template <class T>
struct mixed {  // two types of reals by one parameter
  std::tuple_element_t<0, T> a;
  std::tuple_element_t<1, T> b;
  double data;
  template <class Archive>
  void serialize(Archive& ar, unsigned) {
    ar& a& b& data;
  }
};

}  // namespace

TEST_CASE("reals of different types keep them") {
  using X = mixed<std::tuple<float, double>>;
  const X x{1, 2, 3};
  CHECK(reals(x) == doubles{1, 2});
  const X g = numbered<same>(x);
  CHECK((g.a == 10 && g.b == 20 && g.data == 3));
  const auto d = numbered<double>(x);
  STATIC_REQUIRE(std::is_same_v<decltype(d.a), double>);
  CHECK((d.a == 10 && d.b == 20 && d.data == 3));
}

TEST_CASE("fn is called once for each real where the types do not change with it, too") {
  int calls = 0;
  transform<same>(call, [&](double x) { return ++calls, x; });
  CHECK(calls == 7);
  transform<double>(call, [&](double x) { return ++calls, x; });
  CHECK(calls == 14);
}

TEST_CASE("fn only has to take the reals of the struct, not its data") {
  const auto s = numbered<S>(filled<double>(1, 1));
  double sum = 0;
  for_each_real(s, [&](const auto& leaf) { sum += leaf.value(); });
  CHECK(sum == 4060);
}
