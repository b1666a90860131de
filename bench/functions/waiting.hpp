// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// A function that waits as long as its input says: inputs of uneven cost, for more ranks than there are
// cores.

#pragma once

#include <dad/dad.hpp>

#include <array>
#include <chrono>
#include <cmath>
#include <cstddef>
#include <thread>
#include <type_traits>
#include <vector>

#include "numbers.hpp"

namespace bench {

/// The square of x_0, after x_1 seconds.
struct waiting {
  using point_type = std::array<double, 2>;

  template <class X>
  real_of<X> operator()(const X& x) const {
    const double seconds = dad::value(x[1]);
    // Not where a recording is tried, which reading the number ends.
    if constexpr (std::is_same_v<real_of<X>, dad::var<>>)
      std::this_thread::sleep_for(std::chrono::duration<double>(seconds));
    return x[0] * x[0];
  }

  /// Costs with Pareto's distribution, and this mean over all of them.
  static std::vector<point_type> points(std::size_t count, double alpha, double mean) {
    std::vector<point_type> inputs(count);
    double total = 0.0;
    for (std::size_t i = 0; i < count; ++i) {
      inputs[i] = {static_cast<double>(i), std::pow(1.0 - uniform(7, i, 0.0, 1.0), -1.0 / alpha)};
      total += inputs[i][1];
    }
    for (point_type& x : inputs) x[1] *= mean * static_cast<double>(count) / total;
    return inputs;
  }
};

}  // namespace bench
