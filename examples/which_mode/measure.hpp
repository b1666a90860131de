// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// The time of a Jacobian in each mode, and how far it is from the closed form.

#pragma once

#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>
#include <cstddef>
#include <limits>
#include <vector>

#include <dad/dad.hpp>

#include "functions.hpp"

namespace which_mode {

/// Milliseconds of one Jacobian, and its largest difference from the closed form over the largest entry.
struct measured {
  std::size_t outputs;
  double forward, reverse, chosen;
  double difference;
};

inline double difference(const dad::matrix& a, const dad::matrix& b) {
  double most = 0.0, scale = 0.0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    most = std::max(most, std::abs(a.data()[i] - b.data()[i]));
    scale = std::max(scale, std::abs(b.data()[i]));
  }
  return most / scale;
}

/// The least time of each call, in turns, so that a slow moment of the machine meets all.
template <class... Calls>
std::array<double, sizeof...(Calls)> milliseconds(int turns, const Calls&... calls) {
  using clock = std::chrono::steady_clock;
  std::array<double, sizeof...(Calls)> least;
  least.fill(std::numeric_limits<double>::infinity());
  for (int turn = 0; turn < turns; ++turn) {
    std::size_t at = 0;
    const auto once = [&](const auto& call) {
      const auto start = clock::now();
      call();
      const std::chrono::duration<double, std::milli> elapsed = clock::now() - start;
      least[at] = std::min(least[at], elapsed.count());
      ++at;
    };
    (once(calls), ...);
  }
  return least;
}

template <class F>
measured measure(const F& f, const std::vector<double>& x) {
  dad::matrix forward, reverse, chosen;
  const int turns = f.outputs > 1000 ? 3 : 15;
  const auto least = milliseconds(
      turns, [&] { forward = dad::jacobian(f, x, dad::forward); },
      [&] { reverse = dad::jacobian(f, x, dad::reverse); }, [&] { chosen = dad::jacobian(f, x); });
  const dad::matrix expected = f.jacobian(x);
  return {
      f.outputs, least[0], least[1], least[2],
      std::max({difference(forward, expected), difference(reverse, expected), difference(chosen, expected)})};
}

/// For m / n from about 1 / 100 to 100.
template <class F>
std::vector<measured> measure_all(std::size_t inputs) {
  const auto x = point(inputs);
  std::vector<measured> rows;
  for (const double ratio :
       {0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 0.75, 1.0, 1.5, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0}) {
    const auto outputs = static_cast<std::size_t>(std::lround(ratio * static_cast<double>(inputs)));
    if (outputs > 0 && (rows.empty() || rows.back().outputs != outputs))
      rows.push_back(measure(F{outputs, inputs}, x));
  }
  return rows;
}

}  // namespace which_mode
