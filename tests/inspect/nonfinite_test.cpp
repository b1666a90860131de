// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// The first operation that made a NaN or an infinity: which it is, is known from how each function is made.

#include <dad/dad.hpp>

#include <cmath>
#include <limits>
#include <sstream>
#include <string>
#include <tuple>
#include <vector>

#include "catch.hpp"

namespace {

using dad::dual;
using dad::var;

constexpr double infinity = std::numeric_limits<double>::infinity();
constexpr double not_a_number = std::numeric_limits<double>::quiet_NaN();

struct expectation {
  std::size_t number;
  std::string name;
  std::vector<double> operands;
  double result;
  std::string scope = "";
  bool in_adjoints = false;
};

bool same_number(double a, double b) { return a == b || (std::isnan(a) && std::isnan(b)); }

void check(const dad::nonfinite_report& r, const expectation& e) {
  INFO(r.text());
  CHECK(static_cast<bool>(r));
  CHECK(r.number == e.number);
  CHECK(r.name == e.name);
  CHECK(r.in_adjoints == e.in_adjoints);
  CHECK(same_number(r.result, e.result));
  CHECK(r.scope == e.scope);
  REQUIRE(r.operands.size() == e.operands.size());
  for (std::size_t i = 0; i < e.operands.size(); ++i) CHECK(same_number(r.operands[i], e.operands[i]));
  CHECK_FALSE(r.item.has_value());
  CHECK_FALSE(r.rank.has_value());
}

/// On the tape over double and over dual, and as a program recorded at a point where all is well.
template <class F>
void check_everywhere(const F& f, const std::vector<double>& fine, const std::vector<double>& x,
                      const expectation& e) {
  CHECK_FALSE(dad::find_nonfinite(f, fine));
  check(dad::find_nonfinite(f, x), e);
  check(dad::find_nonfinite(f, std::vector<dual<>>(x.begin(), x.end())), e);
  auto p = dad::record(f, fine);
  CHECK_FALSE(p.find_nonfinite(fine));
  check(p.find_nonfinite(x), e);
  check(dad::find_nonfinite(p, x), e);
}

/// x[0] - 1 - 1 - ..., of which the logarithm is taken at each step: it is NaN first where x[0] < step.
const auto logarithms = [](const auto& x) {
  auto rest = x[0];
  auto sum = x[1] * 0.5;
  for (std::size_t k = 0; k < 5; ++k) {
    const dad::scope layer("step", k);
    rest = rest - 1.0;
    sum = sum + log(rest);
  }
  return sum;
};

}  // namespace

TEST_CASE("the logarithm of a negative number at step k") {
  for (std::size_t k = 0; k < 5; ++k) {
    // Before step k: one operation, and three for each step; in it, the logarithm is the second.
    const double x = static_cast<double>(k) + 0.75;
    check_everywhere(logarithms, {10, 1}, {x, 1},
                     {1 + 3 * k + 2, "log", {-0.25}, not_a_number, "step " + std::to_string(k)});
  }
}

TEST_CASE("zero times infinity") {
  const auto f = [](const auto& x) {
    const auto zero = x[0] - x[0];
    const auto ratio = x[1] / x[2];
    return zero * ratio + 1.0;
  };
  // The infinity comes before the NaN.
  check_everywhere(f, {1, 1, 1}, {1, 1, 0}, {2, "divide", {1, 0}, infinity});
  // An infinite input is to blame for what it does.
  check_everywhere(f, {1, 1, 1}, {1, infinity, 1}, {1, "input", {}, infinity});
  const auto g = [](const auto& x) { return x[0] * infinity; };
  check(dad::find_nonfinite(g, std::vector{0.0}), {1, "multiply", {0, infinity}, not_a_number});
  check(dad::record(g, std::vector{0.0}).find_nonfinite({0.0}), {1, "multiply", {0, infinity}, not_a_number});
}

TEST_CASE("an overflow that is lost again in the value") {
  const auto f = [](const auto& x) {
    const dad::scope s("weights");
    return 2.0 / exp(x[0]) + x[1];
  };
  check_everywhere(f, {1, 1}, {1000, 1}, {1, "exp", {1000}, infinity, "weights"});
}

TEST_CASE("a value that is NaN in the adjoints alone") {
  // sqrt'(0) is infinite: the second operation, at which the sweep arrives last.
  const auto f = [](const auto& x) {
    const dad::scope outer("loss");
    const auto difference = x[0] - x[1];
    const dad::scope inner(std::string("root") + "s");
    return sqrt(difference) + x[0];
  };
  check_everywhere(f, {2, 1}, {1, 1}, {2, "sqrt", {0}, infinity, "loss/roots", true});
  const auto r = dad::find_nonfinite(f, std::vector{1.0, 1.0});
  CHECK(r.partial == infinity);
  CHECK(r.adjoint == 1);
  CHECK(r.text() ==
        "operation 2, sqrt(%1) of 0 made the adjoint of %1 inf: partial inf, its own adjoint 1, in "
        "scope loss/roots");
}

TEST_CASE("a product of finite numbers that overflows in the adjoints") {
  // y = 1e200 x0 x1 x1 is finite, dy/dx0 is not: (1e200 * 1e80) * 1e80 at x0 = 1e-300.
  const auto f = [](const auto& x) { return ((x[0] * 1e200) * x[1]) * x[1]; };
  check_everywhere(f, {1, 1}, {1e-300, 1e80}, {1, "multiply", {1e-300, 1e200}, infinity, "", true});
}

TEST_CASE("a sum of finite shares that overflows in the adjoints") {
  // y = 1e308 x + 1e308 x: the sweep comes to the first product last, and that one's share is too much.
  const auto f = [](const auto& x) {
    const auto first = x[0] * 1e308;
    const auto second = x[0] * 1e308;
    return first + second;
  };
  check(dad::find_nonfinite(f, std::vector{0.25}), {1, "multiply", {0.25, 1e308}, infinity, "", true});
  check(dad::record(f, std::vector{0.25}).find_nonfinite({0.25}),
        {1, "multiply", {0.25, 1e308}, infinity, "", true});
}

TEST_CASE("inputs and constants that are NaN") {
  const auto f = [](const auto& x) { return x[0] * 2.0 + x[2] * x[1]; };
  check_everywhere(f, {1, 1, 1}, {1, not_a_number, 1}, {1, "input", {}, not_a_number});
  CHECK(dad::find_nonfinite(f, std::vector{1.0, not_a_number, 1.0}).text() == "input x1 is nan");
  // Nothing is computed from it.
  CHECK_FALSE(dad::find_nonfinite([](const auto& x) { return x[0]; }, std::vector{1.0, not_a_number}));

  const auto with_constant = [](const auto& x) { return x[0] * 2.0 + not_a_number; };
  check(dad::find_nonfinite(with_constant, std::vector{1.0}), {2, "add", {2, not_a_number}, not_a_number});
  check(dad::record(with_constant, std::vector{1.0}).find_nonfinite({1.0}),
        {2, "add", {2, not_a_number}, not_a_number});
}

TEST_CASE("a result that does not depend on the inputs") {
  const auto f = [](const auto& x) { return std::vector{x[0], std::decay_t<decltype(x[0])>(not_a_number)}; };
  check(dad::find_nonfinite(f, std::vector{1.0}), {1, "constant", {}, not_a_number});
  check(dad::record(f, std::vector{1.0}).find_nonfinite({1.0}), {1, "constant", {}, not_a_number});
  CHECK(dad::find_nonfinite(f, std::vector{1.0}).text() == "result 1 is nan, a constant");
}

TEST_CASE("what no result is computed from makes no harm") {
  const auto f = [](const auto& x) { return select(x[0] > 0, log(x[0]), x[0]); };
  CHECK_FALSE(dad::find_nonfinite(f, std::vector{-1.0}));
  CHECK_FALSE(dad::record(f, std::vector{-1.0}).find_nonfinite({-1.0}));
  // What a condition compares is not in the result either, of select as of a branch.
  const auto h = [](const auto& x) { return select(x[0] > 0, x[1], 2.0 * x[1]); };
  CHECK_FALSE(dad::find_nonfinite(h, std::vector{not_a_number, 1.0}));
  CHECK_FALSE(dad::record(h, std::vector{not_a_number, 1.0}).find_nonfinite({not_a_number, 1.0}));
  // norm at the origin meets infinities on its way to 0, and so does log_sum_exp.
  const auto g = [](const auto& x) { return dad::norm(x) + dad::log_sum_exp(x); };
  const std::vector<double> origin(5, 0.0);
  CHECK_FALSE(dad::find_nonfinite(g, origin));
  CHECK_FALSE(dad::record(g, origin).find_nonfinite(origin));
}

TEST_CASE("functions of ranges") {
  const auto f = [](const auto& x) {
    const dad::scope s("length");
    auto doubled = x;
    for (auto& d : doubled) d = d * 1e200;
    return dad::dot(doubled, doubled);
  };
  const std::vector<double> x{1, 2, 3};
  check(dad::find_nonfinite(f, x),
        {4, "dot", {1e200, 1e200, 2e200, 2e200, 3e200, 3e200}, infinity, "length"});
  CHECK(dad::record(f, x).find_nonfinite(x));
  // In a program they are made of operations, in a scope of their name.
  const std::vector<double> large(4, 1.5e308);
  const auto length = [](const auto& y) { return dad::norm(y); };
  check(dad::find_nonfinite(length, large), {1, "norm", large, infinity});
  const auto in_program = dad::record(length, large).find_nonfinite(large);
  CHECK(in_program.scope == "norm");
  CHECK(in_program.result == infinity);

  // Rows of more arguments than a statement holds are one operation.
  const auto g = [](const auto& y) {
    const auto first = exp(y[0]);
    return first + dad::norm(y);
  };
  std::vector<double> long_one(1000, 1.0);
  CHECK_FALSE(dad::find_nonfinite(g, long_one));
  long_one.assign(1000, 1.5e308);
  long_one[0] = 1;
  const auto r = dad::find_nonfinite(g, long_one);
  CHECK(r.number == 2);
  CHECK(r.name == "norm");
  REQUIRE(r.operands.size() == 1000);
  CHECK(r.operands[999] == 1.5e308);
  CHECK(r.text() ==
        "operation 2, norm(x0, x1, x2, x3, x4, x5, ... 1000 operands) of 1, 1.5e+308, 1.5e+308, "
        "1.5e+308, 1.5e+308, 1.5e+308, ... gave inf");
}

TEST_CASE("tangents count as values do") {
  // The value of sqrt is 0 at 0, its tangent infinite.
  const auto f = [](const auto& x) {
    const auto same = x[0] * 1.0;
    return same + sqrt(x[0]);
  };
  const auto r = dad::find_nonfinite(f, std::vector{dual<>(0.0, 1.0)});
  check(r, {2, "sqrt", {0}, 0});
  CHECK(r.text() == "operation 2, sqrt(x0) of 0 (tangent 1) gave 0 (tangent inf)");
  // Of a constant, it is the adjoint.
  CHECK(dad::find_nonfinite(f, std::vector{dual<>(0.0)}).in_adjoints);
}

TEST_CASE("points that are recorded on an outer tape") {
  dad::tape<> outer;
  const auto guard = outer.activate();
  std::vector<var<>> x{-2.0, 1.0};
  outer.input(x);
  const auto f = [](const auto& y) { return y[1] * log(y[0]); };
  check(dad::find_nonfinite(f, x), {1, "log", {-2}, not_a_number});
  x[0] = var<>(0.0);
  const auto g = [](const auto& y) { return y[1] + sqrt(y[0]); };
  check(dad::find_nonfinite(g, x), {1, "sqrt", {0}, infinity, "", true});
  CHECK(dad::tape<>::active() == &outer);
}

TEST_CASE("several results are looked through in order") {
  // Braces: from left to right.
  const auto f = [](const auto& x) { return std::tuple{x[0] * 2.0, sqrt(x[0]), log(x[1])}; };
  check_everywhere(f, {1, 1}, {0, 1}, {2, "sqrt", {0}, infinity, "", true});
  check_everywhere(f, {1, 1}, {0, 0}, {3, "log", {0}, -infinity});
}

TEST_CASE("points of any structure, and a derivative inside f") {
  const auto f = [](const auto& a, const auto& b) { return a * log(b); };
  check(dad::find_nonfinite(f, std::tuple{2.0, -1.0}), {1, "log", {-1}, not_a_number});
  check(dad::find_nonfinite([](const auto& x) { return log(x); }, -1.0f), {1, "log", {-1}, not_a_number});
  const auto slope = [](const auto& x) {
    using T = std::decay_t<decltype(x)>;
    return dad::derivative([](const auto& y) { return sqrt(y); }, T(x));
  };
  CHECK(dad::find_nonfinite(slope, 0.0));
  CHECK_FALSE(dad::find_nonfinite(slope, 1.0));
}

TEST_CASE("a program on another path, and one that may not look for it") {
  const auto f = [](const auto& x) { return x[0] > 0 ? x[0] * 1.0 : log(x[0]); };
  auto p = dad::record(f, std::vector{1.0});
  // The comparison is an operation of the program.
  check(p.find_nonfinite({-1.0}), {2, "log", {-1}, not_a_number});
  auto strict = dad::record(f, std::vector{1.0}, {.on_new_path = dad::on_new_path::raise});
  CHECK_THROWS_AS(strict.find_nonfinite({-1.0}), dad::tape_error);
  CHECK_THROWS_AS(p.find_nonfinite({-1.0, 2.0}), dad::shape_error);
}

TEST_CASE("what f throws goes through, and the tape is as it was") {
  const auto f = [](const auto& x) {
    if (x[0] > 0) throw std::domain_error("too large");
    return x[0] * 2.0;
  };
  CHECK_THROWS_WITH(dad::find_nonfinite(f, std::vector{1.0}), "too large");
  dad::tape<> t;
  const auto guard = t.activate();
  var<> x = 2.0;
  t.input(x);
  CHECK_FALSE(dad::find_nonfinite(f, std::vector{-1.0}));
  CHECK(dad::tape<>::active() == &t);
  t.backward(x * x);
  CHECK(x.adjoint() == 4);
}

TEST_CASE("a report as text") {
  dad::nonfinite_report r;
  std::ostringstream out;
  out << r;
  CHECK(out.str() == "everything is finite");
  CHECK(dad::find_nonfinite(logarithms, std::vector{2.75, 1.0}).text() ==
        "operation 9, log(%8) of -0.25 gave nan, in scope step 2");
}

TEST_CASE("what a checkpoint, a loop, a region or a rule has inside is found") {
  const std::vector x{1.0, 2.0};
  const auto root = dad::checkpoint([](const auto& u) { return sqrt(u - 1.0); });
  auto report = dad::find_nonfinite([&](const auto& u) { return root(u[0]) + u[1]; }, x);
  CHECK(report.text() ==
        "operation 2, sqrt(%1) of 0 made the adjoint of %1 inf: partial inf, its own adjoint 1");
  report = dad::find_nonfinite([&](const auto& u) { return dad::checkpoint_loop(root, u[0], 2); }, x);
  CHECK(report.text() == "operation 4, sqrt(%3) of -1 gave nan");
  report = dad::find_nonfinite(
      [](const auto& u) {
        std::decay_t<decltype(u[0])> y = 0;
        {
          const dad::preaccumulation region(y);
          y = log(u[0] - 5.0) * u[1];
        }
        return y;
      },
      x);
  CHECK(report.text() == "operation 2, log(%1) of -4 gave nan");
  const auto roots = dad::rule(
      [](const std::vector<double>& u) {
        return std::vector{std::sqrt(u[0] - 1), u[1]};
      },
      dad::derived,
      [](const std::vector<double>& u, const std::vector<double>& w) {
        return std::vector{w[0] / 2 / std::sqrt(u[0] - 1), w[1]};
      });
  report = dad::find_nonfinite([&](const auto& u) { return roots(u)[0]; }, x);
  CHECK(report.name == "rule");
  CHECK(report.in_adjoints);
  CHECK(report.operands == x);
}

TEST_CASE("rules of many results are looked into, of very many their results are named") {
  // A copy for each result of the one logarithm.
  const auto copies = [](std::size_t count) {
    return dad::rule([=](const std::vector<double>& u) { return std::vector(count, std::log(u[0])); },
                     dad::derived,
                     [](const std::vector<double>& u, const std::vector<double>& w) {
                       std::vector<double> adjoint(u.size(), 0.0);
                       for (const double wi : w) adjoint[0] += wi / u[0];
                       adjoint[0] /= u[0] - 1;
                       return adjoint;
                     });
  };
  const auto f = [&](std::size_t count) { return [=](const auto& u) { return copies(count)(u)[9] + u[1]; }; };
  const auto in_sweep = dad::find_nonfinite(f(300), std::vector{1.0, 2.0});
  CHECK(in_sweep.text() ==
        "operation 10, rule(x0, x1) of 1 and 2 made the adjoint of x0 inf: partial inf, its own adjoint 1");
  const auto in_value = dad::find_nonfinite(f(300), std::vector{-1.0, 2.0});
  CHECK(in_value.text() == "operation 10, rule(x0, x1) of -1 and 2 gave nan");
  std::vector<double> many(2000, -1.0);
  CHECK(dad::find_nonfinite(f(3000), many).text() == "operation 10, rule gave nan");
}
