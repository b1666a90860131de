// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// Tables and figures of what was measured.

#pragma once

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <limits>
#include <string>
#include <vector>

#include "../support/chart.hpp"
#include "../support/csv.hpp"
#include "crossing.hpp"
#include "rows.hpp"

namespace scaling {

/// What a panel of a figure shows: its rows over one of their sizes.
struct panel {
  std::string title, axis, unit;
  std::size_t row::*size;
  const std::vector<row>& rows;

  [[nodiscard]] std::vector<support::point> line(way by) const {
    std::vector<support::point> points;
    for (const row& r : rows)
      if (r.by == by) points.emplace_back(static_cast<double>(r.*size), r.seconds);
    return points;
  }

  /// The lines of text below it: where who wins.
  [[nodiscard]] std::vector<std::string> caption() const {
    const auto says = [&](const char* who, way a, const char* whom, way b) {
      return std::string(who) + " faster than " + whom + ": " +
             in_words(where_faster(line(a), line(b)), unit);
    };
    std::vector<std::string> lines = {says("ranks", ranks, "one process", local),
                                      says("ranks", ranks, "sequential", sequential),
                                      says("one process", local, "sequential", sequential)};
    if (!line(spawning).empty()) lines.push_back(says("spawning", spawning, "sequential", sequential));
    return lines;
  }
};

inline void write_figure(const std::filesystem::path& path, int rank_count,
                         const std::vector<panel>& panels) {
  constexpr double width = 470, height = 390;
  const std::vector<std::string> names = {"sequential", "one process",
                                          std::to_string(rank_count) + (rank_count == 1 ? " rank" : " ranks"),
                                          "spawning"};
  const std::vector<std::string> colours = {"#7f7f7f", "#1f77b4", "#d62728", "#9467bd"};
  support::svg drawing(width * static_cast<double>(panels.size()), height + 86);
  double left = 6;
  for (const panel& p : panels) {
    std::vector<support::curve> curves;
    for (const way w : {sequential, local, ranks, spawning}) {
      const auto points = p.line(w);
      if (!points.empty()) curves.push_back({names[w], colours[w], points, 2, 1, true});
    }
    draw_chart(drawing, {left, 0, width - 12, height}, p.title, {.title = p.axis, .logarithmic = true},
               {.title = "seconds of a call", .logarithmic = true}, curves);
    double y = height + 10;
    for (const std::string& line : p.caption()) drawing.text({left + 14, y}, line, {.size = 11}), y += 18;
    left += width;
  }
  drawing.save(path);
}

inline void write_table(const std::filesystem::path& path, const std::vector<panel>& panels) {
  support::csv table(path, {"inputs", "steps", "way", "seconds", "difference", "bits"});
  for (const panel& p : panels) {
    std::printf("%s\n%12s  %-12s %12s\n", p.title.c_str(), p.unit.c_str(), "way", "seconds");
    for (const row& r : p.rows) {
      std::printf("%12zu  %-12s %12.4g\n", r.*p.size, way_names[r.by], r.seconds);
      table.row(r.inputs, r.steps, way_names[r.by], r.seconds, r.found.difference, r.found.fingerprint());
    }
    for (const std::string& line : p.caption()) std::printf("  %s\n", line.c_str());
  }
  table.close();
}

/// Throws std::runtime_error where a file cannot be written.
inline void report_inputs(const std::filesystem::path& folder, int rank_count,
                          const std::vector<row>& short_ones, const std::vector<row>& long_ones) {
  const auto title = [](const std::vector<row>& rows) {
    const row& r = rows.back();
    double each = std::numeric_limits<double>::infinity();  // by the sequential way, at its best
    for (const row& one : rows)
      if (one.by == sequential) each = std::min(each, one.seconds / static_cast<double>(one.inputs));
    char text[80];
    std::snprintf(text, sizeof text, "%zu %s, %.3g µs an input", r.steps, r.steps == 1 ? "step" : "steps",
                  1e6 * each);
    return std::string(text);
  };
  std::vector<panel> panels;
  for (const auto* rows : {&short_ones, &long_ones})
    if (!rows->empty()) panels.push_back({title(*rows), "inputs", "inputs", &row::inputs, *rows});
  write_table(folder / "scaling-inputs.csv", panels);
  write_figure(folder / "scaling-inputs.svg", rank_count, panels);
}

inline void report_iterations(const std::filesystem::path& folder, int rank_count,
                              const std::vector<row>& rows) {
  const std::vector<panel> panels = {
      {"100 inputs of a loop", "iterations of the loop", "iterations", &row::steps, rows}};
  write_table(folder / "scaling-iterations.csv", panels);
  write_figure(folder / "scaling-iterations.svg", rank_count, panels);
}

}  // namespace scaling
