// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// The tracing scalar in code written for double: comparisons and branches, casts, printing, limits, the parts
// of a number, standard algorithms, derivatives inside; what each leaves behind.

#include <dad/program/recording.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <compare>
#include <limits>
#include <numeric>
#include <sstream>
#include <string>
#include <type_traits>
#include <vector>

#include <dad/forward/dual.hpp>
#include <dad/reverse/var.hpp>

#include "program/interpreted.hpp"
#include "program/recorded.hpp"

namespace {

using dad::traced;
using dad::detail::recording;
using names = std::vector<std::string>;

constexpr double inf = std::numeric_limits<double>::infinity();
constexpr double nan = std::numeric_limits<double>::quiet_NaN();

/// The outcomes of a recording's guards.
std::string outcomes(const recording& r) {
  std::string text;
  for (const auto& g : r.guards) text += g.outcome != 0 ? '1' : '0';
  return text;
}

/// Whether all guards of a recording hold at another input.
bool holds_at(const recording& r, const std::vector<double>& x) {
  const std::vector<double> values = test::all_interpreted(r.operations, x);
  for (const auto& g : r.guards)
    if ((values[g.condition] != 0) != (g.outcome != 0)) return false;
  return true;
}

/// The value of a recording at another input.
double at(const recording& r, const std::vector<double>& x) {
  return test::interpreted(r.operations, r.outputs, x)[0];
}

static_assert(sizeof(traced) == 16);
static_assert(std::is_trivially_copyable_v<traced>);
static_assert(dad::scalar<traced> && dad::is_base<traced>);
static_assert(std::is_same_v<dad::plain_t<traced>, double>);
static_assert(!std::is_convertible_v<traced, double> && !std::is_convertible_v<traced, bool>);
static_assert(std::is_convertible_v<int, traced> && std::is_convertible_v<traced::condition, bool>);

TEST_CASE("comparisons give conditions, which branch where they become bools") {
  // Every comparison at less, equal, greater and unordered operands, next to the same of doubles.
  for (const double a : {1.0, 2.0, 3.0, nan}) {
    const recording r = test::record(
        [&](const auto& x) {
          const traced &p = x[0], &q = x[1];
          CHECK((p < q) == (a < 2));
          CHECK((p <= q) == (a <= 2));
          CHECK((p > q) == (a > 2));
          CHECK((p >= q) == (a >= 2));
          CHECK((p == q) == (a == 2));
          CHECK((p != q) == (a != 2));
          CHECK((p < 2) == (a < 2));
          CHECK((2 <= p) == (2 <= a));
          CHECK((p > 2.0F) == (a > 2));
          CHECK((2.0 != p) == (2 != a));
          return p;
        },
        {a, 2.0});
    CHECK(r.guards.size() == 10);
    CHECK_FALSE(r.has_escaped);
    CHECK(holds_at(r, {a, 2.0}));
    for (const double b : {1.0, 2.0, 3.0, nan}) {
      CAPTURE(a, b);
      CHECK(holds_at(r, {b, 2.0}) == ((a < 2) == (b < 2) && (a > 2) == (b > 2) && (a == 2) == (b == 2)));
    }
  }
}

TEST_CASE("logical operators evaluate and guard as with double") {
  const auto f = [](const auto& x) {
    traced y = 0;
    if (x[0] > 0 && x[1] > 0) y += 1;
    if (x[0] > 0 || x[1] > 0) y += 2;
    if (!(x[0] > 0)) y += 4;
    return y;
  };
  CHECK(outcomes(test::record(f, {1, 1})) == "1111");
  CHECK(outcomes(test::record(f, {1, -1})) == "1011");  // &&: both; ||: the first; !
  CHECK(outcomes(test::record(f, {-1, 1})) == "0010");
  CHECK(at(test::record(f, {-1, 1}), {-1, 1}) == 6);
}

TEST_CASE("three-way comparison") {
  const auto f = [](const auto& x) {
    const std::partial_ordering order = x[0] <=> x[1];
    return order < 0 ? x[0] * 2 : order > 0 ? x[0] * 3 : order == 0 ? x[0] * 4 : x[1] * 5;
  };
  CHECK(at(test::record(f, {1, 2}), {1, 2}) == 2);
  CHECK(at(test::record(f, {2, 1}), {2, 1}) == 6);
  CHECK(at(test::record(f, {2, 2}), {2, 2}) == 8);
  CHECK(at(test::record(f, {nan, 2}), {nan, 2}) == 10);
}

TEST_CASE("select takes a condition without a branch") {
  const recording r = test::record(
      [](const auto& x) {
        const traced low = dad::select(x[0] < x[1], x[0], x[1]);
        const traced negated = dad::select(x[0] != x[1], x[0] * 10, 7);
        return low + dad::select(isnan(low), 100, negated);
      },
      {1, 2});
  CHECK(r.guards.empty());
  CHECK_FALSE(r.has_escaped);
  CHECK(at(r, {1, 2}) == 11);
  CHECK(at(r, {5, 3}) == 53);
  CHECK(at(r, {3, 3}) == 10);
  // Of plain conditions it takes one and notes nothing.
  CHECK(test::operations_of(
            test::record([](const auto& x) { return dad::select(true, x[0], x[1]); }, {1, 2}).operations)
            .empty());
  CHECK(test::operations_of(
            test::record([](const auto& x) { return dad::select(traced(1) < 2, x[0], x[1]); }, {1, 2})
                .operations)
            .empty());
}

TEST_CASE("classes of numbers are conditions") {
  for (const double a : {0.0, -0.0, 1.5, -1.5, 5e-324, inf, -inf, nan}) {
    const recording r = test::record(
        [&](const auto& x) {
          using std::isfinite, std::isinf, std::isnan, std::isnormal, std::signbit;
          CHECK(isnan(x[0]) == std::isnan(a));
          CHECK(isinf(x[0]) == std::isinf(a));
          CHECK(isfinite(x[0]) == std::isfinite(a));
          CHECK(isnormal(x[0]) == std::isnormal(a));
          CHECK(signbit(x[0]) == std::signbit(a));
          CHECK(fpclassify(x[0]) == std::fpclassify(a));
          return x[0];
        },
        {a});
    CHECK(r.guards.size() >= 6);
    CHECK_FALSE(r.has_escaped);
    CHECK(holds_at(r, {a}));
    CHECK(holds_at(r, {2 * a}) == (std::fpclassify(2 * a) == std::fpclassify(a)));
    CHECK_FALSE(holds_at(r, {a == 1.5 ? inf : 1.5}));
  }
}

TEST_CASE("a cast to an integer or bool is a guard on what it gave") {
  const auto f = [](const auto& x) {
    const double table[] = {1.0, 20.0, 300.0};
    return x[0] * table[static_cast<int>(x[0])];
  };
  const recording r = test::record(f, {1.75});
  CHECK_FALSE(r.has_escaped);
  CHECK(r.guards.size() >= 1);
  CHECK(at(r, {1.75}) == 35);
  for (const double x : {1.0, 1.999, 1.25}) CHECK(holds_at(r, {x}));
  for (const double x : {0.999, 2.0, -1.75, nan, inf}) CHECK_FALSE(holds_at(r, {x}));
  // -0.5 and 0.5 are both 0.
  const recording zero = test::record([](const auto& x) { return x[0] + static_cast<long>(x[0]); }, {-0.5});
  CHECK(holds_at(zero, {0.5}));
  CHECK(holds_at(zero, {0.0}));
  CHECK_FALSE(holds_at(zero, {1.0}));
  CHECK(at(zero, {0.5}) == 0.5);
  CHECK(zero.is_same_as(test::record([](const auto& x) { return x[0] + static_cast<long>(x[0]); }, {0.5})));
  // bool
  const recording truth =
      test::record([](const auto& x) { return static_cast<bool>(x[0]) ? x[0] : x[0] + 7; }, {2.0});
  CHECK(outcomes(truth).size() == 1);
  CHECK(holds_at(truth, {-3.0}));
  CHECK(holds_at(truth, {nan}));
  CHECK_FALSE(holds_at(truth, {-0.0}));
  // Unsigned and small ones.
  const recording small =
      test::record([](const auto& x) { return x[0] * static_cast<unsigned char>(x[0]); }, {200.5});
  CHECK(at(small, {200.5}) == 200.5 * 200);
  CHECK_FALSE(holds_at(small, {201.0}));
  // Constants need none.
  const recording constant =
      test::record([](const auto& x) { return x[0] * static_cast<int>(traced(2.5)); }, {1.0});
  CHECK(constant.guards.empty());
  CHECK(at(constant, {4.0}) == 8);
}

TEST_CASE("printing reads the number") {
  std::ostringstream out;
  const recording r =
      test::record([&](const auto& x) { return out << x[0] * 2 << ' ' << traced(0.5), x[0]; }, {1.25});
  CHECK(out.str() == "2.5 0.5");
  CHECK(r.has_escaped);
}

TEST_CASE("numeric_limits are constants") {
  using limits = std::numeric_limits<traced>;
  static_assert(limits::is_specialized && limits::has_infinity && limits::digits == 53);
  CHECK(limits::max().value() == std::numeric_limits<double>::max());
  CHECK(limits::lowest().is_constant());
  CHECK(limits::epsilon().value() == std::numeric_limits<double>::epsilon());
  CHECK(limits::infinity().value() == inf);
  CHECK(std::isnan(limits::quiet_NaN().value()));
}

TEST_CASE("the parts of a number") {
  const recording r = test::record(
      [](const auto& x) {
        int exponent = 0;
        const traced mantissa = frexp(x[0], &exponent);
        traced whole;
        const traced fraction = modf(x[0], &whole);
        return mantissa * exponent + fraction * 1000 + whole;
      },
      {6.5});
  // 6.5 = 0.8125 * 2^3
  CHECK_FALSE(r.has_escaped);
  CHECK(at(r, {6.5}) == Approx(0.8125 * 3 + 500 + 6));
  CHECK(holds_at(r, {5.25}));
  CHECK(at(r, {5.25}) == Approx(5.25 / 8 * 3 + 250 + 5));
  CHECK_FALSE(holds_at(r, {8.25}));  // another exponent
  CHECK_FALSE(holds_at(r, {-6.5}));
  const recording rest =
      test::record([](const auto& x) { return fmod(x[0], x[1]) + remainder(x[0], x[1]); }, {7, 2.5});
  CHECK(rest.guards.empty());
  CHECK(at(rest, {7, 2.5}) == 2 - 0.5);
  CHECK(at(rest, {-8, 3}) == -2 + 1);
}

TEST_CASE("constants are computed and not noted, whatever they are computed with") {
  const recording r = test::record(
      [](const auto& x) {
        traced c = 2;
        c *= c;
        c = sqrt(c) + pow(c, 2) + (c > 3 ? 1 : 0);  // 2 + 16 + 1
        c = max(c, 5);
        return x[0] * c;
      },
      {1.0});
  CHECK(test::operations_of(r.operations) == names{"multiply"});
  CHECK(r.guards.empty());
  CHECK(at(r, {2.0}) == 38);
  // Also where nobody listens.
  CHECK((traced(2) * 3 + exp(traced(0))).value() == 7);
  CHECK(static_cast<bool>(traced(2) < 3));
}

TEST_CASE("zero is structure, a varying zero is not") {
  CHECK(traced().is_zero());
  CHECK(traced(0).is_zero());
  CHECK_FALSE(traced(1).is_zero());
  static_cast<void>(test::record(
      [](const auto& x) {
        CHECK_FALSE((x[0] * 0).is_zero());
        CHECK_FALSE(x[1].is_zero());
        CHECK(dad::detail::masked_product(inf, traced()).is_zero());
        return x[0];
      },
      {1.0, 0.0}));
}

TEST_CASE("standard algorithms and containers") {
  const auto f = [](const auto& x) {
    std::vector<traced> v(x.begin(), x.end());
    std::sort(v.begin(), v.end());
    const traced middle = v[v.size() / 2];
    const traced total = std::accumulate(v.begin(), v.end(), traced(0));
    const traced largest = *std::max_element(x.begin(), x.end());
    using std::max;
    return middle + 10 * total + 100 * largest + 1000 * max(x[0], x[1]);
  };
  const recording r = test::record(f, {3, 1, 2});
  CHECK_FALSE(r.has_escaped);
  CHECK(at(r, {3, 1, 2}) == 2 + 60 + 300 + 3000);
  CHECK(holds_at(r, {30, 10, 20}));
  CHECK(at(r, {30, 10, 20}) == 20 + 600 + 3000 + 30000);
  CHECK_FALSE(holds_at(r, {1, 2, 3}));
  CHECK(at(test::record(f, {1, 2, 3}), {1, 2, 3}) == 2 + 60 + 300 + 2000);
}

TEST_CASE("a loop whose end depends on values records one guard a turn") {
  // Newton's iteration for a square root, to a tolerance.
  const auto f = [](const auto& x) {
    traced y = 1;
    while (abs(y * y - x[0]) > 1e-10) y = (y + x[0] / y) / 2;
    return y;
  };
  const recording r = test::record(f, {2.0});
  CHECK(outcomes(r) == "11110");
  CHECK(at(r, {2.0}) == Approx(std::sqrt(2.0)).epsilon(1e-10));
  CHECK_FALSE(holds_at(r, {1000.0}));
  CHECK(outcomes(test::record(f, {1000.0})).size() > 8);
}

TEST_CASE("duals of traced numbers") {
  // d/dt (t sin(t)) at x0, times x1: the tangent is noted as the value is.
  const recording r = test::record(
      [](const auto& x) {
        using dual = dad::dual<traced>;
        const dual t(x[0], 1);
        const dual y = t * sin(t);
        return y.tangent() * x[1];
      },
      {0.7, 2.0});
  CHECK_FALSE(r.has_escaped);
  for (const double t : {0.7, -1.2}) CHECK(at(r, {t, 3.0}) == Approx(3 * (std::sin(t) + t * std::cos(t))));
  // Comparisons of duals are those of their values; select is free of branches.
  const recording chosen = test::record(
      [](const auto& x) {
        using dual = dad::dual<traced>;
        const dual t(x[0], 1);
        const dual y = dad::select(t > 0, t * t, -t);
        return y.tangent();
      },
      {3.0});
  CHECK(chosen.guards.empty());
  CHECK(at(chosen, {3.0}) == 6);
  CHECK(at(chosen, {-3.0}) == -1);
  const recording branched = test::record(
      [](const auto& x) {
        const dad::dual<traced> t(x[0], 1);
        return t > 0 ? (t * t).tangent() : (-t).tangent();
      },
      {3.0});
  CHECK(outcomes(branched) == "1");
}

TEST_CASE("a tape of traced numbers") {
  // The gradient of u v^2 + exp(u) at (x0, x1), as a vector.
  const recording r = test::record(
      [](const auto& x) {
        dad::tape<traced> tape;
        const auto active = tape.activate();
        dad::var<traced> u = x[0], v = x[1];
        tape.input(u);
        tape.input(v);
        tape.backward(u * v * v + exp(u));
        return std::vector<traced>{u.adjoint(), v.adjoint()};
      },
      {0.5, 2.0});
  CHECK_FALSE(r.has_escaped);
  CHECK(r.guards.empty());
  for (const double u : {0.5, -1.0}) {
    const std::vector<double> gradient = test::interpreted(r.operations, r.outputs, {u, 3.0});
    CHECK(gradient[0] == Approx(9 + std::exp(u)));
    CHECK(gradient[1] == Approx(6 * u));
  }
}

TEST_CASE("functions of ranges are noted, neither read nor branched on") {
  const auto recorded = [](const auto& f) {
    const recording r = test::record(f, {3, -4, 12, 84});
    CHECK_FALSE(r.has_escaped);
    CHECK(r.guards.empty());
    return r;
  };
  const recording length = recorded([](const auto& x) { return dad::norm(x); });
  CHECK(at(length, {3, -4, 12, 84}) == Approx(85));
  CHECK(at(length, {1, 1, 1, 1}) == Approx(2));
  CHECK(at(length, {0, 0, 0, 0}) == 0);
  CHECK(at(length, {3e200, -4e200, 12e200, 84e200}) == Approx(85e200));
  CHECK(at(length, {3e-200, -4e-200, 12e-200, 84e-200}) == Approx(85e-200));
  CHECK(at(length, {0, inf, 1, 2}) == inf);
  CHECK(std::isnan(at(length, {0, 1, nan, 2})));
  const recording product = recorded([](const auto& x) {
    return dad::dot(x, std::vector{1.0, 2.0, 3.0, 4.0});
  });
  CHECK(at(product, {1, 10, 100, 1000}) == 4321);
  const recording both = recorded([](const auto& x) { return dad::dot(x, x); });
  CHECK(at(both, {1, 2, 3, 4}) == 30);
  const recording exponential = recorded([](const auto& x) { return dad::log_sum_exp(x); });
  CHECK(at(exponential, {0, 0, 0, 0}) == Approx(std::log(4.0)));
  CHECK(at(exponential, {1000, 1000, 0, -1000}) == Approx(1000 + std::log(2.0)));
  CHECK(at(exponential, {-inf, -inf, -inf, -inf}) == -inf);
  CHECK(at(exponential, {-inf, 2, -inf, -inf}) == 2);
  CHECK(at(exponential, {inf, 2, 0, 0}) == inf);
  // Ranges of a few elements, of constants, and mixed ones.
  const recording few = test::record(
      [](const auto& x) {
        const std::array<traced, 2> two{x[0], x[1]};
        const std::array<traced, 1> one{x[1]};
        const std::vector<traced> constants{3, 4};
        CHECK(dad::norm(constants).value() == 5);
        CHECK(dad::dot(constants, constants).value() == 25);
        CHECK(dad::norm(std::vector<traced>{}).value() == 0);
        CHECK(dad::log_sum_exp(std::vector<traced>{}).value() == -inf);
        return dad::norm(two) + 10 * dad::norm(one) + 100 * dad::log_sum_exp(one) + dad::dot(constants, two);
      },
      {3, 4});
  CHECK_FALSE(few.has_escaped);
  CHECK(at(few, {3, 4}) == Approx(5 + 40 + 400 + 25));
  CHECK(at(few, {0, -2}) == Approx(2 + 20 - 200 - 8));
}

}  // namespace
