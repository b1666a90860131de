// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// Times of Jacobians over outputs per input, as a chart with both axes in powers of ten.

#pragma once

#include <cmath>
#include <cstddef>
#include <string>
#include <vector>

#include "../support/chart.hpp"
#include "measure.hpp"

namespace which_mode {

inline void draw(support::svg& drawing, double left, const std::string& title,
                 const std::vector<measured>& rows, std::size_t inputs) {
  support::curve forward{"forward", "#1f77b4", {}}, reverse{"reverse", "#d62728", {}};
  support::curve chosen{"jacobian(f, x)", "#333333", {}, 0.0, 1.0, true};
  for (const measured& r : rows) {
    const double ratio = std::log10(static_cast<double>(r.outputs) / static_cast<double>(inputs));
    forward.points.emplace_back(ratio, std::log10(r.forward));
    reverse.points.emplace_back(ratio, std::log10(r.reverse));
    chosen.points.emplace_back(ratio, std::log10(r.chosen));
  }
  support::draw_chart(drawing, {left, 0, 400, 380}, title, {"outputs over inputs, power of ten"},
                      {"milliseconds, power of ten"}, {forward, reverse, chosen});
}

}  // namespace which_mode
