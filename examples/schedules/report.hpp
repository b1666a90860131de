// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// What a call's statistics say, as a table and as a picture.

#pragma once

#include <algorithm>
#include <array>
#include <cstdio>
#include <filesystem>
#include <string>
#include <vector>

#include <dad/batch/statistics.hpp>

#include "../support/gantt.hpp"

namespace schedules {

inline void print_costs(const std::vector<std::array<double, 2>>& inputs, int ranks) {
  double total = 0, largest = 0;
  for (const auto& [x, cost] : inputs) total += cost, largest = std::max(largest, cost);
  std::printf("%zu inputs of %.2f ms in all, the largest %.2f ms; at best %.2f ms at %d %s\n", inputs.size(),
              total, largest, std::max(total / ranks, largest), ranks, ranks == 1 ? "rank" : "ranks");
}

inline void print_table(const dad::batch_statistics& call) {
  std::printf("schedule %s: %.2f ms, %llu bytes moved\n", call.schedule, 1e3 * call.seconds,
              static_cast<unsigned long long>(call.bytes_moved()));
  std::printf("  rank  inputs  chunks  paths  busy, ms  idle, ms  bytes sent\n");
  for (std::size_t i = 0; i < call.ranks.size(); ++i) {
    const auto& rank = call.ranks[i];
    std::printf("  %4zu  %6zu  %6zu  %5zu  %8.2f  %8.2f  %10llu\n", i, rank.items, rank.chunks, rank.paths,
                1e3 * rank.seconds, 1e3 * (call.seconds - rank.seconds),
                static_cast<unsigned long long>(rank.bytes_sent));
  }
}

/// Both calls on the same axis. Throws std::runtime_error where the file could not be written.
inline void write_figure(const std::filesystem::path& path, const dad::batch_statistics& even,
                         const dad::batch_statistics& dynamic) {
  const double longest = std::max(even.seconds, dynamic.seconds);
  const double height = support::gantt_height(even.ranks.size());
  support::svg drawing(900, 2 * height + 20);
  draw_gantt(drawing, {6, 6}, 888, "schedule::even: as many inputs for each rank", even, longest);
  draw_gantt(drawing, {6, height + 14}, 888, "schedule::dynamic: chunks for whoever is free", dynamic,
             longest);
  drawing.save(path);
}

}  // namespace schedules
