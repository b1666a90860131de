// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// The descents that are compared: a batch over ranks, as some take milliseconds and others a second.

#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdio>
#include <string>
#include <vector>

#include <dad/dad.hpp>

#include "../support/csv.hpp"
#include "descent.hpp"

namespace mds {

/// A descent and what it cost.
struct cost_run {
  std::size_t count;  // of cities: half of the unknowns
  method by;
  std::size_t seed;
  std::vector<cost_point> points;
};

/// A batch's function: what a descent costs, as values and shares in turn. It does not change with small
/// changes of its input, so its tangents are zero.
struct descent_of {
  const std::vector<city>& cities;
  std::size_t budget;

  template <class T>
  std::vector<double> operator()(const std::array<T, 3>& item) const {
    const auto whole = [&](std::size_t i) { return static_cast<std::size_t>(dad::value(item[i])); };
    std::vector<double> row;
    for (const auto& [values, share] :
         descent_costs(cities, whole(0), static_cast<method>(whole(1)), whole(2), budget))
      row.push_back(values), row.push_back(share);
    return row;
  }
};

/// Collective; all ranks have the cities. The runs are at the root. For each number of cities one run of each
/// method, but `seeds` along random directions.
inline std::vector<cost_run> cost_runs(const std::vector<city>& cities, std::size_t seeds,
                                       std::size_t budget) {
  std::vector<std::array<double, 3>> items;
  for (const double count : {5, 10, 20, 40})
    for (std::size_t by = 0; by < std::size(method_names); ++by)
      for (std::size_t seed = 0; seed < (by == 2 ? seeds : 1); ++seed)
        items.push_back({count, static_cast<double>(by), static_cast<double>(seed)});
  const auto rows =
      dad::mpi::batch_jvp(descent_of{cities, budget}, items, items,
                          {.schedule = dad::mpi::schedule::dynamic, .inputs = dad::mpi::on::all});
  std::vector<cost_run> runs;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const auto& [count, by, seed] = items[i];
    const std::vector<double> row = rows[i].value;
    runs.push_back(
        {static_cast<std::size_t>(count), static_cast<method>(by), static_cast<std::size_t>(seed), {}});
    for (std::size_t k = 0; k < row.size(); k += 2) runs.back().points.push_back({row[k], row[k + 1]});
  }
  return runs;
}

/// Values until the end of each run; of those with several seeds the median.
inline void print_costs(const std::vector<cost_run>& runs) {
  std::printf("\nvalues of the loss to bring it down to a thousandth\n");
  for (std::size_t i = 0; i < runs.size();) {
    const std::size_t count = runs[i].count;
    std::vector<double> costs[std::size(method_names)];
    for (; i < runs.size() && runs[i].count == count; ++i)
      costs[static_cast<std::size_t>(runs[i].by)].push_back(runs[i].points.back().values);
    std::printf("%3zu unknowns:", 2 * count);
    for (std::size_t by = 0; by < std::size(method_names); ++by) {
      std::sort(costs[by].begin(), costs[by].end());
      std::printf(" %8.0f by %s%s", costs[by][costs[by].size() / 2], method_names[by].data(),
                  by < 2 ? "," : "\n");
    }
  }
}

/// A row for each noted point of each run. Throws std::runtime_error where the file could not be written.
inline void write_costs(const std::string& path, const std::vector<cost_run>& runs) {
  support::csv table(path, {"method", "unknowns", "seed", "values", "share"});
  for (const cost_run& run : runs)
    for (const auto& [values, share] : run.points)
      table.row(method_names[static_cast<std::size_t>(run.by)], 2 * run.count, run.seed, values, share);
  table.close();
}

}  // namespace mds
