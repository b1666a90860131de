// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// The figure: paths of both methods over the contours of the polynomial, and descents in five variables.

#pragma once

#include <filesystem>
#include <vector>

#include "../support/svg.hpp"
#include "paths.hpp"

namespace polynomial {

/// The part of the plane that starts cover and the figure shows.
inline constexpr double least_x = -30, most_x = 20, least_y = -30, most_y = 20;

/// `values`: the function's values along each path in five variables, `every` steps apart.
void write_figure(const std::filesystem::path& file, const std::vector<path>& descents,
                  const std::vector<path>& newtons, const std::vector<std::vector<double>>& values,
                  std::size_t every);

}  // namespace polynomial
