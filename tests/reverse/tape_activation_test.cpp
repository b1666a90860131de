// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// Which tape is active: that of the newest activation, in whatever order guards and tapes come to their end.

#include <dad/reverse/var.hpp>

#include <memory>
#include <thread>

#include "core/close.hpp"

namespace {

using dad::tape;
using dad::var;
using guard_pointer = std::unique_ptr<tape<>::activation>;

guard_pointer activated(tape<>& t) { return std::make_unique<tape<>::activation>(t); }

/// The slope of x^2 at 3, on the active tape.
double recorded_slope(tape<>& t) {
  var<> x = 3.0;
  t.input(x);
  t.backward(x * x);
  return x.adjoint();
}

TEST_CASE("guards nest") {
  tape<> a, b;
  CHECK(tape<>::active() == nullptr);
  {
    const auto first = a.activate();
    CHECK(tape<>::active() == &a);
    {
      const auto second = b.activate(), third = a.activate(), fourth = b.activate();
      CHECK(tape<>::active() == &b);
    }
    CHECK(tape<>::active() == &a);
  }
  CHECK(tape<>::active() == nullptr);
}

TEST_CASE("a tape that is destroyed below the active one is not active again") {
  tape<> above;
  auto below = std::make_unique<tape<>>();
  auto lower = activated(*below), upper = activated(above);
  below.reset();
  CHECK(tape<>::active() == &above);
  CHECK(recorded_slope(above) == 6.0);
  upper.reset();
  CHECK(tape<>::active() == nullptr);  // lower is there still, its tape is not
  var<> x = 2.0;
  above.input(x);
  CHECK_THROWS_WITH((void)(x * x), contains("not active in this thread"));
  {
    const auto again = above.activate();
    CHECK(recorded_slope(above) == 6.0);
  }
  CHECK(tape<>::active() == nullptr);
  lower.reset();
  CHECK(tape<>::active() == nullptr);
}

TEST_CASE("a tape that is destroyed while it is active leaves no tape active, then the one before") {
  tape<> below;
  const auto lower = below.activate();
  guard_pointer upper;
  {
    tape<> above;
    upper = activated(above);
    CHECK(tape<>::active() == &above);
  }
  CHECK(tape<>::active() == nullptr);
  upper.reset();
  CHECK(tape<>::active() == &below);
  CHECK(recorded_slope(below) == 6.0);
}

TEST_CASE("a tape that is destroyed under several of its guards") {
  tape<> other;
  auto t = std::make_unique<tape<>>();
  guard_pointer guards[5];
  for (std::size_t i = 0; i < 5; ++i) guards[i] = activated(i % 2 == 0 ? *t : other);
  t.reset();
  t = std::make_unique<tape<>>();  // the guards are not of this one, wherever it is
  for (std::size_t i = 5; i-- > 0;) {
    CHECK(tape<>::active() == (i % 2 == 0 ? nullptr : &other));
    guards[i].reset();
  }
  CHECK(tape<>::active() == nullptr);
}

TEST_CASE("guards that do not end in the order of their beginnings") {
  tape<> a, b, c;
  auto of_a = activated(a), of_b = activated(b), of_c = activated(c);
  of_b.reset();
  CHECK(tape<>::active() == &c);
  of_a.reset();
  CHECK(tape<>::active() == &c);
  CHECK(recorded_slope(c) == 6.0);
  of_b = activated(b);
  CHECK(tape<>::active() == &b);
  of_c.reset();
  CHECK(tape<>::active() == &b);
  of_b.reset();
  CHECK(tape<>::active() == nullptr);
}

TEST_CASE("tapes of other numbers and other threads have activations of their own") {
  tape<> t;
  tape<float> narrow;
  const auto first = t.activate();
  const auto second = narrow.activate();
  CHECK(tape<>::active() == &t);
  CHECK(tape<float>::active() == &narrow);
  std::thread([&] {
    CHECK(tape<>::active() == nullptr);
    tape<> mine;
    const auto guard = mine.activate();
    CHECK(recorded_slope(mine) == 6.0);
  }).join();
  CHECK(tape<>::active() == &t);
}

}  // namespace
