// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// dad::record: recorded programs against closed forms, the drivers and the batch calls; what they refuse, and
// what they say about themselves.

#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>
#include <limits>
#include <map>
#include <set>
#include <span>
#include <sstream>
#include <stdexcept>
#include <string>
#include <tuple>
#include <vector>

#include "catch.hpp"
#include "core/close.hpp"

#include <dad/dad.hpp>

namespace {

using row = std::vector<double>;

// Two paths: x0 sin x1 where x0 > 0, otherwise exp(x1) - x0^2.
const auto branching = [](const auto& x) { return x[0] > 0 ? x[0] * sin(x[1]) : exp(x[1]) - x[0] * x[0]; };
double height(const row& x) { return x[0] > 0 ? x[0] * std::sin(x[1]) : std::exp(x[1]) - x[0] * x[0]; }
row slope(const row& x) {
  return x[0] > 0 ? row{std::sin(x[1]), x[0] * std::cos(x[1])} : row{-2 * x[0], std::exp(x[1])};
}

const row right = {1.5, 0.7};
const row left = {-2.0, 0.3};

// The same, and says how often it is called.
auto counted(int& calls) {
  return [&calls](const auto& x) {
    ++calls;
    return branching(x);
  };
}

constexpr dad::record_options strict = {.on_new_path = dad::on_new_path::raise};

bool same_bits(std::span<const double> a, std::span<const double> b) {
  return a.size() == b.size() && (a.empty() || std::memcmp(a.data(), b.data(), a.size_bytes()) == 0);
}

std::vector<row> many_points(std::size_t count) {
  std::vector<row> points;
  for (std::size_t i = 0; i < count; ++i) {
    const auto t = static_cast<double>(i);
    points.push_back({std::sin(1 + t * t), std::cos(2 * t)});
  }
  return points;
}

template <class T>
struct option {
  T spot, strike;
  int kind = 1;
  std::string name;
  std::vector<T> dividends;
  template <class Archive>
  void serialize(Archive& archive, unsigned) {
    archive& spot& strike& kind& name& dividends;
  }
};
const auto worth = [](const auto& o) {
  auto sum = o.kind * (o.spot - o.strike);
  for (const auto& d : o.dividends) sum -= d * d;
  return sum;
};

template <class T>
struct priced {
  T value;
  int digits = 0;
  template <class Archive>
  void serialize(Archive& archive, unsigned) {
    archive& value& digits;
  }
};

}  // namespace

TEST_CASE("a program gives f and its derivatives at other inputs") {
  int calls = 0;
  auto p = dad::record(counted(calls), right);
  const int recorded = calls;
  for (const row& x : {row{1.5, 0.7}, row{0.25, -3.0}, row{8.0, 100.0}}) {
    CHECK(p(x) == close_to(height(x)));
    const auto [value, gradient] = p.value_and_gradient(x);
    CHECK(value == close_to(height(x)));
    CHECK_ROW(gradient, slope(x));
    CHECK_ROW(p.gradient(x), slope(x));
    const auto [y, jacobian] = p.value_and_jacobian(x);
    CHECK(y == value);
    REQUIRE(jacobian.rows() == 1);
    CHECK_ROW(std::vector(jacobian.data(), jacobian.data() + 2), slope(x));
    const dad::matrix h = p.hessian(x);
    CHECK(h(0, 0) == 0);
    CHECK(h(0, 1) == close_to(std::cos(x[1])));
    CHECK(h(1, 0) == h(0, 1));
    CHECK(h(1, 1) == close_to(-x[0] * std::sin(x[1])));
  }
  CHECK(p.value_and_hessian({2.0, 1.0}).value == close_to(2 * std::sin(1)));
  CHECK(calls == recorded);
}

TEST_CASE("a path that is new is recorded once") {
  int calls = 0;
  auto p = dad::record(counted(calls), right);
  CHECK(p.statistics().paths == 1);
  const int recorded = calls;
  CHECK(p(left) == close_to(height(left)));
  CHECK_ROW(p.gradient(left), slope(left));
  CHECK(calls == 2 * recorded);
  CHECK(p.statistics().paths == 2);
  for (const row& x : many_points(50)) {
    CHECK(p(x) == close_to(height(x), 1e-12, 1e-15));
    CHECK_ROW(p.gradient(x), slope(x), 1e-12, 1e-15);
  }
  CHECK(calls == 2 * recorded);
  CHECK(p.statistics().paths == 2);
}

TEST_CASE("a path that is new is refused where that was asked for") {
  int calls = 0;
  auto p = dad::record(counted(calls), right, strict);
  const int recorded = calls;
  CHECK_THROWS_AS(p(left), dad::tape_error);
  CHECK_THROWS_WITH(p.value_and_gradient(left), contains("other branches than those recorded"));
  CHECK_THROWS_AS(p.hessian(left), dad::tape_error);
  CHECK(p({3.0, 1.0}) == close_to(3 * std::sin(1)));
  CHECK(calls == recorded);
  CHECK(p.statistics().paths == 1);

  const std::vector<row> inputs = {{2, 1}, {-1, 1}, {3, 1}, {-2, 1}};
  try {
    p.batch(inputs);
    FAIL("expected a batch_error");
  } catch (const dad::batch_error& e) {
    CHECK(e.index() == 1);
    CHECK_THAT(e.text(), contains("other branches"));
  }
  const auto r = p.batch(inputs, {.on_error = dad::on_error::collect});
  REQUIRE(r.errors().size() == 2);
  CHECK(r[1].has_error());
  CHECK(r[3].has_error());
  CHECK(std::isnan(r[3].value));
  CHECK(std::isnan(r[3].gradient[1]));
  CHECK(r[2].value == close_to(height(inputs[2])));
  CHECK_ROW(r[2].gradient, slope(inputs[2]));
  CHECK(calls == recorded);
}

TEST_CASE("inputs of another structure are refused") {
  auto p = dad::record(branching, right);
  CHECK_THROWS_AS(p({1.0, 2.0, 3.0}), dad::shape_error);
  CHECK_THROWS_WITH(p.gradient(row{1}), contains("1 reals") && contains("expected 2"));
  CHECK_THROWS_AS(p.batch(std::vector<row>{{1, 2}, {1, 2, 3}}), dad::shape_error);
  CHECK_THROWS_WITH(p.batch(std::vector<row>{{1, 2}, {1, 2, 3}}), contains("input 1 has 3 reals"));

  auto q = dad::record(worth, option<double>{10, 8, 1, "a", {1, 2}});
  CHECK(q(option<double>{10, 9, 1, "a", {1, 3}}) == -9);
  CHECK_THROWS_WITH(q(option<double>{10, 9, 1, "a", {1}}), contains("3 reals") && contains("expected 4"));
  CHECK_THROWS_WITH(q(option<double>{10, 9, -1, "a", {1, 3}}), contains("other data"));
  CHECK_THROWS_AS(q(option<double>{10, 9, 1, "b", {1, 3}}), dad::shape_error);
}

TEST_CASE("a batch of a program has the bits of batch_eval") {
  const std::vector<row> inputs = many_points(1000);
  const auto expected = dad::batch_eval(branching, inputs);
  int calls = 0;
  auto p = dad::record(counted(calls), right);
  for (const int threads : {1, 3}) {
    const auto r = p.batch(inputs, {.threads = threads});
    CHECK(same_bits(r.values(), expected.values()));
    CHECK(same_bits(r.gradients(), expected.gradients()));
    CHECK(calls == 4);  // two paths, each twice
  }
  for (std::size_t i = 0; i < inputs.size(); i += 37) {
    const auto [value, gradient] = p.value_and_gradient(inputs[i]);
    CHECK(same_bits(std::array{value}, expected.values().subspan(i, 1)));
    CHECK(same_bits(gradient, expected.gradients().subspan(2 * i, 2)));
  }
  CHECK(calls == 4);
  CHECK(p.batch(std::vector<row>()).empty());
}

TEST_CASE("Jacobians and Hessians of a program have the bits of the batch calls") {
  const std::vector<row> inputs = many_points(20);
  const auto f = [](const auto& x) { return std::array{x[0] * x[1], sin(x[0]), exp(x[1]) / (2 + x[0])}; };
  auto p = dad::record(f, inputs[0]);
  const auto jacobians = dad::batch_jacobian(f, inputs);
  auto q = dad::record(branching, right);
  const auto hessians = dad::batch_hessian(branching, inputs);
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    const auto [y, j] = p.value_and_jacobian(inputs[i]);
    CHECK(y == jacobians[i].value);
    CHECK(same_bits({j.data(), j.size()}, jacobians.jacobians().subspan(6 * i, 6)));
    const dad::matrix by_driver = dad::jacobian(f, inputs[i]);
    CHECK_ROW(std::vector(j.data(), j.data() + 6), std::vector(by_driver.data(), by_driver.data() + 6), 1e-13,
              1e-15);
    const dad::matrix h = q.hessian(inputs[i]);
    CHECK(same_bits({h.data(), h.size()}, hessians.hessians().subspan(4 * i, 4)));
  }
}

TEST_CASE("a Hessian too large to write out is computed row by row") {
  const auto f = [](const auto& x) {
    auto sum = 0 * x[0];
    for (std::size_t i = 0; i + 1 < x.size(); ++i) sum += x[i] * sin(x[i + 1]);
    return sum;
  };
  const std::size_t n = 150;
  row x;
  for (std::size_t i = 0; i < n; ++i) x.push_back(std::cos(static_cast<double>(i)));
  REQUIRE(dad::detail::longest_unrolled < n * 6 * n * 3);
  auto p = dad::record(f, x);
  const dad::matrix h = p.hessian(x);
  REQUIRE(h.rows() == n);
  for (std::size_t i = 0; i < n; ++i)
    for (std::size_t j = 0; j < n; ++j) {
      double expected = 0;
      if (i == j && i > 0) expected = -x[i - 1] * std::sin(x[i]);
      if (i + 1 == j) expected = std::cos(x[j]);
      if (j + 1 == i) expected = std::cos(x[i]);
      CHECK(h(i, j) == close_to(expected, 1e-13, 1e-15));
    }
}

TEST_CASE("a Hessian that is computed row by row is symmetric and has the bits of batch_hessian") {
  const auto f = [](const auto& x) {
    auto sum = 0 * x[0];
    for (std::size_t i = 0; i + 1 < x.size(); ++i) sum += exp(x[i] / x[i + 1]) * sin(x[i] * x[i + 1] + x[0]);
    return sum;
  };
  row x;
  for (std::size_t i = 0; i < 110; ++i) x.push_back(2 + std::cos(static_cast<double>(i)));
  const dad::matrix h = dad::record(f, x).hessian(x);
  const auto expected = dad::batch_hessian(f, std::vector<row>{x});
  CHECK(same_bits({h.data(), h.size()}, expected.hessians()));
  for (std::size_t i = 0; i < x.size(); ++i)
    for (std::size_t j = 0; j < i; ++j) CHECK(h(i, j) == h(j, i));
}

TEST_CASE("a Jacobian of few inputs that is too large to write out is computed column by column") {
  // y_k = k x0^2 + k^2 x0 x1
  constexpr std::size_t m = 20000;
  const auto f = [](const auto& x) {
    std::vector<std::decay_t<decltype(x[0])>> y;
    for (std::size_t i = 0; i < m; ++i) {
      const auto k = static_cast<double>(i);
      y.push_back(k * x[0] * x[0] + k * k * x[0] * x[1]);
    }
    return y;
  };
  REQUIRE(dad::detail::longest_unrolled < 2 * 4 * m);
  const std::vector<row> inputs = {{1.5, -2}, {.25, 3}, {-1, 4}};
  const auto all = dad::batch_jacobian(f, inputs);
  auto p = dad::record(f, inputs[0]);
  bool is_right = true;
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    const auto [value, j] = p.value_and_jacobian(inputs[i]);
    REQUIRE(j.rows() == m);
    REQUIRE(j.cols() == 2);
    CHECK(same_bits({j.data(), j.size()}, all.jacobians().subspan(2 * m * i, 2 * m)));
    const double u = inputs[i][0], v = inputs[i][1];  // with few bits: products are exact
    for (std::size_t r = 0; r < m; ++r) {
      const auto k = static_cast<double>(r);
      is_right = is_right && j(r, 0) == 2 * k * u + k * k * v && j(r, 1) == k * k * u;
      is_right = is_right && value[r] == k * u * u + k * k * u * v;
    }
  }
  CHECK(is_right);
}

TEST_CASE("programs of numbers, tuples, spans, matrices and structs") {
  auto cube = dad::record([](const auto& x) { return x * x * x; }, 2);
  CHECK(cube(1.5) == 3.375);
  CHECK(cube(3) == 27);
  CHECK(cube.gradient(1.5) == 6.75);
  CHECK(cube.hessian(3.0)(0, 0) == 18);
  CHECK(cube.batch(row{1, 2, 3}).gradients()[2] == 27);

  auto area = dad::record([](const auto& a, const auto& b) { return a * b; }, std::tuple(2.0, 3.0));
  CHECK(area({4.0, 5.0}) == 20);
  CHECK(area.gradient({4.0, 5.0}) == std::tuple(5.0, 4.0));

  const auto product = [](const auto& x) { return x[0] * x[1]; };
  auto of_span = dad::record(product, std::span<const double>(right));
  CHECK(of_span(std::span<const double>(left)) == -0.6);
  CHECK(of_span.gradient(row{3, 4}) == row{4, 3});
  auto of_array = dad::record(product, std::array{1.0, 2.0});
  CHECK(of_array.gradient(row{3, 4}) == std::array{4.0, 3.0});
  CHECK(of_array.gradient(std::vector{3, 4}) == std::array{4.0, 3.0});
  CHECK_THROWS_AS(of_array(row{3, 4, 5}), dad::shape_error);
  const row numbers = {1, 2, 3, 4, 5, 6};
  const auto rows = of_array.batch(dad::matrix_view(numbers.data(), 3, 2));
  REQUIRE(rows.size() == 3);
  CHECK(rows[2].value == 30);
  CHECK(rows[1].gradient[0] == 4);
  CHECK_THROWS_AS(of_array.batch(dad::matrix_view(numbers.data(), 2, 3)), dad::shape_error);

  const option<double> a = {10, 8, -1, "a", {1, 2}};
  auto p = dad::record(worth, a);
  const auto g = p.gradient(option<double>{1, 2, -1, "a", {3, 4}});
  CHECK(g.spot == -1);
  CHECK(g.strike == 1);
  CHECK(g.kind == -1);
  CHECK(g.dividends == row{-6, -8});
  const auto r = p.batch(std::vector{a, a});
  CHECK(r[1].gradient.dividends == row{-2, -4});
  CHECK(r[1].gradient.name == "a");
}

TEST_CASE("a program gives results of any structure") {
  const auto f = [](const auto& x) {
    using T = std::remove_cvref_t<decltype(x[0])>;
    return x[0] > 0 ? priced<T>{x[0] * x[1], 2} : priced<T>{x[1], 5};
  };
  auto p = dad::record(f, right);
  CHECK(p({3.0, 4.0}).value == 12);
  CHECK(p({3.0, 4.0}).digits == 2);
  CHECK(p({-3.0, 4.0}).value == 4);
  CHECK(p({-3.0, 4.0}).digits == 5);
  CHECK(p.jacobian({3.0, 4.0})(0, 0) == 4);
  CHECK(p({5.0, 4.0}).digits == 2);

  auto range = dad::record([](const auto& x) { return std::vector{x[1], x[0]}; }, right);
  CHECK(range({3.0, 4.0}) == row{4, 3});
  auto seven = dad::record([](const auto&) { return 7; }, right);
  CHECK(seven({3.0, 4.0}) == 7);
  CHECK(seven.gradient({3.0, 4.0}) == row{0, 0});
}

TEST_CASE("functions that have no program are refused with the reason") {
  const auto escapes = [](const auto& x) { return x[0] * dad::value(x[1]); };
  CHECK_THROWS_AS(dad::record(escapes, right), dad::tape_error);
  CHECK_THROWS_WITH(dad::record(escapes, right), contains("reads a number out of its scalars"));

  int calls = 0;
  const auto counter = [&calls](const auto& x) { return x[0] * ++calls; };
  CHECK_THROWS_AS(dad::record(counter, right), dad::tape_error);
  CHECK_THROWS_WITH(dad::record(counter, right), contains("called again with the same input"));

  const auto too_long = [](const auto& x) {
    auto y = x[0];
    for (std::size_t i = 0; i < dad::detail::longest_program; ++i) y = y + x[1];
    return y;
  };
  CHECK_THROWS_AS(dad::record(too_long, right), dad::tape_error);
  CHECK_THROWS_WITH(dad::record(too_long, right), contains("more than 524288 operations"));

  // The same on a path that is met later; what was known stays known.
  auto p = dad::record([](const auto& x) { return x[0] > 0 ? x[0] * x[1] : x[0] * dad::value(x[1]); }, right);
  CHECK_THROWS_WITH(p(left), contains("reads a number out of its scalars"));
  CHECK(p({3.0, 4.0}) == 12);
  CHECK(p.statistics().paths == 1);
}

TEST_CASE("what f throws goes through") {
  const auto f = [](const auto& x) {
    if (x[0] < 0) throw std::domain_error("below zero");
    return sqrt(x[0]) * x[1];
  };
  CHECK_THROWS_AS(dad::record(f, left), std::domain_error);
  auto p = dad::record(f, right);
  CHECK_THROWS_AS(p(left), std::domain_error);
  CHECK(p({4.0, 3.0}) == 6);

  const std::vector<row> inputs = {{4, 1}, {-1, 1}, {9, 1}, {-1, 2}, {16, 1}};
  try {
    p.batch(inputs);
    FAIL("expected a batch_error");
  } catch (const dad::batch_error& e) {
    CHECK(e.index() == 1);
    CHECK(e.text() == "below zero");
  }
  const auto r = p.batch(inputs, {.on_error = dad::on_error::collect});
  CHECK(r.errors().size() == 2);
  CHECK(r[3].error().text() == "below zero");
  CHECK(r[4].value == 4);
}

TEST_CASE("an input that fails leaves the others of its branch alone") {
  const auto f = [](const auto& x) {
    if (x[0] > 0) return x[0] * x[1];
    if (x[0] < -1) throw std::domain_error("below -1");
    return x[0] + x[1];
  };
  const std::vector<row> inputs = {{2, 3}, {-5, 1}, {-0.5, 1}, {-6, 1}, {-0.25, 1}};
  auto p = dad::record(f, right);
  const auto r = p.batch(inputs, {.on_error = dad::on_error::collect});
  CHECK(r[0].value == 6);
  CHECK(r[1].error().text() == "below -1");
  CHECK(r[2].value == 0.5);
  CHECK(r[3].has_error());
  CHECK(r[4].value == 0.75);
  CHECK_ROW(r[4].gradient, row{1, 1});
  REQUIRE(r.errors().size() == 2);
  CHECK(r.errors()[1].index() == 3);
}

TEST_CASE("copies are independent") {
  auto p = dad::record(branching, right);
  auto q = p;
  CHECK(p(left) == close_to(height(left)));
  CHECK(p.statistics().paths == 2);
  CHECK(q.statistics().paths == 1);
  CHECK(q.gradient(right) == p.gradient(right));
  const auto moved = std::move(p);
  CHECK(moved.statistics().paths == 2);
}

TEST_CASE("very many paths are right, and not all kept") {
  const auto power = [](const auto& x) {
    auto y = x;
    for (int k = static_cast<int>(x); k > 0; --k) y = y + x;
    return y;
  };
  auto p = dad::record(power, 0.5);
  for (int k = 0; k < 1500; ++k) {
    const double x = k + 0.5;
    CHECK(p(x) == (k + 1) * x);
    CHECK(p.gradient(x) == k + 1);
  }
  CHECK(p.statistics().paths <= 1024);
  CHECK(p(0.25) == 0.25);
}

TEST_CASE("statistics count what was recorded and what runs") {
  auto p = dad::record(branching, right);
  const dad::program_statistics s = p.statistics();
  CHECK(s.inputs == 2);
  CHECK(s.outputs == 1);
  CHECK(s.operations == 3);  // less, sin, multiply
  CHECK(s.constants == 1);   // the 0 of the comparison
  CHECK(s.guards == 1);
  CHECK(s.paths == 1);
  CHECK(s.value.instructions == 2);       // sin, multiply
  CHECK(s.derivative.instructions == 4);  // sin, multiply, cos, multiply
  for (const dad::code_statistics& c : {s.value, s.derivative}) {
    CHECK(c.slots >= 2);  // the two inputs; results take the place of what is used no more
    CHECK(c.lanes >= 1);
    CHECK(c.bytes == c.slots * c.lanes * sizeof(double));
  }
  CHECK(s.derivative.slots > s.value.slots);

  // A product that nobody uses is recorded and does not run.
  const auto wasteful = [](const auto& x) {
    (void)(x[0] * x[1]);
    return std::array{sin(x[0]), cos(x[1]), x[0]};
  };
  const auto w = dad::record(wasteful, right).statistics();
  CHECK(w.outputs == 3);
  CHECK(w.operations == 3);
  CHECK(w.guards == 0);
  CHECK(w.value.instructions == 2);
}

namespace {

// What a graph in the language of Graphviz declares; fails on a line that is neither a node nor an edge.
struct parsed_dot {
  std::map<std::string, std::string> label_of;
  std::vector<std::pair<std::string, std::string>> edges;

  explicit parsed_dot(const std::string& text) {
    std::istringstream lines(text);
    std::string line;
    REQUIRE(std::getline(lines, line));
    REQUIRE(line == "digraph program {");
    bool is_closed = false;
    while (std::getline(lines, line)) {
      INFO(line);
      REQUIRE_FALSE(is_closed);
      if (line == "}") {
        is_closed = true;
        continue;
      }
      REQUIRE(line.back() == ';');
      REQUIRE(std::count(line.begin(), line.end(), '"') % 2 == 0);
      REQUIRE(std::count(line.begin(), line.end(), '[') == std::count(line.begin(), line.end(), ']'));
      std::istringstream words(line);
      std::string name, arrow, to;
      words >> name >> arrow >> to;
      if (arrow == "->") {
        if (to.back() == ';') to.pop_back();
        edges.emplace_back(name, to);
      } else {
        const auto from = line.find("[label=\"") + 8;
        REQUIRE(from > 8);
        REQUIRE(label_of.emplace(name, line.substr(from, line.find('"', from) - from)).second);
      }
    }
    REQUIRE(is_closed);
    for (const auto& [a, b] : edges) {
      CHECK(label_of.count(a) == 1);
      CHECK(label_of.count(b) == 1);
    }
  }

  [[nodiscard]] std::multiset<std::string> labels() const {
    std::multiset<std::string> all;
    for (const auto& [name, label] : label_of) all.insert(label);
    return all;
  }
  // Labels of what there is an edge from to the one node with a label.
  [[nodiscard]] std::multiset<std::string> operands_of(const std::string& label) const {
    std::multiset<std::string> found;
    for (const auto& [a, b] : edges)
      if (label_of.at(b) == label) found.insert(label_of.at(a));
    return found;
  }
};

using labels = std::multiset<std::string>;

}  // namespace

TEST_CASE("the graph of a program in the language of Graphviz") {
  const parsed_dot g(dad::record(branching, right).dot());
  CHECK(g.labels() == labels{"x0", "x1", "y0", "0", "less", "sin", "multiply", "is true"});
  CHECK(g.operands_of("multiply") == labels{"x0", "sin"});
  CHECK(g.operands_of("sin") == labels{"x1"});
  CHECK(g.operands_of("less") == labels{"0", "x0"});
  CHECK(g.operands_of("is true") == labels{"less"});
  CHECK(g.operands_of("y0") == labels{"multiply"});

  const parsed_dot other(dad::record(branching, left).dot());
  CHECK(other.operands_of("is false") == labels{"less"});
  CHECK(other.operands_of("subtract") == labels{"exp", "multiply"});
  CHECK(other.operands_of("multiply") == labels{"x0", "x0"});

  // Constants are told apart, whatever they are.
  const auto constants = [](const auto& x) {
    return fma(x, 0.1, pow(x, 1.0 / 3)) + x * std::numeric_limits<double>::infinity();
  };
  const parsed_dot c(dad::record(constants, 2.0).dot());
  CHECK(c.operands_of("fma") == labels{"x0", "0.1", "pow"});
  CHECK(c.operands_of("pow") == labels{"x0", "0.3333333333333333"});
  CHECK(c.labels().count("inf") == 1);

  // Where the derivative is not that of the value's operations, what it goes to is shown as well.
  const parsed_dot d(dad::record([](const auto& x) { return dad::log_sum_exp(x); }, right).dot());
  CHECK(d.operands_of("linear") == labels{"add", "x0", "x1"});
  CHECK(d.operands_of("y0") == labels{"linear"});
}
