// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// The error of ways to differentiate over their step, as an SVG drawing.

#pragma once

#include <cmath>
#include <string>
#include <vector>

#include "../support/chart.hpp"

namespace differences {

/// Relative errors of one way, for steps of growing powers of ten.
struct errors {
  const char* name;
  std::vector<double> powers, values;
};

inline void write_figure(const std::string& path, const std::vector<errors>& ways) {
  static constexpr const char* colours[] = {"#f58518", "#4c78a8", "#54a24b"};
  std::vector<support::curve> curves;
  for (const errors& way : ways) {
    support::curve c{way.name, colours[curves.size() % std::size(colours)], {}};
    for (std::size_t i = 0; i < way.powers.size(); ++i)
      c.points.emplace_back(way.powers[i], std::log10(way.values[i]));
    curves.push_back(c);
  }
  support::svg drawing(640, 400);
  support::draw_chart(drawing, {0, 0, 640, 400},
                      "Relative error of the derivative of exp(x) / (sin³ x + cos³ x) at 1.5",
                      {.title = "step h, as a power of ten"}, {.title = "error, as a power of ten"}, curves);
  drawing.save(path);
}

}  // namespace differences
