// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// Cities on the globe: read from a table, their distances, and a flat map of them to compare with.

#pragma once

#include <array>
#include <cmath>
#include <cstddef>
#include <numbers>
#include <stdexcept>
#include <string>
#include <vector>

#include "../support/csv_reader.hpp"

namespace mds {

struct city {
  std::string name;
  double latitude, longitude;  // in radians

  template <class Archive>
  void serialize(Archive& archive, unsigned) {
    archive& name& latitude& longitude;
  }
};

/// Throws std::runtime_error where the table cannot be read or has fewer rows than `least`.
inline std::vector<city> read_cities(const std::string& path, std::size_t least) {
  support::csv_reader table(path, {"city", "latitude", "longitude"});
  std::vector<city> cities;
  constexpr double degree = std::numbers::pi / 180;
  while (table.next_row()) {
    const std::string name(table.word());
    const double latitude = table.number() * degree, longitude = table.number() * degree;
    cities.push_back({name, latitude, longitude});
  }
  if (cities.size() < least)
    throw std::runtime_error(path + ": has " + std::to_string(cities.size()) + " cities, expected at least " +
                             std::to_string(least));
  return cities;
}

inline constexpr double earth_radius = 6.371;  // in 1000 km

/// Along the great circle, in 1000 km.
inline double distance(const city& a, const city& b) {
  const double u = std::sin((a.latitude - b.latitude) / 2), v = std::sin((a.longitude - b.longitude) / 2);
  return 2 * earth_radius * std::asin(std::sqrt(u * u + std::cos(a.latitude) * std::cos(b.latitude) * v * v));
}

using place = std::array<double, 2>;  // to the east and to the north, in 1000 km
using map = std::vector<place>;

/// The azimuthal equidistant projection about the middle of the country (Snyder, Map Projections, 1987,
/// section 25): distances from there are true, others within a few percent.
inline map flat_map(const std::vector<city>& cities) {
  constexpr double degree = std::numbers::pi / 180;
  const city middle{"", 38.5 * degree, -97 * degree};
  map flat;
  for (const city& c : cities) {
    const double turn = c.longitude - middle.longitude;
    const double east = std::cos(c.latitude) * std::sin(turn);
    const double north = std::cos(middle.latitude) * std::sin(c.latitude) -
                         std::sin(middle.latitude) * std::cos(c.latitude) * std::cos(turn);
    const double scale = distance(c, middle) / std::hypot(east, north);
    flat.push_back({scale * east, scale * north});
  }
  return flat;
}

}  // namespace mds
