// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// Gradient descent on the stress, with dad's gradient or with one from values alone.

#pragma once

#include <cstddef>
#include <span>
#include <string_view>
#include <vector>

#include "stress.hpp"

namespace mds {

/// A way to a gradient, and what it is called.
enum class method { dad, by_coordinate, two_point };
inline constexpr std::string_view method_names[] = {"dad", "differences by coordinate",
                                                    "two points in a random direction"};

/// The map with the lowest loss near w.
map settled(const stress& loss, const map& w);

/// What is left of the loss, as a share of that of the start, after so many values of it.
struct cost_point {
  double values, share;
};

/// From a start up to 400 km off everywhere, the same for the same number of cities, down to a thousandth of
/// the loss above the lowest, or until `budget` values of it are spent. A gradient of dad counts as five
/// values, one by coordinate as two for each unknown, one along a random direction as two. Noted at every
/// hundredth of a power of ten.
std::vector<cost_point> descent_costs(const std::vector<city>& cities, std::size_t count, method by,
                                      std::size_t seed, std::size_t budget);

}  // namespace mds
