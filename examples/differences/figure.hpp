// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// The error of ways to differentiate over their step, as a table and as an SVG drawing.

#pragma once

#include <cstddef>
#include <filesystem>
#include <string>
#include <vector>

#include "../support/chart.hpp"
#include "../support/csv.hpp"
#include "errors.hpp"

namespace differences {

inline void write_table(const std::filesystem::path& path, const ways& all) {
  const auto& [one_sided, central, dad] = all;
  support::csv table(path, {"step", "one_sided", "central", "dad"});
  for (std::size_t i = 0; i < one_sided.steps.size(); ++i)
    table.row(one_sided.steps[i], one_sided.values[i], central.values[i], dad.values[i]);
  table.close();
}

inline void write_figure(const std::filesystem::path& path, const ways& all, double x) {
  static constexpr const char* colours[] = {"#f58518", "#4c78a8", "#54a24b"};
  std::vector<support::curve> curves;
  for (const errors& way : all) {
    support::curve c{way.name, colours[curves.size()], {}};
    for (std::size_t i = 0; i < way.steps.size(); ++i) c.points.emplace_back(way.steps[i], way.values[i]);
    curves.push_back(c);
  }
  support::svg drawing(640, 400);
  support::draw_chart(
      drawing, {0, 0, 640, 400},
      "Relative error of the derivative of exp(x) / (sin³ x + cos³ x) at " + support::to_text(x),
      {.title = "step h", .logarithmic = true}, {.title = "error", .least = 1e-18, .logarithmic = true},
      curves);
  drawing.save(path);
}

}  // namespace differences
