// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// The benchmarks' functions, from 5 inputs to hundreds, have right derivatives.

#include <cstddef>

#include <dad/dad.hpp>

#include "catch.hpp"

#include "../../bench/functions/black_scholes.hpp"
#include "../../bench/functions/bundle_adjustment.hpp"
#include "../../bench/functions/det.hpp"
#include "../../bench/functions/kmeans.hpp"
#include "../../bench/functions/lse.hpp"
#include "../../bench/functions/network.hpp"
#include "../../bench/functions/ode.hpp"
#include "../../bench/functions/rosenbrock.hpp"

namespace {

template <class F>
void check(const F& f) {
  const auto r = dad::check_gradient(f, f.point());
  INFO(r.text());
  CHECK(r.passed());
  CHECK(r.undecided == 0);
  REQUIRE(r.slope.has_value());
  CHECK(*r.slope > 1.8);
  CHECK(*r.slope < 3.3);
}

}  // namespace

TEST_CASE("gradients of whole functions pass, none of their entries undecided") {
  check(bench::rosenbrock<10>{});
  check(bench::black_scholes{});
  check(bench::network{});
  check(bench::lse{50});
  check(bench::det{5});
  check(bench::ode{10, 20});
  check(bench::kmeans{3, 4, 60});
}

TEST_CASE("a Jacobian passes") {
  const bench::bundle_adjustment f{};
  for (const unsigned i : {0u, 3u}) {
    const auto r = dad::check_jacobian(f, f.point(i));
    INFO(r.text());
    CHECK(r.passed());
  }
}

TEST_CASE("a Hessian passes") {
  const bench::rosenbrock<6> f{};
  const auto r = dad::check_hessian(f, f.point());
  INFO(r.text());
  CHECK(r.passed());
  CHECK(r.entries == 6);
}
