// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// Lines along which a function of the plane has one value, found on a grid.

#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <limits>
#include <vector>

#include "svg.hpp"

namespace support {

/// Values of a function at columns x rows points of a rectangle, its edges included.
class sampled_plane {
 public:
  /// columns and rows are at least 2.
  template <class F>
  sampled_plane(point lower, point upper, std::size_t columns, std::size_t rows, const F& f)
      : lower_(lower), upper_(upper), columns_(columns), rows_(rows) {
    for (std::size_t j = 0; j < rows; ++j)
      for (std::size_t i = 0; i < columns; ++i) {
        const auto [x, y] = at(static_cast<double>(i), static_cast<double>(j));
        values_.push_back(f(x, y));
      }
  }

  /// The lines where the function is `level`, by marching squares: a line enters and leaves a cell where the
  /// function passes the level between two corners, found by linear interpolation. In a saddle's cell the
  /// mean of the corners decides. Cells with a corner that is not finite have no lines. Closed lines end
  /// where they begin.
  [[nodiscard]] std::vector<std::vector<point>> lines(double level) const {
    // Crossings are named by their edges: 2 c right of the grid point c, 2 c + 1 above it. Each has a
    // neighbour in each of the two cells that share the edge.
    std::vector<std::array<std::size_t, 2>> neighbours(2 * values_.size(), {none, none});
    for (std::size_t j = 0; j + 1 < rows_; ++j)
      for (std::size_t i = 0; i + 1 < columns_; ++i) link_cell(neighbours, j * columns_ + i, level);

    std::vector<std::vector<point>> found;
    std::vector<bool> is_drawn(neighbours.size(), false);
    for (const std::size_t ends : {1u, 2u})  // open lines from one of their ends, then those that are closed
      for (std::size_t first = 0; first < neighbours.size(); ++first) {
        if (is_drawn[first] || neighbours[first][0] == none) continue;
        if ((neighbours[first][1] == none) != (ends == 1)) continue;
        std::vector<point> line;
        for (std::size_t edge = first; edge != none;) {
          line.push_back(crossing(edge, level));
          is_drawn[edge] = true;
          const auto [a, b] = neighbours[edge];
          edge = a != none && !is_drawn[a] ? a : b != none && !is_drawn[b] ? b : none;
        }
        if (ends == 2) line.push_back(line.front());
        found.push_back(line);
      }
    return found;
  }

 private:
  static constexpr std::size_t none = std::numeric_limits<std::size_t>::max();

  [[nodiscard]] point at(double i, double j) const {
    return {lower_.first + (upper_.first - lower_.first) * i / static_cast<double>(columns_ - 1),
            lower_.second + (upper_.second - lower_.second) * j / static_cast<double>(rows_ - 1)};
  }

  [[nodiscard]] point crossing(std::size_t edge, double level) const {
    const std::size_t corner = edge / 2, other = edge % 2 == 0 ? corner + 1 : corner + columns_;
    const double part = (level - values_[corner]) / (values_[other] - values_[corner]);
    const auto i = static_cast<double>(corner % columns_), j = static_cast<double>(corner / columns_);
    return edge % 2 == 0 ? at(i + part, j) : at(i, j + part);
  }

  void link_cell(std::vector<std::array<std::size_t, 2>>& neighbours, std::size_t corner,
                 double level) const {
    // Corners and the edges that follow them, counterclockwise.
    const std::array<std::size_t, 4> corners = {corner, corner + 1, corner + columns_ + 1, corner + columns_};
    const std::array<std::size_t, 4> edges = {2 * corner, 2 * (corner + 1) + 1, 2 * (corner + columns_),
                                              2 * corner + 1};
    double mean = 0;
    for (const std::size_t c : corners) mean += values_[c] / 4;
    if (!std::isfinite(mean)) return;
    std::vector<std::size_t> crossed;
    for (std::size_t k = 0; k < 4; ++k)
      if (is_above(corners[k], level) != is_above(corners[(k + 1) % 4], level)) crossed.push_back(edges[k]);
    // From one edge to the next around the corner between them: which corners are cut off?
    if (crossed.size() == 4 && is_above(corner, level) != (mean > level))
      std::rotate(crossed.begin(), crossed.begin() + 1, crossed.end());
    for (std::size_t k = 0; k + 1 < crossed.size(); k += 2) {
      link(neighbours[crossed[k]], crossed[k + 1]);
      link(neighbours[crossed[k + 1]], crossed[k]);
    }
  }

  [[nodiscard]] bool is_above(std::size_t corner, double level) const { return values_[corner] > level; }
  static void link(std::array<std::size_t, 2>& beside, std::size_t edge) {
    (beside[0] == none ? beside[0] : beside[1]) = edge;
  }

  point lower_, upper_;
  std::size_t columns_, rows_;
  std::vector<double> values_;  // row by row from below
};

}  // namespace support
