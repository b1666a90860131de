// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// The reals of a structure as a list, and a structure with its reals numbered.

#pragma once

#include <vector>

#include <catch.hpp>
#include <dad/structure/transform.hpp>

using doubles = std::vector<double>;

template <class X>
doubles reals(const X& x) {
  doubles seen;
  dad::detail::for_each_real(
      x, [&](const auto& leaf) { seen.push_back(static_cast<double>(dad::value(leaf))); });
  CHECK(dad::detail::real_count(x) == seen.size());
  return seen;
}

/// The reals replaced by 10, 20, 30, ... in the order in which they are asked for.
template <class To, class X>
auto numbered(const X& x) {
  double next = 0;
  return dad::detail::transform<To>(x, [&](const auto&) { return next += 10; });
}
