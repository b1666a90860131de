// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// Multiplications of Jacobians, as a table and as bars, and a table of their entries.

#pragma once

#include <algorithm>
#include <cstddef>
#include <filesystem>
#include <string>
#include <vector>

#include <dad/dad.hpp>

#include "../support/csv.hpp"
#include "../support/svg.hpp"

namespace elimination {

struct count {
  std::string way, colour;
  std::size_t products;
};

/// Of one function, by each way.
struct counts {
  std::string function, shape;
  std::vector<count> ways;
};

inline void write_entries(support::csv& table, const std::string& function, const dad::matrix& by_dad,
                          const dad::matrix& forward, const dad::matrix& reverse) {
  for (std::size_t i = 0; i < by_dad.rows(); ++i)
    for (std::size_t j = 0; j < by_dad.cols(); ++j)
      table.row(function, i, j, by_dad(i, j), forward(i, j), reverse(i, j));
}

inline void write_counts(const std::filesystem::path& path, const std::vector<counts>& all) {
  support::csv table(path, {"function", "way", "multiplications"});
  for (const counts& c : all)
    for (const auto& [way, colour, products] : c.ways) table.row(c.function, way, products);
  table.close();
}

inline void write_figure(const std::filesystem::path& path, const std::vector<counts>& all) {
  constexpr double width = 440, height = 210, label = 150, row = 23, longest = width - label - 60;
  support::svg drawing(2 * width, height * static_cast<double>((all.size() + 1) / 2));
  for (std::size_t i = 0; i < all.size(); ++i) {
    const double left = width * static_cast<double>(i % 2), top = height * static_cast<double>(i / 2);
    drawing.text({left + label, top + 28}, all[i].function, {.size = 15, .colour = "#333333", .bold = true});
    drawing.text({left + label + longest, top + 28}, all[i].shape, {.anchor = "end"});
    std::size_t most = 1;
    for (const count& c : all[i].ways) most = std::max(most, c.products);
    double y = top + 42;
    for (const auto& [way, colour, products] : all[i].ways) {
      const double length = longest * static_cast<double>(products) / static_cast<double>(most);
      drawing.text({left + label - 8, y + 14}, way, {.anchor = "end"});
      drawing.rectangle(left + label, y, length, row - 5, colour);
      drawing.text({left + label + length + 6, y + 14}, std::to_string(products));
      y += row;
    }
  }
  drawing.save(path);
}

}  // namespace elimination
