// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// The two figures: data with fitted curves, and correct digits beside what others published.

#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "report.hpp"

namespace nist_fit {

/// A panel for each problem with the fit of its first start: the curve over the data, or, where there are
/// several predictors, observed over fitted responses. Throws std::runtime_error where it cannot be written.
void draw_fits(const std::string& path, const std::vector<problem>& problems, const std::vector<run>& runs,
               std::string_view model_name);

/// A row for each problem with its starts' digits; the published averages are lines. Throws like draw_fits.
void draw_digits(const std::string& path, const std::vector<problem>& problems, const std::vector<run>& runs);

}  // namespace nist_fit
