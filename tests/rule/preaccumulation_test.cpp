// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// Regions that are replaced by their Jacobian: Rosenbrock's valley in closed form, and what is left on the
// tape.

#include <array>
#include <cmath>
#include <optional>
#include <stdexcept>
#include <vector>

#include <dad/dad.hpp>

#include "catch.hpp"

namespace {

using std::vector;

// Each term is a region of its own.
const auto rosenbrock = [](const auto& x) {
  using T = std::decay_t<decltype(x[0])>;
  T sum = 0;
  for (std::size_t i = 0; i + 1 < x.size(); ++i) {
    T term;
    {
      const dad::preaccumulation region(term);
      term = 100 * square(x[i + 1] - x[i] * x[i]) + square(1 - x[i]);
    }
    sum += term;
  }
  return sum;
};

}  // namespace

TEST_CASE("Rosenbrock's valley by regions, to the second order in closed form") {
  const vector<double> x{-1.2, 1.0, 0.5, 2.0};
  const auto [value, gradient] = dad::value_and_gradient(rosenbrock, x);
  double sum = 0;
  vector<double> by(4, 0.0);
  dad::matrix h(4, 4);
  for (std::size_t i = 0; i < 3; ++i) {
    const double u = x[i], v = x[i + 1];
    sum += 100 * (v - u * u) * (v - u * u) + (1 - u) * (1 - u);
    by[i] += -400 * u * (v - u * u) - 2 * (1 - u);
    by[i + 1] += 200 * (v - u * u);
    h(i, i) += 1200 * u * u - 400 * v + 2;
    h(i + 1, i + 1) += 200;
    h(i, i + 1) = h(i + 1, i) = -400 * u;
  }
  CHECK(value == Approx(sum));
  for (std::size_t k = 0; k < 4; ++k) CHECK(gradient[k] == Approx(by[k]));
  const dad::matrix got = dad::hessian(rosenbrock, x);
  for (std::size_t i = 0; i < 16; ++i) CHECK(got.data()[i] == Approx(h.data()[i]));
  // With other scalars a region is nothing.
  CHECK(dad::jvp(rosenbrock, x, vector{1.0, 0.0, 0.0, 0.0}).tangent == Approx(by[0]));
  CHECK(dad::batch_eval(rosenbrock, vector(20, x))[7].gradient[2] == Approx(by[2]));
  const auto row = dad::gradient([](const auto& p) { return dad::gradient(rosenbrock, p)[1]; }, x);
  for (std::size_t k = 0; k < 4; ++k) CHECK(row[k] == Approx(h(1, k)));
}

TEST_CASE("a region leaves one row for each output") {
  dad::tape<> t;
  const auto guard = t.activate();
  dad::var<> a = 0.5, b = 0.25;
  t.input(a), t.input(b);
  const auto c = a * b;
  const auto before = t.statistics();
  dad::var<> y = 1, unchanged = c;
  vector<dad::var<>> z;
  {
    const dad::preaccumulation region(y, z, unchanged);
    for (int i = 0; i < 100; ++i) y = sin(y + c);
    z = {y * a, dad::var<>(3), 2 * b};
  }
  CHECK(t.statistics().statements == before.statements + 3);
  CHECK(t.statistics().arguments == before.arguments + 1 + 2 + 1);
  CHECK(t.statistics().inputs == 2);
  CHECK(unchanged.index() == c.index());
  CHECK_FALSE(z[1].is_active());
  double value = 1, slope = 0;  // y and dy/dc
  for (int i = 0; i < 100; ++i)
    slope = std::cos(value + 0.125) * (slope + 1), value = std::sin(value + 0.125);
  CHECK(y.value() == value);
  t.backward(y);
  CHECK(a.adjoint() == Approx(slope * 0.25));
  CHECK(b.adjoint() == Approx(slope * 0.5));
  t.backward(z[0]);
  CHECK(a.adjoint() == Approx(slope * 0.25 * 0.5 + value));
  CHECK(b.adjoint() == Approx(slope * 0.5 * 0.5));
  t.backward(z[2]);
  CHECK(a.adjoint() == 0);
  CHECK(b.adjoint() == 2);
}

TEST_CASE("regions nest, follow each other and earlier sweeps, and hold rules and checkpoints") {
  dad::tape<> t;
  const auto guard = t.activate();
  vector<dad::var<>> x{2.0, 3.0, 5.0};
  t.input(x);
  t.backward(x[0] * x[1]);
  const auto product = dad::checkpoint([](const auto& u, const auto& v) { return u * v; });
  const auto swapped = dad::rule(
      [](const vector<double>& u) {
        return vector{u[1], u[0]};
      },
      dad::derived,
      [](const vector<double>&, const vector<double>& w) {
        return vector{w[1], w[0]};
      });
  dad::var<> y, z, inner;
  {
    const dad::preaccumulation region(y, z);
    {
      const dad::preaccumulation region_inside(inner);
      inner = product(x[0], x[1]) * x[2];
    }
    y = inner * inner;
    const auto both = swapped(vector{x[0], y});
    z = both[0] + 7 * both[1];
  }
  CHECK(x[0].adjoint() == 3);  // as the sweep before left it
  dad::var<> w;
  {
    const dad::preaccumulation region(w);
    w = y * x[2] + z;
  }
  t.backward(y);  // 30^2
  CHECK(x[0].adjoint() == 2 * 30 * 15);
  CHECK(x[2].adjoint() == 2 * 30 * 6);
  t.backward(w);  // y x2 + y + 7 x0
  CHECK(x[0].adjoint() == 6 * 900 + 7);
  CHECK(x[1].adjoint() == 6 * 2 * 30 * 10);
  CHECK(x[2].adjoint() == 6 * 360 + 900);
}

TEST_CASE("what leaves a region must be named") {
  dad::tape<> t;
  const auto guard = t.activate();
  dad::var<> x = 2, y, forgotten;
  t.input(x);
  {
    const dad::preaccumulation region(y);
    forgotten = x * x;
    y = forgotten * x;
  }
  CHECK_THROWS_AS(forgotten * x, dad::tape_error);
  t.backward(y);
  CHECK(x.adjoint() == 12);
}

TEST_CASE("a region that fails stays as it was recorded") {
  dad::tape<> t;
  const auto guard = t.activate();
  dad::var<> x = 2, y;
  t.input(x);
  try {
    const dad::preaccumulation region(y);
    const auto square = x * x;
    y = square * x;
    throw std::runtime_error("left");
  } catch (const std::runtime_error&) {
  }
  CHECK(t.statistics().statements == 3);
  t.backward(y);
  CHECK(x.adjoint() == 12);
  bool is_broken = false;
  const auto fragile = dad::checkpoint([&is_broken](const auto& u) {
    if (is_broken) throw std::runtime_error("broken");
    return u * u;
  });
  {
    const dad::preaccumulation region(y);
    y = fragile(x);
    is_broken = true;
  }
  is_broken = false;
  t.backward(y);
  CHECK(x.adjoint() == 4);
  // Without a tape there is nothing to do.
  dad::var<> passive;
  {
    std::optional<dad::tape<>::activation> none;
    const dad::preaccumulation region(passive);
    passive = dad::var<>(3) * 2;
  }
  CHECK(passive.value() == 6);
}

TEST_CASE("a region inside a step of a loop leaves the sweep alone that takes the step again") {
  dad::tape<> t;
  const auto guard = t.activate();
  dad::var<> x = 0.5;
  t.input(x);
  const auto doubled = [](const auto& u) {
    std::remove_cvref_t<decltype(u)> v = 0;
    {
      const dad::preaccumulation region(v);
      v = u + u;
    }
    return v;
  };
  const auto first = x * x;  // its adjoint is there before the loop is swept
  const auto last = dad::checkpoint_loop(doubled, x * 1, 10, {.snapshots = 2});
  t.backward(first * 4 + last);
  CHECK(x.adjoint() == 4 * 2 * 0.5 + 1024);
}

TEST_CASE("a region whose recording was cleared in it is left alone") {
  dad::tape<> t;
  const auto guard = t.activate();
  dad::var<> x = 2, y = 0;
  t.input(x);
  for (int i = 0; i < 50; ++i) y += sin(x) * x;
  {
    const dad::preaccumulation region(y);
    t.clear();
    x = dad::var<>(2);
    t.input(x);
    y = x * x;
  }
  t.backward(y);
  CHECK(x.adjoint() == 4);
}

TEST_CASE("a region after a sweep whose seeds were refused") {
  using inner = dad::var<>;
  dad::tape<inner> t;
  const auto guard = t.activate();
  dad::var<inner> x(inner(2.0)), y = 0, z = 0;
  t.input(x);
  {
    const dad::preaccumulation region(y);
    y = x * x;
  }
  inner foreign = 3;
  dad::tape<>().input(foreign);
  // 7 is there already when the next seed cannot be added to it.
  CHECK_THROWS_AS(t.backward(vector{x, x}, vector<inner>{7, foreign}), dad::tape_error);
  {
    const dad::preaccumulation region(z);
    z = y * x;
  }
  t.backward(z);
  CHECK(x.adjoint().value() == 12);
}

TEST_CASE("an output without influence is zero, not passive") {
  dad::tape<> t;
  const auto guard = t.activate();
  dad::var<> x = 2, y;
  t.input(x);
  {
    const dad::preaccumulation region(y);
    y = 0 * x;
  }
  t.backward(y);
  CHECK(x.adjoint() == 0);
}

TEST_CASE("many regions on a long recording cost what they hold") {
  dad::tape<> t;
  const auto guard = t.activate();
  dad::var<> x = 1;
  t.input(x);
  auto y = x;
  for (int i = 0; i < 300000; ++i) y = y + x;
  // 10^4 sweeps over 3 * 10^5 statements would take seconds.
  for (int i = 0; i < 10000; ++i) {
    const dad::preaccumulation region(y);
    y = sin(y) / 1000 + y;
  }
  CHECK(t.statistics().statements == 310001);
  double value = 300001, slope = 300001;
  for (int i = 0; i < 10000; ++i) slope *= std::cos(value) / 1000 + 1, value += std::sin(value) / 1000;
  CHECK(y.value() == Approx(value));
  t.backward(y);
  CHECK(x.adjoint() == Approx(slope));
}
