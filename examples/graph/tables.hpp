// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// The tables that the program writes, and the points that one of them is about.

#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "../support/csv.hpp"
#include "functions.hpp"
#include "nodes.hpp"

namespace graph {

/// A square of `points` by `points` points, 2 `spread` wide; the first coordinate changes fastest.
inline std::vector<place> grid_around(const place& at, std::size_t points, double spread) {
  std::vector<place> grid;
  const auto offset = [&](std::size_t i) {
    return points == 1 ? 0 : spread * (2 * static_cast<double>(i) / static_cast<double>(points - 1) - 1);
  };
  for (std::size_t j = 0; j < points; ++j)
    for (std::size_t i = 0; i < points; ++i) grid.push_back({at[0] + offset(i), at[1] + offset(j)});
  return grid;
}

/// Operands are names and constants, each with its partial ("-" where it has none), with blanks between.
inline void write_nodes(const std::filesystem::path& file, const std::vector<node>& nodes) {
  support::csv table(file, {"node", "operation", "operands", "partials", "value", "adjoint"});
  for (const node& n : nodes) {
    std::string operands, partials;
    for (const operand& o : n.operands) {
      const char* const between = operands.empty() ? "" : " ";
      (operands += between) += o.node ? nodes[*o.node].name : support::to_text(o.value);
      (partials += between) += o.partial ? support::to_text(*o.partial) : "-";
    }
    table.row(n.name, n.operation, operands, partials, n.value, n.adjoint);
  }
  table.close();
}

inline void write_gradients(const std::filesystem::path& file, const function& f,
                            const std::vector<place>& grid, const auto& results) {
  const auto [first, second] = f.inputs();
  support::csv table(
      file, {first, second, f.name(), "d" + f.name() + "/d" + first, "d" + f.name() + "/d" + second});
  for (std::size_t i = 0; i < grid.size(); ++i)
    table.row(grid[i][0], grid[i][1], results[i].value, results[i].gradient[0], results[i].gradient[1]);
  table.close();
}

}  // namespace graph
