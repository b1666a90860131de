// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// Where optimisations went: their paths as far as they are finite, and what is at their ends.

#pragma once

#include <array>
#include <cmath>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include <dad/dad.hpp>

#include "../support/csv.hpp"
#include "functions.hpp"

namespace polynomial {

using place = std::array<double, 2>;

enum class ending { minimum, saddle, maximum, under_way, away };
inline constexpr std::array<std::string_view, 5> ending_names = {"minimum", "saddle", "maximum", "under way",
                                                                 "away"};

/// A path until it was no longer finite; how its last point moves with the first coordinate of its start.
struct path {
  std::vector<place> points;
  std::size_t every;  // steps from point to point
  place sensitivity;
  ending end;
};

/// What the function is like where the path ends: is the gradient zero, and what does the Hessian say?
template <class F>
ending kind_of(const F& f, const place& x) {
  const place slope = dad::gradient(f, x);
  const dad::matrix h = dad::hessian(f, x);
  const double determinant = h(0, 0) * h(1, 1) - h(0, 1) * h(1, 0);
  if (!(std::hypot(slope[0], slope[1]) < 1e-6)) return ending::under_way;
  if (determinant < 0) return ending::saddle;
  return h(0, 0) > 0 ? ending::minimum : ending::maximum;
}

/// The results of a batch_jvp over optimisations.
template <class F, class Results>
std::vector<path> paths_of(const F& f, const Results& results, std::size_t every) {
  constexpr double far = 1e6;
  std::vector<path> paths;
  for (const auto& [points, tangents] : results) {
    std::size_t count = 0;
    const auto is_near = [&](const place& x) { return std::fabs(x[0]) < far && std::fabs(x[1]) < far; };
    while (count < points.size() && is_near(points[count])) ++count;
    const bool is_whole = count == points.size();
    paths.push_back({{points.begin(), points.begin() + static_cast<std::ptrdiff_t>(count)},
                     every,
                     tangents[count - 1],
                     is_whole ? kind_of(f, points.back()) : ending::away});
  }
  return paths;
}

/// "60 minimum, 22 away"
inline std::string counted_endings(const std::vector<path>& paths) {
  std::array<std::size_t, ending_names.size()> counts{};
  for (const path& p : paths) ++counts[static_cast<std::size_t>(p.end)];
  std::string text;
  for (std::size_t k = 0; k < counts.size(); ++k)
    if (counts[k] > 0)
      text += (text.empty() ? "" : ", ") + std::to_string(counts[k]) + " " + std::string(ending_names[k]);
  return text;
}

/// Two tables: every point, and a row for each path's end.
template <class F>
void write_paths(const std::string& points_file, const std::string& ends_file, const F& f,
                 const std::vector<path>& paths, std::size_t steps) {
  support::csv points(points_file, {"start", "step", "x", "y", "f"});
  support::csv ends(ends_file, {"start", "x0", "y0", "x", "y", "f", "dx", "dy", "end"});
  for (std::size_t i = 0; i < paths.size(); ++i) {
    const path& p = paths[i];
    for (std::size_t k = 0; k < p.points.size(); ++k)
      points.row(i, std::min(k * p.every, steps), p.points[k][0], p.points[k][1], f(p.points[k]));
    const auto &first = p.points.front(), &last = p.points.back();
    ends.row(i, first[0], first[1], last[0], last[1], f(last), p.sensitivity[0], p.sensitivity[1],
             ending_names[static_cast<std::size_t>(p.end)]);
  }
  points.close();
  ends.close();
}

}  // namespace polynomial
