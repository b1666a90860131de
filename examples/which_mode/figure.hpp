// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// Times of Jacobians over outputs per input, as a table and as charts, and a table of Jacobians.

#pragma once

#include <cstddef>
#include <filesystem>
#include <vector>

#include <dad/dad.hpp>

#include "../support/chart.hpp"
#include "../support/csv.hpp"
#include "functions.hpp"
#include "measure.hpp"

namespace which_mode {

template <class F>
void write_jacobian(support::csv& table, const std::vector<double>& x) {
  const F f{x.size(), x.size()};
  const dad::matrix forward = dad::jacobian(f, x, dad::forward), reverse = dad::jacobian(f, x, dad::reverse),
                    chosen = dad::jacobian(f, x);
  for (std::size_t i = 0; i < x.size(); ++i)
    for (std::size_t k = 0; k < x.size(); ++k)
      table.row(F::name, i, k, forward(i, k), reverse(i, k), chosen(i, k));
}

/// Of each function with as many outputs as inputs, every entry.
inline void write_jacobians(const std::filesystem::path& path, const std::vector<double>& x) {
  support::csv table(path, {"function", "row", "column", "forward", "reverse", "chosen"});
  write_jacobian<products>(table, x);
  write_jacobian<network>(table, x);
  write_jacobian<exponentials>(table, x);
  table.close();
}

inline void write_costs(const std::filesystem::path& path, const std::vector<series>& all,
                        std::size_t inputs) {
  support::csv table(
      path, {"function", "inputs", "outputs", "forward_ms", "reverse_ms", "chosen_ms", "difference"});
  for (const auto& [function, costs] : all)
    for (const cost& c : costs)
      table.row(function, inputs, c.outputs, c.forward, c.reverse, c.chosen, c.difference);
  table.close();
}

inline void write_figure(const std::filesystem::path& path, const std::vector<series>& all,
                         std::size_t inputs) {
  constexpr double width = 400, height = 380;
  support::svg drawing(width * static_cast<double>(all.size()), height);
  double left = 0;
  for (const auto& [function, costs] : all) {
    support::curve forward{"forward", "#1f77b4", {}}, reverse{"reverse", "#d62728", {}};
    support::curve chosen{"jacobian(f, x)", "#333333", {}, 0.0, 1.0, true};
    for (const cost& c : costs) {
      const double ratio = static_cast<double>(c.outputs) / static_cast<double>(inputs);
      forward.points.emplace_back(ratio, c.forward);
      reverse.points.emplace_back(ratio, c.reverse);
      chosen.points.emplace_back(ratio, c.chosen);
    }
    support::draw_chart(drawing, {left, 0, width, height}, function,
                        {.title = "outputs over inputs", .logarithmic = true},
                        {.title = "milliseconds", .logarithmic = true}, {forward, reverse, chosen});
    left += width;
  }
  drawing.save(path);
}

}  // namespace which_mode
