// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// A picture of the Greeks.

#pragma once

#include <filesystem>

namespace greeks {

/// Price, delta, gamma, vega, theta and rho of a call over the spot, a curve for each of four maturities.
/// Throws std::runtime_error where the file could not be written.
void write_figure(const std::filesystem::path& path);

}  // namespace greeks
