// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// The ends of two spectra beside each other, as an SVG drawing and as a table.

#pragma once

#include <cstddef>
#include <dad/dad.hpp>
#include <filesystem>

namespace spectrum {

/// Both throw std::runtime_error where the file cannot be written.
void write_figure(const std::filesystem::path& path, const dad::extreme_eigenvalues& before,
                  const dad::extreme_eigenvalues& after, std::size_t weights);
void write_table(const std::filesystem::path& path, const dad::extreme_eigenvalues& before,
                 const dad::extreme_eigenvalues& after);

}  // namespace spectrum
