// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// Small programs to which random ones that were wrong once came down.

#include <dad/reverse/var.hpp>

#include <array>
#include <cstddef>
#include <utility>

#include "core/close.hpp"

namespace {

/// Row by row the second derivatives of f at (a, b, c), reverse over reverse.
template <class F>
std::array<double, 9> hessian_twice(const F& f, const std::array<double, 3>& x) {
  std::array<double, 9> h{};
  dad::tape<> outer;
  const auto outer_guard = outer.activate();
  dad::tape<dad::var<>> inner;
  const auto inner_guard = inner.activate();
  std::array<dad::var<>, 3> point;
  std::array<dad::var<dad::var<>>, 3> v;
  for (std::size_t i = 0; i < 3; ++i) {
    point[i] = x[i];
    outer.input(point[i]);
    v[i] = point[i];
    inner.input(v[i]);
  }
  inner.backward(f(v[0], v[1], v[2]));
  for (std::size_t i = 0; i < 3; ++i) {
    const dad::var<> g = v[i].adjoint();
    if (!g.is_active()) continue;
    outer.backward(g);
    for (std::size_t j = 0; j < 3; ++j) h[3 * i + j] = point[j].adjoint();
  }
  return h;
}

TEST_CASE("partials are scaled where they stand") {
  // (2 a c - b) a, whose row holds two stored partials and a -1 when it is multiplied by a.
  const auto f = [](const auto& a, const auto& b, const auto& c) { return (a * 2.0 * c - b) * a; };
  CHECK_ROW(hessian_twice(f, {2.0, 3.0, 5.0}), std::array<double, 9>{20, -1, 8, -1, 0, 0, 8, 0, 0});
  // The same with a product's factors before the -1.
  const auto g = [](const auto& a, const auto& b, const auto& c) { return (a * c - b) * a; };
  CHECK_ROW(hessian_twice(g, {2.0, 3.0, 5.0}), std::array<double, 9>{10, -1, 4, -1, 0, 0, 4, 0, 0});
}

}  // namespace
