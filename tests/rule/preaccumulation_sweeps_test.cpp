// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// Regions and the sweeps around them: adjoints that are there already stay.

#include <cmath>
#include <stdexcept>
#include <vector>

#include <dad/dad.hpp>

#include "catch.hpp"

namespace {

using std::vector;

double slope(double x, double factor) {
  return factor * (std::cos(x) + 2 * std::cos(2 * x) + 3 * std::cos(3 * x));
}

}  // namespace

TEST_CASE("a sum that is accumulated term by term, with a region in each term") {
  dad::tape<> t;
  const auto guard = t.activate();
  vector<dad::var<>> x{0.5, -1.0, 2.0};
  t.input(x);
  const auto start = t.position();
  double expected[3] = {};
  for (std::size_t k = 0; k < 30; ++k) {
    const double factor = 1.0 + static_cast<double>(k);
    dad::var<> y = 0;
    {
      const dad::preaccumulation region(y);
      for (int i = 1; i < 4; ++i) y += sin(x[k % 3] * i) * factor;
    }
    // Of what x[(k + 1) % 3] has, nothing goes through the region.
    t.accumulate(y * x[(k + 1) % 3], 2.0, start);
    const double here = x[k % 3].value(), next = x[(k + 1) % 3].value();
    expected[k % 3] += 2 * next * slope(here, factor);
    expected[(k + 1) % 3] += 2 * factor * (std::sin(here) + std::sin(2 * here) + std::sin(3 * here));
    t.rewind(start);
  }
  for (std::size_t i = 0; i < 3; ++i) CHECK(x[i].adjoint() == Approx(expected[i]).epsilon(1e-13));
}

TEST_CASE("adjoints of a sweep are what they were after a region, also those of its arguments") {
  dad::tape<> t;
  const auto guard = t.activate();
  dad::var<> x = 2.0, y = 3.0, z = 0.0;
  t.input(x);
  t.input(y);
  const auto product = x * y;
  const auto sum = product + x;
  t.backward(sum);
  {
    const dad::preaccumulation region(z);
    z = square(x) * product;
    z += x;
    z *= y;
  }
  CHECK(x.adjoint() == 4.0);
  CHECK(y.adjoint() == 2.0);
  CHECK(product.adjoint() == 1.0);
  CHECK(sum.adjoint() == 1.0);
  CHECK(z.adjoint() == 0.0);  // recorded after the sweep
  t.backward(z);              // z = (x^3 y + x) y
  CHECK(x.adjoint() == (3 * 4 * 3 + 1) * 3.0);
  CHECK(y.adjoint() == 2 * 8 * 3.0 + 2);
}

TEST_CASE("a sweep inside a region is forgotten behind its beginning alone") {
  dad::tape<> t;
  const auto guard = t.activate();
  dad::var<> x = 2.0, y;
  t.input(x);
  {
    const dad::preaccumulation region(y);
    const auto inner = x * x;
    t.backward(inner);
    CHECK(inner.adjoint() == 1.0);
    y = inner * inner;
  }
  CHECK(x.adjoint() == 4.0);
  CHECK(y.adjoint() == 0.0);
  t.backward(y);
  CHECK(x.adjoint() == 32.0);
}

TEST_CASE("a region that fails gives the adjoints back") {
  dad::tape<> t;
  const auto guard = t.activate();
  dad::var<> x = 2.0, y;
  t.input(x);
  t.backward(x * 5.0);
  bool is_broken = false;
  const auto fragile = dad::rule([](const vector<double>& u) { return u; }, dad::derived,
                                 [&](const vector<double>&, const vector<double>& w) {
                                   if (is_broken) throw std::runtime_error("broken");
                                   return w;
                                 });
  {
    const dad::preaccumulation region(y);
    y = fragile(vector<dad::var<>>{x})[0] * x;
    is_broken = true;
  }
  CHECK(x.adjoint() == 5.0);
  is_broken = false;
  t.backward(y);
  CHECK(x.adjoint() == 4.0);
}

TEST_CASE("a region on a recording that was empty before it") {
  dad::tape<> t;
  const auto guard = t.activate();
  dad::var<> y;
  {
    const dad::preaccumulation region(y);
    y = 2.0;
    t.input(y);
    y = y * y;
  }
  CHECK(y.value() == 4.0);
  t.backward(y);  // the input inside is gone, the output is there
  CHECK(t.statistics().values == 1);
}

TEST_CASE("regions in the terms of a second derivative") {
  using inner = dad::var<>;
  dad::tape<> below;
  const auto below_guard = below.activate();
  inner point = 0.5;
  below.input(point);
  dad::tape<inner> t;
  const auto guard = t.activate();
  dad::var<inner> x = point;
  t.input(x);
  const auto start = t.position();
  for (int k = 1; k < 4; ++k) {
    dad::var<inner> y = 0;
    {
      const dad::preaccumulation region(y);
      y = sin(x * k) * x;
    }
    t.accumulate(y, inner(1.0), start);
    t.rewind(start);
  }
  const inner first = x.adjoint();
  double gradient = 0, curvature = 0;
  for (int k = 1; k < 4; ++k) {
    gradient += std::sin(0.5 * k) + 0.5 * k * std::cos(0.5 * k);
    curvature += 2 * k * std::cos(0.5 * k) - 0.5 * k * k * std::sin(0.5 * k);
  }
  CHECK(first.value() == Approx(gradient).epsilon(1e-13));
  below.backward(first);
  CHECK(point.adjoint() == Approx(curvature).epsilon(1e-13));
}
