// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// The activations with their derivatives, and how XOR was learned, as SVG drawings.

#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <filesystem>
#include <string>
#include <vector>

#include "../support/chart.hpp"
#include "tables.hpp"

namespace network {

inline void draw_activations(const std::filesystem::path& path, const std::vector<activation_curve>& curves) {
  support::svg drawing(1200, 560);
  for (std::size_t which = 0; which < curves.size(); ++which) {
    support::curve value{"value", "#4c78a8", {}}, derivative{"derivative by dad", "#f58518", {}};
    for (std::size_t i = 0; i < curves[which].places.size(); ++i) {
      const double z = curves[which].places[i];
      value.points.emplace_back(z, curves[which].values[i]);
      derivative.points.emplace_back(z, curves[which].derivatives[i]);
    }
    support::draw_chart(
        drawing, {300.0 * static_cast<double>(which % 4), 280.0 * static_cast<double>(which / 4), 300, 280},
        activations[which].name, {.title = "z"}, {.title = ""}, {value, derivative});
  }
  drawing.save(path);
}

/// On the left the losses of the starts over the steps, on the right all eigenvalues of all starts in order.
inline void draw_xor(const std::filesystem::path& path, const training& t,
                     const std::vector<xor_weights> (&eigenvalues)[2]) {
  static constexpr std::size_t drawn_at_most = 64;
  std::vector<support::curve> losses;
  for (const bool is_learned : {false, true})
    for (std::size_t i = 0; i < std::min(drawn_at_most, t.weights.size()); ++i) {
      if ((t.losses.back()[i] < 1e-3) != is_learned) continue;
      support::curve c{"", is_learned ? "#4c78a8" : "#f58518", {}, 1, 0.6};
      for (std::size_t m = 0; m < t.moments.size() && t.losses[m][i] > 1e-8; ++m)
        c.points.emplace_back(static_cast<double>(t.moments[m]), std::log10(t.losses[m][i]));
      const bool is_first = losses.empty() || losses.back().colour != c.colour;
      if (is_first) c.name = is_learned ? "below 0.001 at the end" : "in a local minimum, or slow";
      losses.push_back(c);
    }
  std::vector<support::curve> spectra;
  for (const int trained : {0, 1}) {
    std::vector<double> all;
    for (const auto& of_start : eigenvalues[trained]) all.insert(all.end(), of_start.begin(), of_start.end());
    std::sort(all.begin(), all.end());
    support::curve c{trained == 1 ? "after" : "before", trained == 1 ? "#4c78a8" : "#f58518", {}};
    for (std::size_t k = 0; k <= 200 && !all.empty(); ++k)
      c.points.emplace_back(static_cast<double>(k) / 2, all[k * (all.size() - 1) / 200]);
    spectra.push_back(c);
  }
  support::svg drawing(1100, 400);
  support::draw_chart(drawing, {0, 0, 560, 400}, "XOR from random starts, all in one batch",
                      {.title = "step"}, {.title = "mean squared error, as a power of ten", .least = -8},
                      losses);
  support::draw_chart(drawing, {560, 0, 540, 400}, "Eigenvalues of the Hessians of all starts",
                      {.title = "% of the eigenvalues are below"}, {.title = "eigenvalue"}, spectra);
  drawing.save(path);
}

}  // namespace network
