// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// A line chart on an SVG drawing: axes with round ticks, grid, legend, any number of curves.

#pragma once

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include "svg.hpp"

namespace support {

struct curve {
  std::string name;  // shown in the legend; empty: not shown
  std::string colour;
  std::vector<point> points;
  double width = 2;
  double opacity = 1;
  bool dots = false;
  bool last_value = false;  // written beside the last point
};

/// The part of the drawing that the chart fills, titles and tick labels included.
struct area {
  double x, y, width, height;
};

/// Values from `least` to `most`; where the data goes beyond, so does the axis. An x axis with `labels` has
/// these words at 0, 1, 2, ... instead.
struct axis {
  std::string title;  // with the unit
  double least = std::numeric_limits<double>::infinity();
  double most = -std::numeric_limits<double>::infinity();
  std::vector<std::string> labels = {};
};

namespace detail {

// About `count` steps of 1, 2 or 5 times a power of ten cover the axis; the first and last tick are its ends.
inline std::vector<double> ticks(double least, double most, double count) {
  if (!(most > least)) most = least + 1;
  const double rough = (most - least) / count;
  const double power = std::pow(10.0, std::floor(std::log10(rough)));
  double step = 10 * power;
  for (const double digit : {5, 2, 1}) {
    if (digit * power >= rough * 0.999) step = digit * power;
  }
  std::vector<double> result;
  const double first = std::floor(least / step + 1e-9), last = std::ceil(most / step - 1e-9);
  for (double i = first; i <= last; ++i) result.push_back(i * step);
  return result;
}

inline std::string tick_label(double x) {
  char text[32];
  const auto end = std::to_chars(text, text + sizeof text, x, std::chars_format::general, 6).ptr;
  return {text, end};
}

}  // namespace detail

inline void draw_chart(svg& drawing, area where, const std::string& title, axis x, axis y,
                       const std::vector<curve>& curves) {
  for (const auto& c : curves) {
    for (const auto& [px, py] : c.points) {
      if (!std::isfinite(px) || !std::isfinite(py)) continue;
      x.least = std::min(x.least, px), x.most = std::max(x.most, px);
      y.least = std::min(y.least, py), y.most = std::max(y.most, py);
    }
  }
  if (x.most < x.least) x.least = 0, x.most = 1;
  if (y.most < y.least) y.least = 0, y.most = 1;
  auto x_ticks = detail::ticks(x.least, x.most, 6);
  const auto y_ticks = detail::ticks(y.least, y.most, 5);
  double x_first = x_ticks.front(), x_last = x_ticks.back();
  if (!x.labels.empty()) {
    x_ticks.resize(x.labels.size());
    for (std::size_t i = 0; i < x_ticks.size(); ++i) x_ticks[i] = static_cast<double>(i);
    x_first = -0.5, x_last = x_ticks.back() + 0.5;
  }

  // The plane of the curves, without what stands around it.
  const double left = where.x + 58, right = where.x + where.width - 14;
  const double top = where.y + 56, bottom = where.y + where.height - 46;
  auto place = [&](double px, double py) {
    const double u = (px - x_first) / (x_last - x_first);
    const double v = (py - y_ticks.front()) / (y_ticks.back() - y_ticks.front());
    return point(left + u * (right - left), bottom - v * (bottom - top));
  };

  const std::string grid = "#e6e6e6", dark = "#333333";
  drawing.text({left, where.y + 20}, title, {.size = 15, .colour = dark, .bold = true});
  for (const double t : y_ticks) {
    const point ends[] = {{left, place(0, t).second}, {right, place(0, t).second}};
    drawing.line(ends, grid);
    drawing.text({left - 8, ends[0].second + 4}, detail::tick_label(t), {.anchor = "end"});
  }
  for (std::size_t i = 0; i < x_ticks.size(); ++i) {
    const double at = place(x_ticks[i], 0).first;
    const point ends[] = {{at, bottom}, {at, bottom + 5}};
    drawing.line(ends, dark);
    drawing.text({at, bottom + 19}, x.labels.empty() ? detail::tick_label(x_ticks[i]) : x.labels[i],
                 {.anchor = "middle"});
  }
  const point axes[] = {{left, bottom}, {right, bottom}};
  drawing.line(axes, dark);
  drawing.text({(left + right) / 2, bottom + 38}, x.title, {.anchor = "middle"});
  drawing.text({where.x + 14, (top + bottom) / 2}, y.title, {.anchor = "middle", .turn = -90});

  double legend = left;
  for (const auto& c : curves) {
    std::vector<point> placed;
    for (const auto& [px, py] : c.points) {
      if (std::isfinite(px) && std::isfinite(py)) placed.push_back(place(px, py));
    }
    drawing.line(placed, c.colour, c.width, c.opacity);
    if (c.dots) {
      for (const auto& p : placed) drawing.circle(p, 3.5, c.colour);
    }
    if (c.last_value && !placed.empty()) {
      const auto [px, py] = placed.back();
      drawing.text({px - 8, py - 10}, detail::tick_label(c.points.back().second),
                   {.size = 13, .colour = c.colour, .anchor = "middle", .bold = true});
    }
    if (c.name.empty()) continue;
    const point sample[] = {{legend, top - 16}, {legend + 18, top - 16}};
    drawing.line(sample, c.colour, c.width, c.opacity);
    if (c.dots) drawing.circle({legend + 9, top - 16}, 3.5, c.colour);
    drawing.text({legend + 24, top - 12}, c.name);
    legend += 44 + 6.2 * static_cast<double>(c.name.size());
  }
}

}  // namespace support
