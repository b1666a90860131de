// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// A sparse matrix with the colours of its columns and rows, drawn.

#pragma once

#include <cstddef>
#include <iterator>
#include <string>

#include <dad/dad.hpp>

#include "../support/svg.hpp"

namespace sparse {

inline std::string counted(std::size_t count, const char* what) {
  return std::to_string(count) + " " + what + (count == 1 ? "" : "s");
}

/// Which of the products has entry (i, j): that of its column's colour where the row has this colour once,
/// otherwise that of its row's, which in a Hessian is the same as a column's.
inline std::size_t product_of(std::size_t i, std::size_t j, const dad::sparse_pattern& pattern,
                              const dad::colouring& columns, const dad::colouring& rows) {
  const std::size_t colour = columns.colours[j];
  std::size_t count = 0;
  for (const std::size_t k : pattern.row(i)) count += columns.colours[k] == colour ? 1 : 0;
  if (colour != dad::colouring::none && count == 1) return colour;
  return rows.count == 0 ? columns.colours[i] : columns.count + rows.colours[i];
}

/// A matrix, its entries in the colours of the products that have them: columns beside it, rows below it.
inline void draw(support::svg& figure, support::point corner, const std::string& title,
                 const std::string& what, const dad::sparse_pattern& pattern, const dad::colouring& columns,
                 const dad::colouring& rows) {
  static constexpr const char* palette[] = {"#1f6fb2", "#e08214", "#35978f", "#c2377a",
                                            "#7b5ea7", "#8c9a2b", "#777777"};
  static constexpr double width = 252, heading = 32, bar = 11, gap = 8;
  const auto colour_of = [&](std::size_t product) { return palette[product % std::size(palette)]; };
  auto [left, top] = corner;
  const double cell = width / static_cast<double>(pattern.cols());
  figure.text({left, top + 4}, title, {.size = 14, .colour = "#222222", .bold = true});
  figure.text({left, top + 22}, std::to_string(pattern.size()) + " entries, " + what);
  top += heading;
  figure.rectangle(left, top, width, width, "#f4f4f4");
  for (std::size_t i = 0; i < pattern.rows(); ++i)
    for (const std::size_t j : pattern.row(i))
      figure.rectangle(left + cell * static_cast<double>(j), top + cell * static_cast<double>(i), cell * 0.92,
                       cell * 0.92, colour_of(product_of(i, j, pattern, columns, rows)));
  for (std::size_t k = 0; k < columns.count; ++k)
    figure.rectangle(left + width + gap + bar * static_cast<double>(k), top, bar - 2, width, colour_of(k));
  for (std::size_t k = 0; k < rows.count; ++k)
    figure.rectangle(left, top + width + gap + bar * static_cast<double>(k), width, bar - 2,
                     colour_of(columns.count + k));
}

inline void explain(support::svg& figure, support::point corner) {
  const auto [left, top] = corner;
  figure.text({left, top}, "Computed are the columns beside a matrix and the rows below it.");
  figure.text({left, top + 17}, "Its entries have the colours of those in which they are found.");
}

}  // namespace sparse
