// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// Temporaries are folded into the statement they go into; copies, moves and references never notice.

#include <algorithm>
#include <cmath>
#include <deque>
#include <functional>
#include <limits>
#include <numeric>
#include <optional>
#include <utility>
#include <vector>

#include "reverse/both_modes.hpp"

namespace {

using dad::var;
using test::check_both_modes;

template <class V>
using element = std::remove_cvref_t<decltype(std::declval<V&>()[0])>;

const std::vector<double> point{0.5, -1.5, 2.0, 3.25};

#if defined(DAD_NEVER_FOLD)
constexpr bool folds = false;
#else
constexpr bool folds = true;
#endif

/// A tape with three inputs.
struct recording {
  dad::tape<> tape;
  dad::tape<>::activation guard = tape.activate();
  var<> x = 2.0, y = 3.0, z = 5.0;
  recording() {
    tape.input(x);
    tape.input(y);
    tape.input(z);
  }
  [[nodiscard]] std::size_t statements() const { return tape.statistics().statements - 3; }
  [[nodiscard]] std::size_t values() const { return tape.statistics().values - 3; }
  std::vector<double> gradient(const var<>& f) {
    tape.backward(f);
    return {x.adjoint(), y.adjoint(), z.adjoint()};
  }
};
using row = std::vector<double>;

TEST_CASE("a chain of temporaries is one statement") {
  recording r;
  const auto& [x, y, z] = std::tie(r.x, r.y, r.z);
  SECTION("a product and a sum") {
    const auto f = x * y + z;
    CHECK(r.statements() == (folds ? 1 : 2));
    CHECK(r.gradient(f) == row{3, 2, 1});
  }
  SECTION("on the right") {
    const auto f = z - x * y;
    CHECK(r.statements() == (folds ? 1 : 2));
    CHECK(r.gradient(f) == row{-3, -2, 1});
  }
  SECTION("sums of products, signs, constants") {
    const auto f = 2.0 * (x * y - z * x - 4.0) - (-y + 1.0 - x);
    CHECK(f.value() == 2.0 * (6 - 10 - 4) - (-3 + 1.0 - 2));
    CHECK(r.gradient(f) == row{2 * (3 - 5) + 1, 2 * 2 + 1, -4});
  }
  SECTION("quotients and functions") {
    const auto f = sin(x * y) / z;
    CHECK(r.statements() == (folds ? 1 : 3));
    const double c = std::cos(6.0) / 5, s = std::sin(6.0);
    CHECK_ROW(r.gradient(f), (row{3 * c, 2 * c, -s / 25}));
  }
  SECTION("both sides") {
    const auto f = (x * y) * (y * z) / (x + z);
    CHECK_ROW(r.gradient(f), (row{45.0 * 2 / 7 / 2 - 90.0 / 49, 60.0 / 7, 18.0 / 7 - 90.0 / 49}));
  }
  SECTION("pow, square, abs and a square of one value") {
    const auto f = pow(x * x - y, 2.0) + square(x - z) + abs(y - z) - x * x;
    CHECK_ROW(r.gradient(f), (row{2 * 1 * 4 - 6 - 4, -2 - 1, 6 + 1}));
  }
}

TEST_CASE("two temporaries become one statement, whichever was made first") {
  // The comments have their gradients at (2, 3, 5).
  const auto term = [](recording& r, int kind) -> var<> {
    switch (kind) {
      case 0:
        return 0.5 * r.x;  // 0.5, 0, 0
      case 1:
        return r.x * r.y;  // 3, 2, 0
      case 2:
        return r.y - r.z;  // 0, 1, -1
      case 3:
        return -(r.x * r.z) + 2.0 * r.y;  // -5, 2, -2
      case 4:
        return r.x * r.x - r.y * r.z;  // 4, -5, -3
      default:
        return r.x / 4.0 + r.x * r.y * r.z;  // 15.25, 10, 6
    }
  };
  const row gradients[] = {{0.5, 0, 0}, {3, 2, 0}, {0, 1, -1}, {-5, 2, -2}, {4, -5, -3}, {15.25, 10, 6}};
  for (int kind_a = 0; kind_a < 6; ++kind_a)
    for (int kind_b = 0; kind_b < 6; ++kind_b)
      for (const bool a_first : {false, true})
        for (const double sign : {1.0, -1.0}) {
          CAPTURE(kind_a, kind_b, a_first, sign);
          recording r;
          // What was given away is not named before: an assignment is a copy.
          const auto joined = [&](var<>& first, var<>& second) {
            var<>&a = a_first ? first : second, &b = a_first ? second : first;
            const double value = a.value() + sign * b.value();
            const std::size_t statements = r.statements();
            var<> y = sign > 0 ? std::move(a) + std::move(b) : std::move(a) - std::move(b);
            CHECK(y.value() == value);
            if (folds) CHECK(r.statements() == statements - 1);
            return y;
          };
          var<> first = term(r, a_first ? kind_a : kind_b), second = term(r, a_first ? kind_b : kind_a);
          const var<> sum = joined(first, second);
          const std::vector<double> found = r.gradient(sum);
          for (std::size_t k = 0; k < 3; ++k)
            CHECK(found[k] == close_to(gradients[kind_a][k] + sign * gradients[kind_b][k], 1e-15));
        }
}

TEST_CASE("two temporaries of which the first cannot be joined") {
  recording r;
  SECTION("it has many arguments") {
    var<> b = r.x * 0.5;
    for (int k = 0; k < 4; ++k) b += r.x * r.y;
    var<> a = r.y * r.z;
    CHECK(r.gradient(std::move(a) - std::move(b)) == row{-12.5, 5 - 8, 3});
  }
  SECTION("somebody else knows it") {
    var<> b = r.x * r.y;
    const var<> copy = b;
    var<> a = r.y * r.z;
    const var<> sum = std::move(a) - std::move(b);
    CHECK(r.gradient(copy) == row{3, 2, 0});
    CHECK(r.gradient(sum) == row{-3, 5 - 2, 3});
  }
  SECTION("a sum grew in between") {
    var<> s = r.x * r.y, b = r.x * r.z;
    s += r.z;
    var<> a = r.y * r.z;
    s += r.x;
    const var<> sum = std::move(a) - std::move(b);
    CHECK(r.gradient(s) == row{3 + 1, 2, 1});
    CHECK(r.gradient(sum) == row{-5, 5, 3 - 2});
  }
  SECTION("it is a sum of whole ranges") {
    const std::vector<var<>> all{r.x, r.y, r.z};
    var<> b = dad::dot(all, all);
    var<> a = r.y * r.z;
    CHECK(r.gradient(std::move(a) - std::move(b)) == row{-4, 5 - 6, 3 - 10});
    var<> c = dad::dot(all, all);
    var<> d = r.y * r.z;
    CHECK(r.gradient(std::move(d) + std::move(c)) == row{4, 5 + 6, 3 + 10});
  }
  SECTION("together they have too many arguments") {
    var<> b = r.x * r.y;
    for (int k = 1; k < 50; ++k) b += r.x * r.y;
    var<> a = r.y * r.z;
    for (int k = 1; k < 50; ++k) a += r.y * r.z;
    CHECK(r.gradient(std::move(a) + std::move(b)) == row{150, 250 + 100, 150});
  }
}

TEST_CASE("two variables that were given away to one sum are used up") {
  if (!folds) return;
  for (const bool a_first : {false, true}) {
    recording r;
    var<> first = r.x * r.y, second = r.y * r.z;
    var<>&a = a_first ? first : second, &b = a_first ? second : first;
    const var<> sum = std::move(a) + std::move(b);
    CHECK_THROWS_AS(first * r.x, dad::tape_error);
    CHECK_THROWS_AS(second * r.x, dad::tape_error);
    CHECK(r.gradient(sum) == row{3, 2 + 5, 3});
  }
}

TEST_CASE("a sum that nobody else knows grows in place") {
  recording r;
  const std::vector<double> w{0.5, 1.5, -2.0, 4.0};
  SECTION("one value") {
    var<> s = 1.0;
    for (const double c : w) s += r.x * r.y * c;
    for (const double c : w) s -= sin(r.z) * c;
    s += 7.0;
    CHECK(r.values() == (folds ? 1 : 25));
    CHECK_ROW(r.gradient(s), (row{12, 8, -4 * std::cos(5.0)}));
    CHECK(s.adjoint() == 1.0);
  }
  SECTION("many, as in a product of a matrix and a vector") {
    std::vector<var<>> sums(3, 0.0);
    for (const double c : w)
      for (std::size_t i = 0; i < 3; ++i) sums[i] += (static_cast<double>(i) + c) * r.x * r.y;
    if (folds) CHECK(r.values() == 3);
    CHECK(r.gradient(sums[0] + 10.0 * sums[1] + 100.0 * sums[2]) ==
          row{(4 + 80 + 1200) * 3., (4 + 80 + 1200) * 2., 0});
  }
  SECTION("plain vars are added in place too") {
    var<> s = r.x * r.y, other = r.z * r.z;
    for (int i = 0; i < 300; ++i) {
      s += r.x;
      other -= r.y;
    }
    if (folds) CHECK(r.values() <= 6);
    CHECK(r.gradient(s * other) == row{303. * (25 - 900), 2. * (25 - 900) - 300. * 606, 606. * 10});
  }
  SECTION("more terms than a statement holds") {
    var<> s = 0.0;
    for (int i = 0; i < 1000; ++i) s += r.x * 2.0;
    CHECK(r.gradient(s) == row{2000, 0, 0});
  }
  SECTION("what used the sum before keeps the sum of before") {
    var<> s = r.x * r.y;
    s += r.z;
    const var<> early = s * s;
    s += r.x * r.z;
    const var<> f = early + s;
    CHECK(r.gradient(f) == row{2 * 11 * 3 + 3 + 5, 2 * 11 * 2 + 2, 2 * 11 + 1 + 2});
    CHECK(s.adjoint() == 1.0);
  }
  SECTION("the sum is part of its own term") {
    var<> s = r.x * r.y;
    s += s * r.z;
    const var<>& same = s;
    s -= same;
    s += s + r.x;
    s += 2.0 * s;
    CHECK(r.gradient(s) == row{3, 0, 0});
  }
  SECTION("a copy keeps what it was") {
    var<> s = r.x * r.y;
    s += r.z;
    const var<> copy = s;
    s += r.x * r.x;
    var<> another = s;
    another += r.y * r.y;
    CHECK(r.gradient(copy) == row{3, 2, 1});
    CHECK(r.gradient(s) == row{3 + 4, 2, 1});
    CHECK(r.gradient(another) == row{3 + 4, 2 + 6, 1});
  }
}

TEST_CASE("algorithms that move from what was copied") {
  const auto partial_sum = [](auto& x) {
    auto sums = x;
    std::partial_sum(x.begin(), x.end(), sums.begin());
    return sums[0] * 1 + sums[1] * 10 + sums[2] * 100 + sums[3] * 1000;
  };
  CHECK_ROW(check_both_modes(partial_sum, point), (row{1111, 1110, 1100, 1000}));

  const auto products = [](auto& x) {
    auto scaled = x;
    for (auto& c : scaled) c = c * 2;
    std::partial_sum(scaled.begin(), scaled.end(), scaled.begin(), std::multiplies<>());
    return scaled[1] + scaled[3];
  };
  check_both_modes(products, point);

  const auto accumulated = [](auto& x) {
    using T = element<decltype(x)>;
    const T first = x[0] * x[1];
    const T sum = std::accumulate(x.begin(), x.end(), first);
    const T kept = std::accumulate(x.begin(), x.end(), sum, [](const T& a, const T& b) { return a + b * b; });
    return first + 10 * sum + 100 * kept;
  };
  check_both_modes(accumulated, point);

  const auto by_moves = [](auto& x) {
    using T = element<decltype(x)>;
    std::vector<T> trail;
    std::accumulate(x.begin(), x.end(), T(x[0] * x[1]), [&](T&& a, const T& b) {
      trail.push_back(a);
      return std::move(a) * b;
    });
    T sum(0);
    for (const T& t : trail) sum += t;
    return sum;
  };
  check_both_modes(by_moves, point);

  const auto scans = [](auto& x) {
    using T = element<decltype(x)>;
    auto a = x, b = x;
    std::exclusive_scan(x.begin(), x.end(), a.begin(), x[0] * x[1]);
    std::inclusive_scan(x.begin(), x.end(), b.begin(), std::multiplies<>(), x[2] * x[3]);
    std::transform_exclusive_scan(b.begin(), b.end(), b.begin(), T(0), std::plus<>(),
                                  [](const T& t) { return t * t; });
    return std::inner_product(a.begin(), a.end(), b.begin(), T(0));
  };
  check_both_modes(scans, point, 1e-11);

  const auto reduced = [](auto& x) {
    using T = element<decltype(x)>;
    return std::reduce(x.begin(), x.end(), x[0] * x[1]) *
           std::transform_reduce(x.begin(), x.end(), x.rbegin(), T(x[1] + x[2]));
  };
  check_both_modes(reduced, point);
}

TEST_CASE("swap, exchange, sort and containers that grow") {
  const auto swapped = [](auto& x) {
    auto a = x[0] * x[1], b = x[2] * x[3];
    using std::swap;
    swap(a, b);
    a += x[0];
    b *= x[1];
    std::swap(x[0], x[3]);
    return a * 10 + b + x[0] * 100;
  };
  check_both_modes(swapped, point);
  const auto exchanged = [](auto& x) {
    auto a = x[0] * x[1];
    const auto old = std::exchange(a, a * x[2]);
    auto b = std::exchange(a, x[3] * x[3]);
    b += a;
    return old * 10 + b * 100 + a;
  };
  check_both_modes(exchanged, point);
  const auto sorted = [](auto& x) {
    for (auto& c : x) c = c * c - c;
    std::sort(x.begin(), x.end());
    std::rotate(x.begin(), x.begin() + 1, x.end());
    return x[0] * 2 + x[1] * 3 + x[2] * 5 + x[3] * 7;
  };
  check_both_modes(sorted, point);
  const auto grown = [](const auto& x) {
    using T = element<decltype(x)>;
    std::vector<T> v;
    std::deque<T> d;
    for (int i = 0; i < 40; ++i) {
      v.push_back(x[0] * x[1] + i);
      v.back() += x[2] * x[3];
      d.push_front(v.back() * 0.5);
      d.front() -= v[v.size() / 2];
      v.insert(v.begin(), d.front());
    }
    T sum(0);
    for (const T& t : v) sum += t;
    for (const T& t : d) sum -= t * t;
    return sum;
  };
  check_both_modes(grown, point, 1e-10);
}

template <class T>
struct state {
  T position, velocity;
  std::optional<T> last;
};

TEST_CASE("members are moved, locals are returned") {
  const auto f = [](const auto& x) {
    using T = element<decltype(x)>;
    const auto step = [&](state<T> s) {
      s.velocity -= s.position * x[2] * 0.1;
      s.last = std::move(s.position);
      s.position = *s.last + s.velocity * 0.1;
      return s;
    };
    state<T> s{x[0] * x[1], x[1] + x[3], {}};
    for (int i = 0; i < 10; ++i) {
      state<T> next = step(std::move(s));
      s = std::move(next);
      s.velocity += s.position * 0.01;
    }
    const auto local = [&](bool first) {
      T a = x[0] * x[1];
      T b = x[2] * x[3];
      if (first) return a;
      return b;
    };
    const auto moved = [&] {
      T a = x[0] * x[1];
      T b = std::move(a);
      b += x[2];
      return b;
    };
    return s.position + *s.last * 2 + local(true) * local(false) + moved() * moved();
  };
  check_both_modes(f, point, 1e-11);
}

template <class A, class B>
auto product(A&& a, B&& b) {
  return std::forward<A>(a) * std::forward<B>(b);
}
template <class A>
auto twice(A&& a) {
  return std::forward<A>(a) + std::forward<A>(a);
}
template <class A>
auto squared(A&& a) {
  return std::forward<A>(a) * std::forward<A>(a);
}

TEST_CASE("forwarding references, also twice to one object") {
  const auto f = [](const auto& x) {
    const auto a = product(x[0] * x[1], x[2] * x[3]);
    const auto b = product(x[0], x[1] + x[2]) + product(x[1] - x[0], x[3]);
    const auto c = twice(x[0] * x[1]) - twice(sin(x[2]));
    const auto d = squared(x[0] + x[3]) * squared(x[1]);
    return a + b * 2 + c * 3 + d;
  };
  check_both_modes(f, point);
  recording r;
  var<> y = r.x * r.y;
  const var<> f2 = std::move(y) * y;  // y is both sides
  CHECK(r.gradient(f2) == row{2 * 6 * 3, 2 * 6 * 2, 0});
  var<> z = r.x * r.y;
  const var<> f3 = std::move(z) * r.z - r.x * z.value();
  CHECK(r.gradient(f3) == row{15 - 6, 10, 6});
  var<> w = r.x * r.y;
  w += std::move(w);
  w *= std::move(w);
  CHECK(r.gradient(w) == row{2 * 12 * 6, 2 * 12 * 4, 0});
}

TEST_CASE("a variable that was given away is used up, never wrong") {
  recording r;
  const std::string expected = "got a var that std::move gave to an operation before";
  const auto gives = [&](const auto& use) {
    var<> y = r.x * r.y;
    const var<> f = std::move(y) * r.z;
    CHECK(r.gradient(f) == row{15, 10, 6});
    if (!folds) return;
    CHECK(y.value() == 6.0);
    CHECK_THROWS_AS(use(y), dad::tape_error);
    CHECK_THROWS_WITH(use(y), contains(expected));
    y = r.x + 1.0;
    CHECK(r.gradient(y * r.z) == row{5, 0, 3});
  };
  gives([&](const var<>& y) { return y + 1.0; });
  gives([&](const var<>& y) { return y * r.x; });
  gives([&](const var<>& y) { return r.x - y; });
  gives([&](const var<>& y) { return sin(y); });
  gives([&](const var<>& y) {
    const var<> copy = y;
    return copy * copy;
  });
  gives([&](const var<>& y) { return var<>(y.adjoint()); });
  gives([&](var<>& y) { return y += r.x * r.z; });
  gives([&](var<>& y) { return y += 1.0; });
  gives([&](var<>& y) { return r.z * r.z - std::move(y); });
  gives([&](const var<>& y) {
    r.tape.backward(y);
    return y;
  });
  gives([&](const var<>& y) { return dot(std::vector{y, y}, std::vector{1.0, 2.0}); });
  // It may be assigned to in the same expression, and where it is not the newest statement it stays.
  var<> y = r.x * r.y;
  y = std::move(y) * r.z;
  CHECK(r.gradient(y) == row{15, 10, 6});
  var<> early = r.x * r.y;
  const var<> between = r.z * r.z;
  const var<> late = std::move(early) * between;
  CHECK(r.gradient(late * early) == row{2 * 6 * 25 * 3, 2 * 6 * 25 * 2, 36 * 10});
}

TEST_CASE("a position closes what is before it") {
  recording r;
  var<> s = r.x * r.y;
  s += r.z;
  var<> other = r.x * r.z;
  const auto place = r.tape.position();
  const std::size_t statements = r.statements();
  var<> later = std::move(other) * r.y;  // not folded into what comes before the position
  s += r.x * r.x;
  CHECK(r.gradient(s + later) == row{3 + 15 + 4, 2 + 10, 1 + 6});
  r.tape.rewind(place);
  CHECK(r.statements() == statements);
  CHECK(r.gradient(other) == row{5, 0, 2});
  CHECK_THROWS_AS(s + 1.0, dad::tape_error);
  CHECK_THROWS_AS(s += 1.0, dad::tape_error);
  CHECK_THROWS_AS(later * 2.0, dad::tape_error);
  // A sum of before grows again in what comes after, and only there.
  var<> t = r.x * r.y;
  const auto second = r.tape.position();
  for (int i = 0; i < 3; ++i) {
    var<> u = t;
    u += r.z * 2.0;
    u += r.z * 2.0;
    CHECK(r.gradient(u) == row{3, 2, 4});
    r.tape.rewind(second);
    CHECK(r.gradient(t) == row{3, 2, 0});
  }
}

TEST_CASE("a sweep closes what it went through") {
  recording r;
  var<> s = r.x * r.y;
  CHECK(r.gradient(s) == row{3, 2, 0});
  s += r.z * r.z;
  CHECK(s.adjoint() == 0.0);  // recorded after the sweep
  CHECK(r.gradient(s) == row{3, 2, 10});
}

TEST_CASE("zero masks infinite inner partials, folded or not") {
  recording r;
  var<> zero = 0.0;
  r.tape.input(zero);
  const double inf = std::numeric_limits<double>::infinity();
  const auto slope = [&](const var<>& f) {
    r.tape.backward(f);
    return zero.adjoint();
  };
  CHECK(slope(sqrt(zero)) == inf);
  CHECK(slope(sqrt(zero) * 0.0 + zero) == 1.0);
  CHECK(slope(0.0 * sqrt(zero) + zero) == 1.0);
  CHECK(slope(zero - sqrt(zero) / inf) == 1.0);
  CHECK(slope(sqrt(zero) * zero + zero * 3.0) == 3.0);
  CHECK(slope(abs(sqrt(zero))) == 0.0);
  CHECK(slope((sqrt(zero) + log(zero)) * 0.0) != slope(zero));
  var<> s = zero * r.x;
  s += sqrt(zero) * zero;
  CHECK(slope(s) == 2.0);
  const var<> named = sqrt(zero);
  CHECK(slope(named * 0.0 + zero) == 1.0);
}

TEST_CASE("infinite factors") {
  // As without folding: what is multiplied is the value, wherever it is kept.
  recording r;
  var<> big = std::numeric_limits<double>::infinity();
  r.tape.input(big);
  const var<> f = r.x * big;
  r.tape.backward(f);
  CHECK(big.adjoint() == 2.0);
  CHECK(r.x.adjoint() == std::numeric_limits<double>::infinity());
}

template <class T>
T mixed(const T& x, const T& y) {
  T s = x * y;
  for (int i = 1; i < 4; ++i) {
    s += sin(x * i) * y;
    s -= (x - y) * (x + y) * 0.1;
    s *= 1.0 + y * 0.01;
  }
  return s / (2.0 + x * x) - s;
}

TEST_CASE("second derivatives through folded statements") {
  const double h = 1e-5;
  const auto slope = [](double x, double y) {
    dad::dual<> d = mixed(dad::dual<>(x, 1.0), dad::dual<>(y, 0.0));
    return d.tangent();
  };
  const double xx = (slope(1.5 + h, 0.5) - slope(1.5 - h, 0.5)) / (2 * h);
  const double xy = (slope(1.5, 0.5 + h) - slope(1.5, 0.5 - h)) / (2 * h);
  {
    dad::tape<dad::dual<>> t;
    const auto guard = t.activate();
    var<dad::dual<>> x = dad::dual<>(1.5, 1.0), y = 0.5;
    t.input(x);
    t.input(y);
    t.backward(mixed(x, y));
    CHECK(x.adjoint().value() == close_to(slope(1.5, 0.5)));
    CHECK(x.adjoint().tangent() == close_to(xx, 1e-8));
    CHECK(y.adjoint().tangent() == close_to(xy, 1e-8));
  }
  dad::tape<> outer;
  dad::tape<var<>> inner;
  const auto outer_guard = outer.activate();
  const auto inner_guard = inner.activate();
  var<> x = 1.5, y = 0.5;
  outer.input(x);
  outer.input(y);
  var<var<>> u = x, v = y;
  inner.input(u);
  inner.input(v);
  inner.backward(mixed(u, v));
  const var<> first = u.adjoint();
  CHECK(first.value() == close_to(slope(1.5, 0.5)));
  outer.backward(first);
  CHECK(x.adjoint() == close_to(xx, 1e-8));
  CHECK(y.adjoint() == close_to(xy, 1e-8));
}

/// A sum of products: in front of it what it starts with, behind it what is known to others when it goes on.
template <class T>
T quadratic(const std::vector<T>& x) {
  T sum = x[0], kept = 0.0;
  for (std::size_t i = 0; i < x.size(); ++i) {
    sum += x[i] * x[x.size() - 1 - i];
    if (i == 2) kept = sum;
    sum -= x[i] * 3.0;
  }
  T other = x[1];
  other += std::move(sum);
  other += kept;
  return other;
}

TEST_CASE("sums are added to in place at every level") {
  std::vector<double> values;
  for (int i = 0; i < 30; ++i) values.push_back(std::cos(i));
  const std::size_t n = values.size();
  std::size_t once = 0;
  {
    dad::tape<> t;
    const auto guard = t.activate();
    std::vector<var<>> x(values.begin(), values.end());
    t.input(x);
    const var<> y = quadratic(x);
    CHECK(y.value() == close_to(quadratic(values), 1e-14));
    once = t.statistics().values;
  }
  dad::tape<> outer;
  dad::tape<var<>> inner;
  const auto outer_guard = outer.activate();
  const auto inner_guard = inner.activate();
  std::vector<var<>> x(values.begin(), values.end());
  outer.input(x);
  std::vector<var<var<>>> u(x.begin(), x.end());
  inner.input(u);
  const var<var<>> y = quadratic(u);
  CHECK(y.value().value() == quadratic(values));
  CHECK(inner.statistics().values == once);
  CHECK(outer.statistics().values == once);  // the values of the inner one's statements
  outer.backward(y.value());
  for (std::size_t i = 0; i < n; ++i) {
    double slope = 2 * values[n - 1 - i] - 3 + (i < 2 ? 1 : 0);
    // What was kept: x_0 + the first three products without the last three numbers.
    slope += (i < 3 ? values[n - 1 - i] : 0) + (i > n - 4 ? values[n - 1 - i] : 0) + (i < 1 ? 1 : 0) -
             (i < 2 ? 3 : 0);
    CHECK(x[i].adjoint() == close_to(slope, 1e-13));
  }
  inner.backward(y);
  for (std::size_t i = 0; i < n; ++i) {
    const double once_more = i < 3 || i > n - 4 ? 1 : 0;
    outer.clear_adjoints();
    outer.backward(u[i].adjoint());
    for (std::size_t j = 0; j < n; ++j) CHECK(x[j].adjoint() == (i + j == n - 1 ? 2 + once_more : 0));
  }
}

}  // namespace
