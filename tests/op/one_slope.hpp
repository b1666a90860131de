// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// Number types behind one interface for tests of how they behave in user code: one input, one derivative.

#pragma once

#include <tuple>

#include <dad/forward/dual.hpp>
#include <dad/reverse/var.hpp>

/// A scalar that carries one derivative, whatever the machine: seed(x) and slope(y) = dy/dx.
struct forward_number {
  using scalar = dad::dual<double, 1>;
  static scalar seed(double x) { return {x, 1.0}; }
  double slope(const scalar& y) const { return y.tangent(); }
};

struct reverse_number {
  using scalar = dad::var<double>;
  dad::tape<double> tape;
  dad::tape<double>::activation guard = tape.activate();
  scalar x;
  scalar seed(double value) {
    x = value;
    tape.input(x);
    return x;
  }
  double slope(const scalar& y) {
    if (!y.is_active()) return 0;
    tape.backward(y);
    return x.adjoint();
  }
};

struct nested_number {
  using scalar = dad::dual<dad::dual<double, 1>, 1>;
  static scalar seed(double x) { return {dad::dual<double, 1>(x, 1.0), dad::dual<double, 1>(1.0)}; }
  double slope(const scalar& y) const { return y.tangent().value(); }
};

using machines = std::tuple<forward_number, reverse_number, nested_number>;
