// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// A sparse matrix with the colours of its columns, drawn.

#pragma once

#include <cstddef>
#include <iterator>
#include <string>

#include <dad/dad.hpp>

#include "../support/svg.hpp"

namespace sparse {

/// The matrix, its entries in the colours of their columns, and below it the
/// rows that are computed.
inline void draw(support::svg& figure, double left, const std::string& title,
                 const dad::sparse_pattern& pattern, const dad::colouring& colours) {
  static constexpr const char* palette[] = {"#1f6fb2", "#e08214", "#35978f", "#c2377a",
                                            "#7b5ea7", "#8c9a2b", "#777777"};
  static constexpr double width = 252, top = 52;
  const double cell = width / static_cast<double>(pattern.cols());
  figure.text({left, 24}, title, {.size = 14, .colour = "#222222", .bold = true});
  figure.text({left, 42},
              std::to_string(pattern.size()) + " entries, " + std::to_string(colours.count) + " colours");
  figure.rectangle(left, top, width, width, "#f4f4f4");
  for (std::size_t i = 0; i < pattern.rows(); ++i)
    for (const std::size_t j : pattern.row(i))
      figure.rectangle(left + cell * static_cast<double>(j), top + cell * static_cast<double>(i), cell * 0.92,
                       cell * 0.92, palette[colours.colours[j] % std::size(palette)]);
  static constexpr double bar = 11, gap = 30;
  figure.text({left, top + width + gap - 10}, "computed: one row for each colour", {.size = 11});
  for (std::size_t k = 0; k < colours.count; ++k)
    figure.rectangle(left, top + width + gap + bar * static_cast<double>(k), width, bar - 2,
                     palette[k % std::size(palette)]);
}

}  // namespace sparse
