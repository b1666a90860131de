// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// The time of a Jacobian in each mode, and how far it is from the closed form.

#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <string>
#include <vector>

#include <dad/dad.hpp>

#include "../support/least_time.hpp"
#include "functions.hpp"

namespace which_mode {

/// Milliseconds of one Jacobian, and its largest difference from the closed form over the largest entry.
struct cost {
  std::size_t outputs;
  double forward, reverse, chosen;
  double difference;
};

/// Of one function, for growing numbers of outputs.
struct series {
  std::string function;
  std::vector<cost> costs;
};

inline double difference(const dad::matrix& a, const dad::matrix& b) {
  double most = 0.0, scale = 0.0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    most = std::max(most, std::abs(a.data()[i] - b.data()[i]));
    scale = std::max(scale, std::abs(b.data()[i]));
  }
  return most / scale;
}

template <class F>
cost measure(const F& f, const std::vector<double>& x) {
  dad::matrix forward, reverse, chosen;
  const int turns = f.outputs > 1000 ? 3 : 15;
  const auto least = support::least_seconds(
      turns, [&] { forward = dad::jacobian(f, x, dad::forward); },
      [&] { reverse = dad::jacobian(f, x, dad::reverse); }, [&] { chosen = dad::jacobian(f, x); });
  const dad::matrix exact = f.jacobian(x);
  return {f.outputs, 1e3 * least[0], 1e3 * least[1], 1e3 * least[2],
          std::max({difference(forward, exact), difference(reverse, exact), difference(chosen, exact)})};
}

/// For outputs over inputs from about 1 / most to most, which is 100 at most.
template <class F>
series measure_all(const std::vector<double>& x, double most) {
  series all{F::name, {}};
  for (const double ratio :
       {0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 0.75, 1.0, 1.5, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0}) {
    const auto outputs = static_cast<std::size_t>(std::lround(ratio * static_cast<double>(x.size())));
    const bool is_wanted = std::max(ratio, 1 / ratio) <= most * (1 + 1e-9);
    if (is_wanted && outputs > 0 && (all.costs.empty() || all.costs.back().outputs != outputs))
      all.costs.push_back(measure(F{outputs, x.size()}, x));
  }
  return all;
}

}  // namespace which_mode
