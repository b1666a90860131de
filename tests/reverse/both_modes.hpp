// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// The same generic function forward, in plain numbers and in reverse, by hand: without dad's drivers.

#pragma once

#include <dad/forward/dual.hpp>
#include <dad/reverse/tape.hpp>
#include <dad/reverse/var.hpp>

#include <vector>

#include "core/close.hpp"

namespace test {

/// The gradient of f, a function of a vector, by one dual per direction.
template <class F>
std::vector<double> forward_gradient(const F& f, const std::vector<double>& x) {
  std::vector<double> gradient;
  for (std::size_t i = 0; i < x.size(); ++i) {
    std::vector<dad::dual<>> point(x.begin(), x.end());
    point[i].tangent() = 1.0;
    gradient.push_back(dad::dual<>(f(point)).tangent());
  }
  return gradient;
}

/// The same by one recording and one sweep.
template <class F>
std::vector<double> reverse_gradient(const F& f, const std::vector<double>& x) {
  dad::tape<> t;
  const auto guard = t.activate();
  std::vector<dad::var<>> point(x.begin(), x.end());
  t.input(point);
  const std::vector<dad::var<>> inputs = point;
  const dad::var<> y = f(point);
  std::vector<double> gradient(x.size(), 0.0);
  if (!y.is_active()) return gradient;
  t.backward(y);
  for (std::size_t i = 0; i < x.size(); ++i) gradient[i] = inputs[i].adjoint();
  return gradient;
}

/// f takes a std::vector of scalars, by value or by reference, which it may change. Its value is the same in
/// every mode, and its gradients agree.
template <class F>
std::vector<double> check_both_modes(const F& f, const std::vector<double>& x, double tolerance = 1e-12) {
  std::vector<double> plain = x;
  std::vector<dad::dual<>> duals(x.begin(), x.end());
  std::vector<dad::var<>> vars(x.begin(), x.end());
  const double value = static_cast<double>(f(plain));
  CHECK(dad::value(dad::dual<>(f(duals))) == close_to(value, 1e-14));
  CHECK(dad::value(dad::var<>(f(vars))) == close_to(value, 1e-14));
  const auto gradient = reverse_gradient(f, x);
  CHECK_ROW(gradient, forward_gradient(f, x), tolerance, 1e-14);
  return gradient;
}

}  // namespace test
