// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// Values and gradients by ADOL-C: f is traced once, at the first point, and the trace is evaluated forwards
// and backwards at each.

#pragma once

#include <adolc/adolc.h>

#include <array>
#include <cstddef>

/// ADOL-C has no erfc; this one loses the digits of small results.
inline adub erfc(const badouble& x) { return 1.0 - erf(x); }

namespace bench {

template <class F, std::size_t N>
class adolc_gradient {
 public:
  static constexpr const char* name = "adolc_replay";

  explicit adolc_gradient(const F& f) {
    const auto x = f.point();
    std::array<adouble, N> point;
    double value;
    trace_on(tag);
    for (std::size_t k = 0; k < N; ++k) point[k] <<= x[k];
    adouble y = f(point);
    y >>= value;
    trace_off();
  }

  double operator()(const std::array<double, N>& x, std::array<double, N>& gradient) {
    double value;
    zos_forward(tag, 1, N, 1, x.data(), &value);
    fos_reverse(tag, 1, N, &seed_, gradient.data());
    return value;
  }

 private:
  static constexpr short tag = 1;
  double seed_ = 1.0;
};

}  // namespace bench
