// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// A line chart on an SVG drawing: axes with round ticks, linear or logarithmic, grid, legend, any number of
// curves.

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

/// Values from `least` to `most`; where the data goes beyond, so does the axis. One with `labels` has
/// these words at 0, 1, 2, ... instead.
struct axis {
  std::string title;  // with the unit
  double least = std::numeric_limits<double>::infinity();
  double most = -std::numeric_limits<double>::infinity();
  bool logarithmic = false;  // in powers of ten; what is not positive is left out
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

// 10 to this power, in superscript.
inline std::string power_label(double power) {
  static constexpr const char* digits[] = {"\u2070", "\u00b9", "\u00b2", "\u00b3", "\u2074",
                                           "\u2075", "\u2076", "\u2077", "\u2078", "\u2079"};
  std::string result = power < 0 ? "10\u207b" : "10";
  for (const char digit : std::to_string(std::abs(std::lround(power)))) result += digits[digit - '0'];
  return result;
}

// From here on a logarithmic axis is one of powers of ten.
inline double on_axis(const axis& a, double x) {
  if (!a.logarithmic) return x;
  return x > 0 ? std::log10(x) : -std::numeric_limits<double>::infinity();
}

// Where an axis begins and ends, and what is written at its ticks.
struct scale {
  std::vector<double> ticks;
  std::vector<std::string> labels;
  double first, last;
};
inline scale scale_of(const axis& a, double count) {
  scale s;
  if (!a.labels.empty()) {
    for (std::size_t i = 0; i < a.labels.size(); ++i) s.ticks.push_back(static_cast<double>(i));
    s.labels = a.labels;
    s.first = -0.5, s.last = s.ticks.back() + 0.5;
    return s;
  }
  const double first = std::floor(a.least + 1e-9), last = std::max(std::ceil(a.most - 1e-9), first + 1);
  s.ticks = a.logarithmic ? ticks(first, last, std::min(last - first, 9.0)) : ticks(a.least, a.most, count);
  for (const double t : s.ticks) s.labels.push_back(a.logarithmic ? power_label(t) : tick_label(t));
  s.first = s.ticks.front(), s.last = s.ticks.back();
  return s;
}

}  // namespace detail

inline void draw_chart(svg& drawing, area where, const std::string& title, axis x, axis y,
                       const std::vector<curve>& curves) {
  for (axis* a : {&x, &y}) a->least = detail::on_axis(*a, a->least), a->most = detail::on_axis(*a, a->most);
  for (const auto& c : curves) {
    for (const auto& given : c.points) {
      const double px = detail::on_axis(x, given.first), py = detail::on_axis(y, given.second);
      if (!std::isfinite(px) || !std::isfinite(py)) continue;
      x.least = std::min(x.least, px), x.most = std::max(x.most, px);
      y.least = std::min(y.least, py), y.most = std::max(y.most, py);
    }
  }
  if (x.most < x.least) x.least = 0, x.most = 1;
  if (y.most < y.least) y.least = 0, y.most = 1;
  const auto x_scale = detail::scale_of(x, 6), y_scale = detail::scale_of(y, 5);

  // The plane of the curves, without what stands around it.
  const double left = where.x + 58, right = where.x + where.width - 14;
  const double top = where.y + 56, bottom = where.y + where.height - 46;
  auto place = [&](double px, double py) {
    const double u = (px - x_scale.first) / (x_scale.last - x_scale.first);
    const double v = (py - y_scale.first) / (y_scale.last - y_scale.first);
    return point(left + u * (right - left), bottom - v * (bottom - top));
  };

  const std::string grid = "#e6e6e6", dark = "#333333";
  drawing.text({left, where.y + 20}, title, {.size = 15, .colour = dark, .bold = true});
  for (std::size_t i = 0; i < y_scale.ticks.size(); ++i) {
    const double at = place(0, y_scale.ticks[i]).second;
    const point ends[] = {{left, at}, {right, at}};
    drawing.line(ends, grid);
    drawing.text({left - 8, at + 4}, y_scale.labels[i], {.anchor = "end"});
  }
  for (std::size_t i = 0; i < x_scale.ticks.size(); ++i) {
    const double at = place(x_scale.ticks[i], 0).first;
    const point ends[] = {{at, bottom}, {at, bottom + 5}};
    drawing.line(ends, dark);
    drawing.text({at, bottom + 19}, x_scale.labels[i], {.anchor = "middle"});
  }
  const point axes[] = {{left, bottom}, {right, bottom}};
  drawing.line(axes, dark);
  drawing.text({(left + right) / 2, bottom + 38}, x.title, {.anchor = "middle"});
  drawing.text({where.x + 14, (top + bottom) / 2}, y.title, {.anchor = "middle", .turn = -90});

  double legend = left;
  for (const auto& c : curves) {
    std::vector<point> placed;
    for (const auto& given : c.points) {
      const double px = detail::on_axis(x, given.first), py = detail::on_axis(y, given.second);
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
