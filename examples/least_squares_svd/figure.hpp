// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// Errors of gradients over the condition and over the gap of two singular values, as an SVG drawing.

#pragma once

#include <cstddef>
#include <filesystem>
#include <string>
#include <vector>

#include "../support/chart.hpp"
#include "comparison.hpp"

namespace decompositions {

inline std::vector<support::curve> curves_of(const comparison& c, const std::vector<std::string>& colours) {
  std::vector<support::curve> curves;
  for (std::size_t w = 0; w < c.ways().size(); ++w) {
    support::curve curve{c.ways()[w].name, colours[w], {}, 2, 1, true};
    for (std::size_t p = 0; p < c.points().size(); ++p)
      curve.points.emplace_back(c.points()[p], c.ways()[w].medians[p]);
    curves.push_back(curve);
  }
  return curves;
}

/// Throws std::runtime_error where the file cannot be written.
inline void write_figure(const std::filesystem::path& path, const comparison& solution, const comparison& one,
                         const comparison& two) {
  const std::string blue = "#4c78a8", orange = "#f58518", green = "#2ca25f";
  support::svg drawing(1290, 440);
  drawing.text({24, 32}, "How exact a gradient is after it went through a decomposition",
               {.size = 18, .colour = "#222222", .bold = true});
  drawing.text({24, 53}, "relative errors, medians of random 6 x 3 matrices", {.size = 13});
  const auto panel = [&](double left, const std::string& title, const std::string& x, const comparison& c) {
    const support::axis errors{.title = "error", .least = 1e-17, .most = 1, .logarithmic = true};
    support::draw_chart(drawing, {left, 62, 425, 370}, title, {.title = x, .logarithmic = true}, errors,
                        curves_of(c, {blue, orange, green}));
  };
  const std::string gap = "distance of the two largest singular values";
  panel(0, "A least-squares solution", "condition of the matrix", solution);
  panel(430, "The largest singular value with its vectors", gap, one);
  panel(860, "The two largest together", gap, two);
  drawing.save(path);
}

}  // namespace decompositions
