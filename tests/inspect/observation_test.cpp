// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// What a watched tape tells: listing, graph, scopes, what is left after a rewind; and statistics by position.

#include <dad/dad.hpp>

#include <cmath>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "core/close.hpp"

namespace {

using dad::var;

/// y = (x0 + 3) x1, then its square in a scope.
template <class T>
T polynomial(const T& a, const T& b) {
  const dad::scope s("outer");
  const T sum = a + 3.0;
  const T product = sum * b;
  const dad::scope t("layer", 2);
  return square(product);
}

}  // namespace

TEST_CASE("the listing of a watched tape") {
  dad::tape<> t;
  const dad::observation seen(t);
  const auto guard = t.activate();
  CHECK(seen.listing().empty());
  var<> a = 2.0, b = 0.5;
  t.input(a);
  t.input(b);
  const var<> y = polynomial(a, b);
  const std::string before =
      "x0 = 2\n"
      "x1 = 0.5\n"
      "%1 = add(x0, 3) = 5, in outer\n"
      "%2 = multiply(%1, x1) = 2.5, in outer\n"
      "%3 = square(%2) = 6.25, in outer/layer 2\n";
  CHECK(seen.listing() == before);

  t.backward(y);  // dy/dproduct = 5, dy/da = 5 b, dy/db = 5 (a + 3)
  const std::string swept =
      "x0 = 2, adjoint 2.5\n"
      "x1 = 0.5, adjoint 25\n"
      "%1 = add(x0, 3) = 5, adjoint 2.5, in outer\n"
      "%2 = multiply(%1, x1) = 2.5, adjoint 5, in outer\n"
      "%3 = square(%2) = 6.25, adjoint 1, in outer/layer 2\n";
  CHECK(seen.listing() == swept);
  CHECK(a.adjoint() == 2.5);

  SECTION("what comes after the sweep has no adjoint yet") {
    const var<> z = -y;
    CHECK(seen.listing() == swept + "%4 = negate(%3) = -6.25\n");
    CHECK(z.value() == -6.25);
  }
  SECTION("passive values are constants") {
    const var<> passive = var<>(2.0) * var<>(3.0);
    const var<> z = passive * b;
    CHECK(seen.listing() == swept + "%4 = multiply(6, x1) = 3\n");
    CHECK(z.value() == 3.0);
  }
  SECTION("another input") {
    var<> z = y * 2.0;
    t.input(z);
    const var<> w = z * y;
    CHECK(seen.listing() ==
          swept + "%4 = multiply(%3, 2) = 12.5\nx2 = 12.5\n%5 = multiply(x2, %3) = 78.125\n");
    t.backward(w);
    CHECK_THAT(seen.listing(), contains("x2 = 12.5, adjoint 6.25\n%5 ="));
  }
  SECTION("a cleared tape") {
    t.clear();
    CHECK(seen.listing().empty());
    t.input(a = 1.0);
    CHECK((a * 2.0).value() == 2.0);
    CHECK(seen.listing() == "x0 = 1\n%1 = multiply(x0, 2) = 2\n");
  }
}

TEST_CASE("rewinding forgets what was noted") {
  dad::tape<> t;
  const dad::observation seen(t);
  const auto guard = t.activate();
  std::vector<var<>> x{1.0, 2.0};
  t.input(x);
  const var<> kept = x[0] * x[1];
  const auto here = t.position();
  for (int round = 0; round < 3; ++round) {
    const var<> lost = sin(kept) + dad::norm(x);
    CHECK(lost.value() == std::sin(2.0) + std::sqrt(5.0));
    t.rewind(here);
    CHECK(seen.listing() == "x0 = 1\nx1 = 2\n%1 = multiply(x0, x1) = 2\n");
  }
  const var<> y = log(kept - 2.5);
  const auto r = seen.find_nonfinite(y);
  CHECK(r.number == 3);
  CHECK(r.name == "log");
  t.rewind(here);
  CHECK_THROWS_AS(seen.find_nonfinite(y), dad::tape_error);
  CHECK_THROWS_WITH(seen.find_nonfinite(std::vector{kept, y}), contains("dad: find_nonfinite got a var of"));
}

TEST_CASE("the graph of a watched tape") {
  dad::tape<> t;
  const dad::observation seen(t);
  const auto guard = t.activate();
  var<> x = 2.0;
  t.input(x);
  const var<> y = 3.0 * x;
  t.backward(exp(y - y));
  CHECK(seen.dot() ==
        "digraph tape {\n"
        "  x0 [label=\"x0\\n2\\nadjoint 0\", shape=box];\n"
        "  n1 [label=\"multiply\\n6\\nadjoint 0\", shape=ellipse];\n"
        "  c0 [label=\"3\", shape=plaintext];\n"
        "  c0 -> n1 [label=\"0\"];\n"
        "  x0 -> n1 [label=\"1\"];\n"
        "  n2 [label=\"subtract\\n0\\nadjoint 1\", shape=ellipse];\n"
        "  n1 -> n2 [label=\"0\"];\n"
        "  n1 -> n2 [label=\"1\"];\n"
        "  n3 [label=\"exp\\n1\\nadjoint 1\", shape=ellipse];\n"
        "  n2 -> n3;\n"
        "}\n");
}

TEST_CASE("watching changes no number, and ends") {
  const auto f = [](const std::vector<var<>>& x) {
    var<> sum = 0.0;
    for (const auto& xi : x) sum += log(xi) * xi;
    sum *= dad::norm(x) / dad::log_sum_exp(x);
    return sum * dad::dot(x, x);
  };
  const auto gradient = [&](bool is_watched) {
    dad::tape<> t;
    const auto guard = t.activate();
    std::vector<var<>> x;
    for (int i = 1; i <= 300; ++i) x.push_back(0.01 * i);
    t.input(x);
    var<> y;
    if (is_watched) {
      const dad::observation seen(t);
      y = f(x);
      // The inputs were there before. A row of 300 terms is one operation.
      const std::string text = seen.listing();
      CHECK(text.find("%1 = log(an earlier value) = -4.6") == 0);
      CHECK(text.find(" = norm(an earlier value, ") != std::string::npos);
      CHECK(text.find(", ... 300 operands) = ") != std::string::npos);
      CHECK_THROWS_AS(dad::observation(t), dad::tape_error);
    } else {
      y = f(x);
    }
    CHECK(t.observer() == nullptr);
    y = y * 1.0;
    t.backward(y);
    std::vector<double> g;
    for (const auto& xi : x) g.push_back(xi.adjoint());
    return g;
  };
  const auto plain = gradient(false);
  const auto watched = gradient(true);
  REQUIRE(plain.size() == watched.size());
  for (std::size_t i = 0; i < plain.size(); ++i) CHECK(watched[i] == close_to(plain[i]));
}

TEST_CASE("a statement that was never written is not noted") {
  dad::tape<> t;
  dad::tape<> other;
  const dad::observation seen(t);
  const auto guard = t.activate();
  var<> x = 2.0, foreign = 1.0;
  t.input(x);
  {
    const auto there = other.activate();
    other.input(foreign);
  }
  CHECK_THROWS_AS(x * foreign, dad::tape_error);
  CHECK(seen.listing() == "x0 = 2\n");
  CHECK((x * 2.0).value() == 4.0);
  CHECK(seen.listing() == "x0 = 2\n%1 = multiply(x0, 2) = 4\n");
}

TEST_CASE("scopes nest, and end in the order in which they began") {
  dad::detail::scope_labels labels;
  const auto here = [&] { return labels[labels.here()]; };
  CHECK(here().empty());
  {
    const dad::scope a("a");
    CHECK(here() == "a");
    // At the same place in memory, with other labels.
    for (std::size_t i = 0; i < 100; ++i) {
      const dad::scope b("b", i);
      CHECK(here() == "a/b " + std::to_string(i));
      const dad::scope c(std::string(i % 2 == 0 ? "c" : "d"));
      CHECK(here() == "a/b " + std::to_string(i) + (i % 2 == 0 ? "/c" : "/d"));
    }
    CHECK(here() == "a");
    try {
      const dad::scope b(std::string("a label that is longer than what a string holds in place"));
      CHECK_THAT(here(), contains("a/a label that is longer"));
      throw std::runtime_error("left");
    } catch (const std::runtime_error&) {
    }
    CHECK(here() == "a");
  }
  CHECK(here().empty());
  CHECK(labels.here() == 0);
}

TEST_CASE("a program as a text") {
  const auto f = [](const auto& x) {
    const dad::scope s("f");
    if (x[0] < 1.0) return x[0] * 2.0;
    const dad::scope t("then");
    const auto power = pow(x[1], 0.1);
    return power + ldexp(x[0], 3);
  };
  CHECK(dad::record(f, std::vector{0.5, 1.0}).listing() ==
        "2 inputs\n"
        "%1 = less(x0, 1), in f\n"
        "guard: %1 is true\n"
        "%2 = multiply(x0, 2), in f\n"
        "y0 = %2\n");
  CHECK(dad::record(f, std::vector{1.5, 1.0}).listing() ==
        "2 inputs\n"
        "%1 = less(x0, 1), in f\n"
        "guard: %1 is false\n"
        "%2 = pow(x1, 0.1), in f/then\n"
        "%3 = ldexp(x0, 3), in f/then\n"
        "%4 = add(%2, %3), in f/then\n"
        "y0 = %4\n");
  // What nothing needs is left out, and keeps its number; results may be inputs and constants.
  const auto g = [](const auto& x) {
    using T = std::decay_t<decltype(x)>;
    const auto unused = exp(x);
    static_cast<void>(unused);
    const auto y = sin(x);
    return std::vector<T>{y, x, T(0.1)};
  };
  CHECK(dad::record(g, 1.0).listing() == "1 input\n%2 = sin(x0)\ny0 = %2\ny1 = x0\ny2 = 0.1\n");
  // A range function, with what its derivative goes to.
  CHECK_THAT(dad::record([](const auto& x) { return dad::log_sum_exp(x); }, std::vector{1.0, 2.0}).listing(),
             contains("; x0, x1), in log_sum_exp\n"));
}

TEST_CASE("a watched tape goes to another thread: scopes are told apart") {
  dad::tape<> t;
  const dad::observation seen(t);
  var<> x = 2.0, y, z;
  {
    const auto guard = t.activate();
    t.input(x);
    const dad::scope s("here");
    y = log(x);
  }
  std::thread([&] {
    const dad::scope s("there");
    // The first scope of its thread that is met, as "here" was.
    (void)dad::find_nonfinite([](const auto& v) { return sqrt(v); }, 1.0);
    const auto guard = t.activate();
    z = sqrt(y);
  }).join();
  CHECK(seen.listing().find("log(x0) = 0.6931471805599453, in here") != std::string::npos);
  CHECK(seen.listing().find("sqrt(%1) = 0.8325546111576977, in there") != std::string::npos);
}

TEST_CASE("statistics by position") {
  dad::tape<> t;
  const auto guard = t.activate();
  const auto start = t.position();
  std::vector<var<>> x{1.0, 2.0, 3.0};
  t.input(x);
  const auto after_inputs = t.position();
  const var<> y = x[0] * x[1] + x[2];
  const auto middle = t.position();
  const var<> z = sin(y) - 1.0;

  const auto inputs = t.statistics(start, after_inputs);
  CHECK(inputs.inputs == 3);
  CHECK(inputs.statements == 3);
  CHECK(inputs.arguments == 0);
  CHECK(inputs.partials == 0);
  CHECK(t.statistics(middle, middle).statements == 0);
  CHECK(t.statistics(middle, middle).bytes == 0);

  // Parts add up to the whole, whatever a statement holds; the derivative of sin has to be kept.
  const auto whole = t.statistics();
  const auto first = t.statistics(after_inputs, middle);
  const auto second = t.statistics(middle);
  CHECK(first.inputs == 0);
  CHECK(first.arguments >= 2);
  CHECK(second.partials >= 1);
  CHECK(inputs.statements + first.statements + second.statements == whole.statements);
  CHECK(first.arguments + second.arguments == whole.arguments);
  CHECK(first.partials + second.partials == whole.partials);
  CHECK(inputs.bytes + first.bytes + second.bytes == t.statistics(start).bytes);
  CHECK(t.statistics(start).bytes <= whole.bytes);
  CHECK(second.bytes > 0);

  CHECK_THROWS_AS(t.statistics(middle, after_inputs), dad::tape_error);
  const auto late = t.position();
  t.rewind(middle);
  CHECK_THROWS_AS(t.statistics(late), dad::tape_error);
  CHECK(z.value() == std::sin(5.0) - 1.0);
}
