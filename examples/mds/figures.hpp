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
#include "runs.hpp"

namespace mds {

/// Where each city is, in grey, and where its distances put it.
inline void draw_map(const std::string& path, const std::vector<city>& cities, const map& truth,
                     const map& found) {
  support::svg drawing(860, 520);
  const auto at = [](const place& p) { return support::point(440 + 158 * p[0], 260 - 158 * p[1]); };
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
    // On the left, where another city is in the way.
    const auto [x, y] = at(truth[i]);
    bool is_free = true;
    for (const place& p : truth) {
      const double right = at(p).first - x, below = at(p).second - y;
      is_free = is_free && !(right > 8 && right < 70 && std::fabs(below) < 11);
    }
    if (is_free)
      drawing.text({x + 9, y + 4}, cities[i].name, {.size = 10});
    else
      drawing.text({x - 9, y + 4}, cities[i].name, {.size = 10, .anchor = "end"});
  }
  drawing.save(path);
}

/// A row for each city, in km. Throws std::runtime_error where the file could not be written.
inline void write_places(const std::string& path, const std::vector<city>& cities, const map& truth,
                         const map& found) {
  support::csv table(path, {"city", "east", "north", "found_east", "found_north"});
  for (std::size_t i = 0; i < cities.size(); ++i)
    table.row(cities[i].name, 1000 * truth[i][0], 1000 * truth[i][1], 1000 * found[i][0], 1000 * found[i][1]);
  table.close();
}

/// A panel for each method, a curve for each run, both axes in powers of ten.
inline void draw_costs(const std::string& path, const std::vector<cost_run>& runs) {
  support::svg drawing(1080, 360);
  const std::array<const char*, 4> colours{"#a8c8e8", "#6699cc", "#34659c", "#0b2f5c"};
  double left = 0;
  for (std::size_t by = 0; by < std::size(method_names); ++by) {
    std::vector<support::curve> panel;
    std::size_t sizes = 0, last = 0;
    for (const cost_run& run : runs) {
      if (run.by != static_cast<method>(by)) continue;
      support::curve drawn{"", "", {}, 1.5};
      if (2 * run.count != last) {
        last = 2 * run.count;
        drawn.name = std::to_string(last) + (sizes++ == 0 ? " unknowns" : "");
      }
      drawn.colour = colours[(sizes - 1) % colours.size()];
      for (const auto& [values, share] : run.points)
        if (values > 0) drawn.points.emplace_back(std::log10(values), std::fmax(-3, std::log10(share)));
      panel.push_back(drawn);
    }
    support::draw_chart(drawing, {left, 0, 360, 360}, std::string(method_names[by]),
                        {.title = "values of the loss, as a power of ten", .least = 0, .most = 4},
                        {.title = "loss left, as a power of ten", .least = -3, .most = 0}, panel);
    left += 360;
  }
  drawing.save(path);
}

}  // namespace mds
