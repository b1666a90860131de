// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// Values and gradients by ceres::Jet: forward, with all directions of the gradient at once.

#pragma once

#include <ceres/jet.h>

#include <array>
#include <cstddef>

namespace bench {

template <class F, std::size_t N>
class ceres_gradient {
  using jet = ceres::Jet<double, static_cast<int>(N)>;

 public:
  static constexpr const char* name = "ceres_jet";

  explicit ceres_gradient(const F& f) : f_(f) {}

  double operator()(const std::array<double, N>& x, std::array<double, N>& gradient) {
    for (std::size_t k = 0; k < N; ++k) point_[k] = jet(x[k], static_cast<int>(k));
    const jet y = f_(point_);
    for (std::size_t k = 0; k < N; ++k) gradient[k] = y.v[static_cast<int>(k)];
    return y.a;
  }

 private:
  F f_;
  std::array<jet, N> point_;
};

}  // namespace bench
