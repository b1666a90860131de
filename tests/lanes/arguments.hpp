// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// Arguments for every operation: the ends of the range, points where functions change their formula, and
// random numbers of every size.

#pragma once

#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>
#include <random>
#include <vector>

class arguments {
 public:
  /// Edge points, each with both signs.
  static const std::vector<double>& edges() {
    static const std::vector<double> points = [] {
      using limits = std::numeric_limits<double>;
      std::vector<double> p{
          0.0, limits::infinity(),    limits::quiet_NaN(), limits::denorm_min(), limits::min(), limits::max(),
          1.0, limits::epsilon() / 2, 4503599627370495.5,  9007199254740993.0};
      for (const double x : {1e-323,
                             3e-320,
                             1e-310,
                             1e-300,
                             1e-155,
                             1e-20,
                             1e-8,
                             0.1,
                             0.3,
                             0.5,
                             1.5,
                             2.0,
                             2.5,
                             3.0,
                             4.0,
                             6.0,
                             10.0,
                             20.0,
                             26.0,
                             27.0,
                             28.0,
                             33.0,
                             37.0,
                             40.0,
                             100.0,
                             170.0,
                             171.5,
                             171.7,
                             180.0,
                             700.0,
                             709.0,
                             709.782712893384,
                             710.0,
                             710.47,
                             711.0,
                             745.0,
                             745.2,
                             1022.5,
                             1023.5,
                             1024.0,
                             1074.0,
                             1075.5,
                             1e10,
                             1e16,
                             1e22,
                             1.34e154,
                             1.35e154,
                             1e200,
                             1e300,
                             1e307,
                             1e308,
                             1.5707963267948966,
                             3.141592653589793})
        for (const double y : {x, std::nextafter(x, 0.0), std::nextafter(x, limits::max())}) p.push_back(y);
      const std::size_t count = p.size();
      for (std::size_t i = 0; i < count; ++i) p.push_back(-p[i]);
      return p;
    }();
    return points;
  }

  /// A number of any kind, most of them moderate.
  double next() {
    const std::uint64_t kind = random_() % 16;
    if (kind == 0) return edges()[random_() % edges().size()];
    if (kind == 1) return any_size();
    const double scale = kind < 6 ? 1.0 : kind < 11 ? 6.0 : kind < 14 ? 40.0 : 760.0;
    return scale * (std::ldexp(static_cast<double>(random_() >> 11), -52) - 1);
  }

 private:
  double any_size() {
    for (;;) {
      const auto x = std::bit_cast<double>(random_());
      if (!std::isnan(x)) return x;
    }
  }

  std::mt19937_64 random_{1};
};
