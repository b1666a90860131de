// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// The two figures: a found map on the true one, and the loss over what it cost.

#pragma once

#include <array>
#include <cmath>
#include <cstddef>
#include <string>
#include <vector>

#include "../support/chart.hpp"
#include "cities.hpp"

namespace mds {

/// Where each city is, in grey, and where its distances put it.
inline void draw_map(const std::string& path, const std::vector<city>& cities, const map& truth,
                     const map& found) {
  support::svg drawing(820, 520);
  const auto at = [](const place& p) { return support::point(395 + 158 * p[0], 260 - 158 * p[1]); };
  drawing.text({20, 30}, "Cities from their distances", {.size = 16, .colour = "#333333", .bold = true});
  drawing.circle({26, 500}, 6, "#c8c8c8");
  drawing.text({38, 504}, "where they are");
  drawing.circle({146, 500}, 3, "#d6453d");
  drawing.text({156, 504}, "where the distances put them");
  for (const place& p : truth) drawing.circle(at(p), 6, "#c8c8c8");
  for (std::size_t i = 0; i < cities.size(); ++i) {
    const support::point between[] = {at(truth[i]), at(found[i])};
    drawing.line(between, "#d6453d");
    drawing.circle(at(found[i]), 3, "#d6453d");
    drawing.text({at(truth[i]).first + 9, at(truth[i]).second + 4}, cities[i].name, {.size = 10});
  }
  drawing.save(path);
}

/// What was left of the loss after so many values of it.
struct cost_curve {
  std::string method;
  std::size_t dimension;
  std::vector<support::point> points;  // values, share of the loss
};

/// A panel for each method, a curve for each dimension, both axes in powers of ten.
inline void draw_costs(const std::string& path, const std::vector<cost_curve>& curves) {
  support::svg drawing(1080, 360);
  const std::array<const char*, 4> colours{"#a8c8e8", "#6699cc", "#34659c", "#0b2f5c"};
  double left = 0;
  for (const char* method : {"dad", "differences by coordinate", "two points in a random direction"}) {
    std::vector<support::curve> panel;
    for (const cost_curve& c : curves) {
      if (c.method != method) continue;
      support::curve drawn{std::to_string(c.dimension), colours[panel.size() % colours.size()], {}};
      if (panel.empty()) drawn.name += " unknowns";
      for (const auto& [values, share] : c.points)
        if (values > 0) drawn.points.emplace_back(std::log10(values), std::fmax(-3, std::log10(share)));
      panel.push_back(drawn);
    }
    support::draw_chart(drawing, {left, 0, 360, 360}, method,
                        {.title = "values of the loss, as a power of ten", .least = 0, .most = 4},
                        {.title = "loss left, as a power of ten", .least = -3, .most = 0}, panel);
    left += 360;
  }
  drawing.save(path);
}

}  // namespace mds
