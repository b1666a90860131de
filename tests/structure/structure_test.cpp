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

namespace {

using dad::detail::for_each_real;
using dad::detail::gradient_t;
using dad::detail::real_count;
using dad::detail::same;
using dad::detail::transform;
using S = mock<double>;
using doubles = std::vector<double>;

template <class X>
doubles reals(const X& x) {
  doubles seen;
  for_each_real(x, [&](const auto& leaf) { seen.push_back(static_cast<double>(dad::value(leaf))); });
  CHECK(real_count(x) == seen.size());
  return seen;
}

template <class To, class X>
auto numbered(const X& x) {
  double next = 0;
  return transform<To>(x, [&](const auto&) { return next += 10; });
}

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

template <class T>
class secret {
 public:
  secret() = default;
  explicit secret(T x) : x_(x) {}
  [[nodiscard]] T x() const { return x_; }

 private:
  friend struct dad::access;
  template <class Archive>
  void serialize(Archive& ar, unsigned) {
    ar& x_;
  }
  T x_ = 0;
};

template <class T>
class sealed final {
 public:
  T x = 0;

 private:
  friend dad::access;
  template <class Archive>
  void serialize(Archive& ar, const unsigned int /*version*/) {
    ar& x;
  }
};

}  // namespace

namespace elsewhere {

template <class T>
struct outside {
  T x;
  int n;
};
template <class Archive, class T>
void serialize(Archive& ar, outside<T>& o, const unsigned) {
  ar& o.x& o.n;
}

}  // namespace elsewhere

TEST_CASE("serialize may be private or a free function") {
  CHECK(numbered<S>(secret<double>(1)).x() == S(10));
  CHECK(reals(sealed<double>{}) == doubles{0});
  CHECK(numbered<S>(elsewhere::outside<double>{1, 2}).x == S(10));
  CHECK(numbered<S>(elsewhere::outside<double>{1, 2}).n == 2);
}

namespace {

template <class T>
struct leg {
  T notional;
  template <class Archive>
  void serialize(Archive& ar, unsigned) {
    ar& notional;
  }
};

template <class T>
struct swap : leg<T> {
  T rate;
  template <class Archive>
  void serialize(Archive& ar, unsigned) {
    ar& static_cast<leg<T>&>(*this);
    ar& rate;
  }
};

// The size comes first, by hand, and the two directions are written apart.
template <class T>
struct by_hand {
  std::vector<T> xs;
  double total = 0;
  template <class Archive>
  void serialize(Archive& ar, unsigned) {
    if constexpr (Archive::is_saving::value) {
      const std::size_t n = xs.size();
      const std::string header = "a header that is gone when serialize returns";
      ar << n << header;
      for (const T& x : xs) ar << x;
      ar << total;
    } else {
      std::size_t n = 0;
      std::string header;
      ar >> n >> header;
      xs.resize(n);
      for (T& x : xs) ar >> x;
      ar >> total;
    }
  }
};

// A member of which only one is there.
template <class T>
struct choice {
  bool is_fixed;
  double fixed;
  T floating;
  template <class Archive>
  void serialize(Archive& ar, unsigned) {
    ar& is_fixed;
    if (is_fixed)
      ar& fixed;
    else
      ar& floating;
  }
};

// Computes while it loads.
template <class T>
struct cached {
  T x = 0, square = 0;
  template <class Archive>
  void serialize(Archive& ar, unsigned) {
    ar& x;
    if (Archive::is_loading::value) {
      square = x;
      square = square * x + 0.5;
    }
  }
};

}  // namespace

TEST_CASE("serialize may do what it does for Boost") {
  const swap<double> s{{1}, 2};
  CHECK(reals(s) == doubles{1, 2});
  CHECK(numbered<S>(s).notional == S(10));
  CHECK(numbered<S>(s).rate == S(20));

  const by_hand<double> b{{1, 2, 3}, 6};
  CHECK(reals(b) == doubles{1, 2, 3});
  CHECK(numbered<S>(b).xs == std::vector<S>{10, 20, 30});
  CHECK(numbered<same>(b).xs == doubles{10, 20, 30});
  CHECK(numbered<S>(b).total == 6);

  CHECK(reals(choice<double>{true, 1, 2}).empty());
  CHECK(numbered<same>(choice<double>{true, 1, 2}).fixed == 1);
  CHECK(reals(choice<double>{false, 1, 2}) == doubles{2});
  CHECK(numbered<same>(choice<double>{false, 1, 2}).floating == 10);
  CHECK(reals(std::vector<choice<double>>{{true, 1, 2}, {false, 3, 4}}) == doubles{4});

  CHECK(reals(cached<double>{3, 0}) == doubles{3});
  CHECK(transform<double>(cached<double>{3, 0}, [](double x) { return x; }).square == 9.5);
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

namespace {

int mistake = 0;

template <class T>
struct forks {  // does not visit the same members for every scalar
  T x = 1;
  int n = 2;
  std::vector<std::pair<T, int>> rows{{T(1), 2}};
  template <class Archive>
  void serialize(Archive& ar, unsigned) {
    const bool is_plain = std::is_same_v<T, double>;
    ar& x;
    if (mistake == 1 && is_plain) ar& n;
    if (mistake == 2 && !is_plain) ar& n;
    if (mistake == 3) is_plain ? ar& x : ar& n;
    if (mistake == 4) is_plain ? ar& n : ar& rows;
    if (mistake == 5) is_plain ? ar& rows : ar& n;
  }
};

std::string complaint(int which) {
  mistake = which;
  try {
    numbered<S>(forks<double>{});
  } catch (const dad::shape_error& e) {
    return e.what();
  }
  return "";
}

}  // namespace

TEST_CASE("a serialize that does not walk in step is an error that names the struct") {
  CHECK(complaint(0).empty());
  CHECK_THAT(complaint(1), contains("forks<double>") && contains("forks<mock<") && contains("member 2") &&
                               contains("int in the first and nothing in the second"));
  CHECK_THAT(complaint(2), contains("nothing in the first and int in the second"));
  CHECK_THAT(complaint(3), contains("double in the first and int in the second"));
  CHECK_THAT(complaint(4), contains("int in the first and a container in the second"));
  CHECK_THAT(complaint(5), contains("a container in the first and int in the second"));
}

namespace {

template <class T>
struct points_at {
  T* x = nullptr;
  T y = 1;
  template <class Archive>
  void serialize(Archive& ar, unsigned) {
    ar& x& y;
  }
};

}  // namespace

TEST_CASE("a pointer to a real cannot be followed, and that is said") {
  CHECK_THROWS_WITH(numbered<S>(points_at<double>{}), contains("double") && contains("points_at<double>"));
}

TEST_CASE("an exception of fn comes through, whatever was copied before") {
  const by_hand<double> b{{1, 2, 3}, 6};
  CHECK_THROWS_AS(transform<S>(b, [](double) -> S { throw 7; }), int);
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
