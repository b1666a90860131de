// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// A study as one drawing: how the best error fell, each trial's epochs, the error against each parameter and
// how much of it goes with each, and which rank was busy when.

#pragma once

#include <filesystem>
#include <span>
#include <string>

#include <dad/batch/statistics.hpp>

#include "trial.hpp"

namespace study {

/// `title` and `subtitle` stand on top; `job` is who was busy when in a job. Throws std::runtime_error
/// where the file cannot be written.
void write_report(const std::filesystem::path& path, const std::string& title, const std::string& subtitle,
                  const space& s, std::span<const trial> trials, const dad::batch_statistics& job);

}  // namespace study
