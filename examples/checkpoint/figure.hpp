// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// Memory and work of a gradient over how often activations are stored, as text and as an SVG drawing.

#pragma once

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <string>
#include <vector>

#include "../support/chart.hpp"
#include "network.hpp"

namespace checkpoint {

/// Of a gradient: bytes on the tape before the sweep, layers that were computed forwards and backwards as a
/// multiple of a plain tape's, and the adjoint of one weight of each layer.
struct cost {
  double bytes, work;
  std::vector<double> gradient;
};

inline double share(const cost& c, const cost& plain) { return 100 * c.bytes / plain.bytes; }
/// What the one block takes that is recorded again, per cent of a plain tape.
inline double share_inside(std::size_t every) { return 100 * static_cast<double>(every) / layers; }

inline void print(std::size_t every, const cost& c, const cost& plain) {
  std::printf("stored every %2zu layers: %5.1f %% of that, work %.2f\n", every,
              share(c, plain) + share_inside(every), c.work);
}

/// The adjoints of a few layers, and how far those of any cost are from the plain tape's.
inline void print_gradients(const std::vector<cost>& costs, const cost& plain) {
  double largest = 0;
  for (const cost& c : costs)
    for (std::size_t l = 0; l < layers; ++l)
      largest = std::fmax(largest, std::abs(c.gradient[l] - plain.gradient[l]) / std::abs(plain.gradient[l]));
  for (const std::size_t l : {std::size_t{0}, layers / 2, layers - 1})
    std::printf("adjoint of a weight of layer %2zu: %.10e\n", l, costs[7].gradient[l]);
  std::printf("the same gradient: %s\n", largest < 1e-12 ? "yes" : "no");
}

/// costs[k - 1] is that of storing every k-th layer.
inline void write_figure(const std::string& path, const std::vector<cost>& costs, const cost& plain) {
  support::curve kept{"stored", "#4c78a8", {}, 2, 1, true};
  support::curve again{"one block, recorded again", "#f58518", {}, 2, 1, true};
  support::curve both{"both", "#333333", {}, 2, 1, true};
  for (std::size_t every = 1; every <= 16; ++every) {
    const double stored = share(costs[every - 1], plain), inside = share_inside(every);
    const auto k = static_cast<double>(every);
    kept.points.emplace_back(k, stored);
    again.points.emplace_back(k, inside);
    both.points.emplace_back(k, stored + inside);
  }
  support::svg drawing(640, 400);
  support::draw_chart(drawing, {0, 0, 640, 400},
                      "64 layers, activations stored at every k-th: a third more work",
                      {.title = "k: layers from one that is stored to the next", .least = 0, .most = 16},
                      {.title = "memory, % of a plain tape's", .least = 0}, {kept, again, both});
  drawing.save(path);
}

}  // namespace checkpoint
