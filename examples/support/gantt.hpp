// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// Who worked when in a batch over ranks: a row for each rank, a bar for each chunk; where a row is grey the
// rank had nothing to do.

#pragma once

#include <algorithm>
#include <cstddef>
#include <iterator>
#include <string>

#include <dad/batch/statistics.hpp>

#include "chart.hpp"
#include "svg.hpp"

namespace support {

/// The height of a drawing of so many ranks.
inline double gantt_height(std::size_t ranks) { return 84 + 26 * static_cast<double>(ranks); }

/// Draws from the upper left corner on; the axis goes from 0 to `seconds`, so that calls can be compared. It
/// is in seconds from 10 s on, in milliseconds below; `began` says what was at 0.
inline void draw_gantt(svg& drawing, point corner, double width, const std::string& title,
                       const dad::batch_statistics& call, double seconds,
                       const std::string& began = "the call began") {
  static constexpr std::string_view colours[] = {"#4292c6", "#e6842a", "#41ab5d", "#807dba",
                                                 "#d6604d", "#35978f", "#bf812d", "#737373"};
  const double row_height = 26, bar_height = 20;
  const double left = corner.first + 58, right = corner.first + width - 14, top = corner.second + 32;
  const double bottom = top + row_height * static_cast<double>(call.ranks.size());
  const double unit = seconds < 10 ? 1e-3 : 1;
  const auto ticks = detail::ticks(0, seconds / unit, 8);
  const auto place = [&](double s) { return left + (right - left) * s / unit / ticks.back(); };
  const auto row = [&](std::size_t rank) { return top + row_height * static_cast<double>(rank); };

  drawing.text({corner.first + 10, corner.second + 20}, title,
               {.size = 15, .colour = "#333333", .bold = true});
  for (std::size_t rank = 0; rank < call.ranks.size(); ++rank) {
    drawing.text({left - 8, row(rank) + 15}, "rank " + std::to_string(rank), {.anchor = "end"});
    drawing.rectangle(left, row(rank), place(call.seconds) - left, bar_height, "#ececec");
  }
  for (const auto& chunk : call.chunks) {
    const auto rank = static_cast<std::size_t>(chunk.rank);
    const double from = place(chunk.from), until = place(chunk.until);
    const double gap = std::min(0.6, (until - from) / 4);  // bars that touch are seen as several
    drawing.rectangle(from, row(rank), until - from - gap, bar_height, colours[rank % std::size(colours)]);
  }
  for (const double tick : ticks) {
    const point ends[] = {{place(unit * tick), bottom}, {place(unit * tick), bottom + 5}};
    drawing.line(ends, "#333333");
    drawing.text({ends[0].first, bottom + 19}, detail::tick_label(tick), {.anchor = "middle"});
  }
  const point axis[] = {{left, bottom}, {right, bottom}};
  drawing.line(axis, "#333333");
  drawing.text({(left + right) / 2, bottom + 38},
               (unit < 1 ? "milliseconds since " : "seconds since ") + began, {.anchor = "middle"});
}

}  // namespace support
