// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// The map itself: by classical scaling, and by descent from there.

#pragma once

#include <cstdio>
#include <string>
#include <utility>
#include <vector>

#include "classical.hpp"
#include "figures.hpp"

namespace mds {

/// Finds it, prints how far it is from that of the globe, and draws and writes it where a path is given.
inline void find_map(const std::vector<city>& cities, const std::string& figure, const std::string& table) {
  const stress loss = stress_of(cities, cities.size());
  const map truth = flat_map(cities), start = classical_scaling(loss.squares);
  const map found = settled(loss, start), laid = laid_on(truth, found);
  for (const auto& [name, places] : {std::pair("classical", start), std::pair("descent", found)})
    std::printf("%-10s loss %8.4f, %5.1f km from the map of the globe\n", name, loss(places),
                error_in_km(truth, laid_on(truth, places)));
  if (!figure.empty()) draw_map(figure, cities, truth, laid);
  if (!table.empty()) write_places(table, cities, truth, laid);
}

}  // namespace mds
