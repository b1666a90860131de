// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// Eigenvalues have no derivative; a trace has.

// expected: dad: eigenvalues come in double and have no derivative themselves

#include <dad/dad.hpp>
#include <vector>

auto slope(double at) {
  return dad::derivative(
      [](const auto& x) {
        using T = std::remove_cvref_t<decltype(x)>;
        const auto f = [](const auto& u) { return u[0] * u[0] * u[0]; };
#ifdef MUST_NOT_COMPILE
        return T(dad::hessian_eigenvalues(f, std::vector<T>{x}).largest.values[0]);
#else
        return dad::hessian_trace(f, std::vector<T>{x}).value;
#endif
      },
      at);
}
