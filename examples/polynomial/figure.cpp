// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

#include "figure.hpp"

#include <algorithm>
#include <cmath>
#include <string>

#include "../support/chart.hpp"
#include "../support/clip.hpp"
#include "../support/contour.hpp"
#include "functions.hpp"

namespace polynomial {
namespace {

constexpr support::window shown = {{least_x, least_y}, {most_x, most_y}};
constexpr std::array<const char*, ending_names.size()> colours = {"#2166ac", "#e08214", "#b2182b", "#8073ac",
                                                                  "#9a9a9a"};

std::vector<support::curve> contours() {
  const support::sampled_plane plane(shown.lower, shown.upper, 51, 51, [](double x, double y) {
    return third_order()(place{x, y});
  });
  std::vector<support::curve> curves;
  for (int k = -24; k <= 30; k += 2) {  // closer together where it is flat
    const double level = 2.0 * k * std::abs(k) + (k == 0 ? 0.5 : 0);
    for (const auto& line : plane.lines(level)) curves.push_back({"", "#d4d4d4", line, 0.8});
  }
  return curves;
}

/// The points of that kind that paths end at, each once.
std::vector<place> ends_of(const std::vector<path>& paths, ending kind) {
  std::vector<place> found;
  for (const path& p : paths) {
    const auto [x, y] = p.points.back();
    if (p.end != kind || kind == ending::away || kind == ending::under_way) continue;
    if (x < least_x || x > most_x || y < least_y || y > most_y) continue;
    const auto is_here = [&, x = x, y = y](const place& q) { return std::hypot(q[0] - x, q[1] - y) < 0.1; };
    if (std::none_of(found.begin(), found.end(), is_here)) found.push_back({x, y});
  }
  return found;
}

void draw_paths(support::svg& drawing, support::area where, const std::string& title,
                const std::vector<path>& paths) {
  std::vector<support::curve> curves = contours();
  for (std::size_t k = ending_names.size(); k-- > 0;) {
    std::string name(ending_names[k]);  // of the first curve: once in the legend
    for (const path& p : paths) {
      if (static_cast<std::size_t>(p.end) != k) continue;
      std::vector<support::point> line;
      for (const auto& [x, y] : p.points) line.emplace_back(x, y);
      for (const auto& piece : clipped(line, shown)) {
        curves.push_back({name, colours[k], piece, 0.9, 0.7});
        name.clear();
      }
    }
    for (const auto& [x, y] : ends_of(paths, static_cast<ending>(k)))
      curves.push_back({"", colours[k], {{x, y}}, 2, 1, true});
  }
  std::vector<support::point> first;
  for (const auto& [x, y] : paths.front().points) first.emplace_back(x, y);
  for (const auto& piece : clipped(first, shown)) curves.push_back({"from (2, 2)", "#111111", piece, 2.2});
  support::draw_chart(drawing, where, title, {"x", least_x, most_x}, {"y", least_y, most_y}, curves);
}

}  // namespace

void write_figure(const std::filesystem::path& file, const std::vector<path>& descents,
                  const std::vector<path>& newtons, const std::vector<std::vector<double>>& values,
                  std::size_t every) {
  support::svg drawing(1360, 470);
  draw_paths(drawing, {0, 0, 460, 470}, "Gradient descent", descents);
  draw_paths(drawing, {460, 0, 460, 470}, "Newton", newtons);
  std::vector<support::curve> curves;
  for (std::size_t i = values.size(); i-- > 0;) {
    support::curve c{i == 0   ? "from the given point"
                     : i == 1 ? "from the unit cube"
                              : "",
                     i == 0 ? "#111111" : "#74add1",
                     {},
                     i == 0 ? 2.2 : 1.1};
    for (std::size_t k = 0; k < values[i].size(); k += values[i].size() / 40 + 1)
      c.points.emplace_back(static_cast<double>(k * every), values[i][k]);
    curves.push_back(c);
  }
  support::draw_chart(drawing, {920, 0, 430, 470}, "Descent in five variables", {"step"}, {"f"}, curves);
  drawing.save(file);
}

}  // namespace polynomial
