// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// The Jacobian of a function by every way through a tape, against one that is known.

#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include <dad/dad.hpp>
#include <dad/fused.hpp>

#include "catch.hpp"
#include "core/close.hpp"

/// The first place at which two matrices differ by more than rounding, in words.
inline std::string difference(const dad::matrix& a, const dad::matrix& b) {
  return difference(std::span(a.data(), a.size()), std::span(b.data(), b.size()), 1e-9, 1e-11);
}

/// By the drivers, by assignments, and on a tape of the caller's with a sweep for each output or one for all.
template <class F>
void hold_every_way(const F& f, const std::vector<double>& x, const dad::matrix& expected) {
  REQUIRE(difference(dad::jacobian(f, x, dad::reverse), expected) == "");
  REQUIRE(difference(dad::jacobian(f, x), expected) == "");
  REQUIRE(difference(dad::jacobian(dad::fused(f), x, dad::reverse), expected) == "");
  dad::tape<> t;
  const auto guard = t.activate();
  std::vector<dad::var<>> u(x.begin(), x.end());
  t.input(u);
  const auto y = f(u);
  dad::matrix by_lanes(y.size(), x.size()), one_by_one(y.size(), x.size());
  t.backward_all(y, [&](std::size_t k, auto adjoints) {
    for (std::size_t i = 0; i < x.size(); ++i) by_lanes(k, i) = adjoints[i + 1];
  });
  for (std::size_t k = 0; k < y.size(); ++k) {
    if (!y[k].is_active()) continue;
    t.backward(y[k]);
    for (std::size_t i = 0; i < x.size(); ++i) one_by_one(k, i) = u[i].adjoint();
  }
  REQUIRE(difference(one_by_one, expected) == "");
  REQUIRE(difference(by_lanes, expected) == "");
}
