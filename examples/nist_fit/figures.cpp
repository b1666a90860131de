// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// Small multiples of fits, and a chart of dots for their digits.

#include "figures.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <utility>

#include "../support/svg.hpp"

namespace nist_fit {
namespace {

using support::point;

constexpr const char *dark = "#333333", *grey = "#8a8a8a", *light = "#e6e6e6", *blue = "#34659c",
                     *red = "#d6453d";

std::string short_text(double x) {
  char text[32];
  std::snprintf(text, sizeof text, "%.3g", x);
  return text;
}

/// The plane of a panel: data from `least` to `most` with a margin.
struct plane {
  double left, top, width, height;
  double x_least, x_most, y_least, y_most;

  [[nodiscard]] point at(double x, double y) const {
    const double u = (x - x_least) / (x_most - x_least), v = (y - y_least) / (y_most - y_least);
    return {left + (0.03 + 0.94 * u) * width, top + height - (0.05 + 0.9 * v) * height};
  }
};

double response(const model& m, double y) { return m.is_of_logarithm ? std::log(y) : y; }

void draw_panel(support::svg& drawing, point corner, const problem& p, const model& m, const fitted& f) {
  std::vector<point> data;
  const auto at_data = values(m, f.parameters, p.x);
  const bool is_curve = m.predictors == 1;
  for (std::size_t i = 0; i < p.observations(); ++i)
    data.emplace_back(is_curve ? p.x[i] : at_data[i], response(m, p.responses[i]));
  const auto [x_least, x_most] = std::ranges::minmax(data, {}, &point::first);
  std::vector<point> curve, seen = data;
  if (is_curve) {
    const int pieces = m.value == formula::cycles ? 800 : 200;  // cycles are short
    for (int i = 0; i <= pieces; ++i) {
      const double x = x_least.first + (x_most.first - x_least.first) * i / pieces;
      curve.emplace_back(x, values(m, f.parameters, {&x, 1})[0]);
    }
    seen.insert(seen.end(), curve.begin(), curve.end());
  }
  const auto [y_least, y_most] = std::ranges::minmax(seen, {}, &point::second);
  if (!is_curve) {
    const double least = std::max(x_least.first, y_least.second),
                 most = std::min(x_most.first, y_most.second);
    curve = {{least, least}, {most, most}};
  }
  const plane where{corner.first + 14, corner.second + 30, 212,          112, x_least.first,
                    x_most.first,      y_least.second,     y_most.second};

  drawing.rectangle(where.left, where.top, where.width, where.height, "#f6f6f6");
  drawing.text({where.left, where.top - 8}, p.name, {.size = 13, .colour = dark, .bold = true});
  drawing.text({where.left + where.width, where.top - 8},
               std::to_string(p.parameters()) + " parameters, " + std::to_string(p.observations()) + " data",
               {.size = 10, .colour = grey, .anchor = "end"});
  const double below = where.top + where.height + 13;
  drawing.text({where.left, below}, short_text(where.x_least), {.size = 10, .colour = grey});
  drawing.text({where.left + where.width / 2, below},
               is_curve            ? "x"
               : m.is_of_logarithm ? "log y over fitted"
                                   : "y over fitted",
               {.size = 10, .colour = grey, .anchor = "middle"});
  drawing.text({where.left + where.width, below}, short_text(where.x_most),
               {.size = 10, .colour = grey, .anchor = "end"});
  const double radius = p.observations() > 60 ? 1.6 : 2.6;
  for (const auto& [x, y] : data) drawing.circle(where.at(x, y), radius, grey);

  std::vector<point> placed;
  for (const auto& [x, y] : curve) placed.push_back(where.at(x, y));
  drawing.line(placed, f.has_converged ? blue : red, 1.5);
}

}  // namespace

void draw_fits(const std::string& path, const std::vector<problem>& problems, const std::vector<run>& runs,
               std::string_view model_name) {
  constexpr std::size_t columns = 5;
  const std::size_t rows = (problems.size() + columns - 1) / columns;
  support::svg drawing(10 + 236 * static_cast<double>(std::min(columns, problems.size())),
                       36 + 164 * static_cast<double>(rows));
  drawing.text({14, 24}, "Data and fitted curves, from the first start",
               {.size = 15, .colour = dark, .bold = true});
  for (const run& r : runs) {
    if (r.start != 0) continue;
    const point corner(236.0 * static_cast<double>(r.problem % columns),
                       34 + 164.0 * static_cast<double>(r.problem / columns));
    draw_panel(drawing, corner, problems[r.problem], model_of(problems[r.problem], model_name), r.result);
  }
  drawing.save(path);
}

void draw_digits(const std::string& path, const std::vector<problem>& problems,
                 const std::vector<run>& runs) {
  const double left = 120, right = 700, top = 90, step = 24;
  const double bottom = top + step * static_cast<double>(problems.size());
  support::svg drawing(770, bottom + 62);
  const auto at = [&](double value) { return left + (right - left) * value / 11; };
  drawing.text({20, 26}, "Correct digits of the parameters", {.size = 15, .colour = dark, .bold = true});
  for (int value = 0; value <= 11; ++value) {
    const point ends[] = {{at(value), top}, {at(value), bottom}};
    drawing.line(ends, light);
    drawing.text({at(value), bottom + 18}, std::to_string(value), {.anchor = "middle"});
  }
  drawing.text({(left + right) / 2, bottom + 38},
               "-log10 of the relative error, mean over the parameters, at most 11", {.anchor = "middle"});
  double sum = 0, count = 0;
  for (const run& r : runs)
    if (r.is_given) sum += r.parameter_digits, ++count;
  auto averages = published;
  averages.emplace_back("dad", sum / count);
  // Names of averages that are close stand above each other, the leftmost uppermost.
  double level = 0, next = 1e9;
  for (auto average = averages.rbegin(); average != averages.rend(); ++average) {
    const auto& [name, value] = *average;
    const char* colour = name == "dad" ? blue : grey;
    level = next - at(value) < 60 ? level + 14 : 0;
    next = at(value);
    const point ends[] = {{at(value), top - 4 - level}, {at(value), bottom}};
    drawing.line(ends, colour, 1.2);
    char label[64];
    std::snprintf(label, sizeof label, "%s %.1f", name.c_str(), value);
    drawing.text({at(value) + 3, top - 8 - level}, label,
                 {.size = 10, .colour = colour, .bold = name == "dad"});
  }
  for (std::size_t i = 0; i < problems.size(); ++i)
    drawing.text({left - 10, top + step * (static_cast<double>(i) + 0.5) + 4}, problems[i].name,
                 {.colour = dark, .anchor = "end"});
  for (const run& r : runs) {
    if (!r.is_given) continue;
    const double shift = problems[r.problem].starts.size() > 1 && r.start == 0 ? -4 : 4;
    const double y = top + step * (static_cast<double>(r.problem) + 0.5) + shift;
    drawing.circle({at(r.parameter_digits), y}, 3.6,
                   r.result.has_converged ? r.start == 0 ? blue : "#8ab4de" : red);
  }
  drawing.circle({left + 4, bottom + 52}, 3.6, blue);
  drawing.text({left + 14, bottom + 56}, "start 1", {.size = 11});
  drawing.circle({left + 84, bottom + 52}, 3.6, "#8ab4de");
  drawing.text({left + 94, bottom + 56}, "start 2, nearer to the minimum", {.size = 11});
  drawing.save(path);
}

}  // namespace nist_fit
