// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// Sums of terms that are swept one by one: what a term was when it was swept, it stays.

#include <dad/reverse/var.hpp>

#include <cmath>
#include <utility>

#include "core/close.hpp"

namespace {

using dad::var;

struct recording {
  dad::tape<> tape;
  dad::tape<>::activation guard = tape.activate();
  var<> x = 2.0, z = 5.0;
  dad::tape<>::place start;
  recording() {
    tape.input(x);
    tape.input(z);
    start = tape.position();
  }
};

TEST_CASE("a term that was accumulated does not become another value") {
  recording r;
  SECTION("by a sum that goes on") {
    var<> y = r.x * r.z;
    r.tape.accumulate(y, 1.0, r.start);
    CHECK(y.adjoint() == 1.0);
    y += r.x * r.x;
    CHECK(y.adjoint() == 0.0);  // recorded after the sweep
    y -= r.z;
    CHECK(y.adjoint() == 0.0);
  }
  SECTION("by an operation that it is given to") {
    var<> y = r.x * r.z;
    r.tape.accumulate(y, 1.0, r.start);
    const var<> u = std::move(y) * r.x;
    CHECK(u.adjoint() == 0.0);
    CHECK(y.adjoint() == 1.0);  // still there
    CHECK((y + 1.0).value() == 11.0);
  }
  SECTION("by a function of it") {
    var<> y = r.x * r.z;
    r.tape.accumulate(y, 1.0, r.start);
    const var<> u = sin(std::move(y));
    CHECK(u.adjoint() == 0.0);
    CHECK(y.adjoint() == 1.0);
  }
  CHECK(r.x.adjoint() == 5.0);
  CHECK(r.z.adjoint() == 2.0);
}

TEST_CASE("terms of which each goes on from the one before, without a rewind between them") {
  recording r;
  var<> y = r.x * r.z;
  double by_x = 5.0, by_z = 2.0;
  r.tape.accumulate(y, 1.0, r.start);
  for (int k = 1; k < 5; ++k) {
    y += r.x * r.x * k;  // 10 + k (k + 1) / 2 * 4
    r.tape.accumulate(y, 10.0, r.start);
    by_x += 10.0 * (5.0 + k * (k + 1) / 2 * 4.0);
    by_z += 10.0 * 2.0;
    CHECK(r.x.adjoint() == by_x);
    CHECK(r.z.adjoint() == by_z);
    CHECK(y.adjoint() == 10.0);
  }
}

}  // namespace
