// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// Checkpointed functions: values and derivatives as without, in the memory of their arguments.

#include <cmath>
#include <map>
#include <stdexcept>
#include <string>
#include <tuple>
#include <vector>

#include <dad/dad.hpp>

#include "catch.hpp"

namespace {

using std::vector;

// Rosenbrock's valley with its constants as arguments.
const auto valley = [](const auto& x, const auto& steep, int power) {
  auto sum = 0 * x[0];
  for (std::size_t i = 0; i + 1 < x.size(); ++i)
    sum += steep * pow(x[i + 1] - x[i] * x[i], power) + square(1 - x[i]);
  return sum;
};

template <class T>
struct layer {
  vector<vector<T>> weights;
  T bias;
  std::string name;
  template <class Archive>
  void serialize(Archive& archive, unsigned) {
    archive& weights& bias& name;
  }
};
const auto forward_pass = [](const auto& l, const auto& x) {
  std::map<std::string, std::decay_t<decltype(l.bias * x[0])>> y;
  for (std::size_t i = 0; i < l.weights.size(); ++i)
    y.emplace(l.name + std::to_string(i), tanh(dot(l.weights[i], x) + l.bias));
  return y;
};

void check_same(const dad::matrix& a, const dad::matrix& b) {
  REQUIRE(a.rows() == b.rows());
  REQUIRE(a.cols() == b.cols());
  for (std::size_t i = 0; i < a.size(); ++i) CHECK(a.data()[i] == Approx(b.data()[i]).margin(1e-13));
}

}  // namespace

TEST_CASE("a checkpoint has the values and derivatives of its function in every mode") {
  const vector<double> x{0.5, -1.5, 2.0};
  const auto checked = dad::checkpoint(valley);
  const auto f = [](const auto& p) { return valley(p, 100 * p[0], 2) * p[1]; };
  const auto g = [&](const auto& p) { return checked(p, 100 * p[0], 2) * p[1]; };
  CHECK(g(vector<dad::dual<>>(x.begin(), x.end())).value() ==
        f(vector<dad::dual<>>(x.begin(), x.end())).value());
  const auto expected = dad::value_and_gradient(f, x);
  const auto [value, gradient] = dad::value_and_gradient(g, x);
  CHECK(value == expected.value);
  for (std::size_t k = 0; k < 3; ++k) CHECK(gradient[k] == Approx(expected.gradient[k]));
  check_same(dad::hessian(g, x), dad::hessian(f, x));
  CHECK(dad::jvp(g, x, x).tangent == dad::jvp(f, x, x).tangent);
  // Reverse over reverse, and a derivative inside a gradient.
  const auto slope = [&](const auto& p) { return dad::gradient(g, p)[2]; };
  const dad::matrix h = dad::hessian(f, x);
  for (std::size_t k = 0; k < 3; ++k) CHECK(dad::gradient(slope, x)[k] == Approx(h(2, k)).margin(1e-12));
  // Batches record what is inside.
  const auto r = dad::batch_eval(g, vector<vector<double>>(20, x));
  for (std::size_t k = 0; k < 3; ++k) CHECK(r[19].gradient[k] == Approx(expected.gradient[k]));
}

TEST_CASE("Rosenbrock's gradient in closed form through nested checkpoints") {
  const auto term =
      dad::checkpoint([](const auto& a, const auto& b) { return 100 * square(b - a * a) + square(1 - a); });
  const auto halves = dad::checkpoint([&term](const auto& x) {
    auto sum = term(x[0], x[1]);
    for (std::size_t i = 1; i + 1 < x.size(); ++i) sum += term(x[i], x[i + 1]);
    return sum;
  });
  const auto whole = dad::checkpoint([&halves](const auto& x) { return halves(x) * halves(x); });
  const vector<double> x{-1.2, 1.0, 0.5, 2.0};
  const auto [value, gradient] = dad::value_and_gradient(whole, x);
  double sum = 0;
  vector<double> by(4, 0.0);
  for (std::size_t i = 0; i < 3; ++i) {
    sum += 100 * std::pow(x[i + 1] - x[i] * x[i], 2) + std::pow(1 - x[i], 2);
    by[i] += -400 * x[i] * (x[i + 1] - x[i] * x[i]) - 2 * (1 - x[i]);
    by[i + 1] += 200 * (x[i + 1] - x[i] * x[i]);
  }
  CHECK(value == Approx(sum * sum));
  for (std::size_t k = 0; k < 4; ++k) CHECK(gradient[k] == Approx(2 * sum * by[k]));
}

TEST_CASE("arguments and results of any structure") {
  const layer<double> l{{{0.1, 0.2}, {-0.3, 0.4}, {0.5, 0.6}}, 0.7, "unit"};
  const vector<double> x{1.5, -0.5};
  const auto checked = dad::checkpoint(forward_pass);
  check_same(dad::jacobian(checked, std::tuple(l, x), dad::reverse),
             dad::jacobian(forward_pass, std::tuple(l, x), dad::forward));
  const auto y =
      dad::vjp(checked, std::tuple(l, x), std::map<std::string, double>{{"a", 1}, {"b", 0}, {"c", 0}});
  CHECK(y.value.at("unit2") == Approx(std::tanh(0.75 - 0.3 + 0.7)));
  CHECK(std::get<0>(y.adjoint).name == "unit");
  CHECK(std::get<1>(y.adjoint)[0] == Approx(0.1 / std::pow(std::cosh(0.15 - 0.1 + 0.7), 2)));
}

TEST_CASE("only the arguments and results are on the tape") {
  const auto checked = dad::checkpoint([](const auto& x) {
    auto y = x;
    for (int i = 0; i < 1000; ++i) y = sin(y);
    return y;
  });
  dad::tape<> t;
  const auto guard = t.activate();
  dad::var<> x = 1.0;
  t.input(x);
  auto y = x;
  for (int i = 0; i < 50; ++i) y = checked(y);
  CHECK(t.statistics().statements == 51);
  t.backward(y);
  double value = 1, slope = 1;
  for (int i = 0; i < 50000; ++i) slope *= std::cos(value), value = std::sin(value);
  CHECK(y.value() == value);
  CHECK(x.adjoint() == Approx(slope));
  CHECK(t.statistics().statements == 51);
}

TEST_CASE("a checkpoint is called once more in each sweep, and not where no seed reaches it") {
  int calls = 0;
  const auto checked = dad::checkpoint([&calls](const auto& x, const auto& y) {
    ++calls;
    return vector{x * y, x + y};
  });
  const auto f = [&](const auto& x) {
    return vector{checked(x[0], x[1])[0], checked(x[1], 2.0)[1], x[2] * x[2]};
  };
  const vector<double> x{3, 4, 5};
  const dad::matrix j = dad::jacobian(f, x, dad::reverse);
  CHECK(calls == 2 + 2);
  CHECK(j(0, 0) == 4);
  CHECK(j(0, 1) == 3);
  CHECK(j(1, 1) == 1);
  CHECK(j(2, 2) == 10);
  CHECK(j(1, 0) == 0);
  calls = 0;
  CHECK(checked(2.0, 3.0)[0] == 6);
  const auto passive = checked(dad::var<>(2.0), 3);
  CHECK(passive[0].value() == 6);
  CHECK_FALSE(passive[1].is_active());
  CHECK(calls == 2);
}

TEST_CASE("a captured var is refused, a passive one is a constant") {
  dad::tape<> t;
  const auto guard = t.activate();
  dad::var<> x = 2.0, c = 3.0;
  t.input(x);
  const auto checked = dad::checkpoint([&c](const auto& u) { return c * u; });
  const auto y = checked(x);
  t.backward(y);
  CHECK(x.adjoint() == 3);
  t.input(c);
  CHECK_THROWS_AS(checked(x), dad::tape_error);
  CHECK_THROWS_WITH(checked(x),
                    "dad: checkpoint got a function that uses a var which it captured, expected all "
                    "that it differentiates to be among its arguments");
}

TEST_CASE("scalars of outer derivatives may be captured") {
  const auto outer = [](const auto& x) {
    using T = std::decay_t<decltype(x)>;
    const auto checked = dad::checkpoint([&x](const auto& u) { return x * x * u[0] * u[0]; });
    return dad::gradient(checked, vector<T>{5})[0];  // 10 x^2
  };
  CHECK(dad::derivative(outer, 3.0) == 60);
  CHECK(dad::gradient(outer, 3.0) == 60);
  CHECK(dad::gradient([&](const auto& x) { return outer(x[0]); }, vector{3.0})[0] == 60);
}

TEST_CASE("functions that throw or change in the sweep leave the tape as it was") {
  bool is_broken = false;
  const auto checked = dad::checkpoint([&is_broken](const auto& u) {
    if (is_broken) throw std::runtime_error("broken");
    return u * u;
  });
  std::size_t size = 1;
  const auto growing = dad::checkpoint([&size](const auto& u) { return vector(size++, u); });
  dad::tape<> t;
  const auto guard = t.activate();
  dad::var<> x = 2.0;
  t.input(x);
  const auto y = checked(x), z = growing(x)[0];
  is_broken = true;
  CHECK_THROWS_WITH(t.backward(y), "broken");
  CHECK_THROWS_WITH(t.backward(z), contains("returned 2 numbers, expected 1, one for each number that it "
                                            "returned when it was called first: it must be pure"));
  is_broken = false;
  t.backward(y);
  CHECK(x.adjoint() == 4);
  CHECK(dad::tape<>::active() == &t);
}

TEST_CASE(
    "what is inside a checkpoint meets no tape until the sweep, and the tape is there again behind it") {
  dad::tape<> t, other;
  const auto other_guard = other.activate();
  const auto guard = t.activate();
  dad::var<> x = 2.0;
  t.input(x);
  std::vector<const dad::tape<>*> seen;
  int failures = 0;
  const auto f = [&](const auto& u) {
    seen.push_back(dad::tape<>::active());
    const double inner = dad::derivative([](const auto& v) { return v * v * v; }, 2.0);
    seen.push_back(dad::tape<>::active());
    if (failures-- > 0) throw std::runtime_error("failed");
    return u * u * inner;
  };
  const auto y = dad::checkpoint(f)(x);
  CHECK(seen == vector<const dad::tape<>*>{nullptr, nullptr});
  CHECK(dad::tape<>::active() == &t);
  t.backward(y);
  CHECK(x.adjoint() == 48.0);
  REQUIRE(seen.size() == 4);
  CHECK(seen[2] != nullptr);
  CHECK(seen[2] == seen[3]);
  CHECK(dad::tape<>::active() == &t);
  failures = 1;
  CHECK_THROWS_WITH(dad::checkpoint(f)(x), "failed");
  CHECK(dad::tape<>::active() == &t);
  CHECK((x * x).is_active());
}
