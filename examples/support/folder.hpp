// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// The folder that a program writes its tables and figures into.

#pragma once

#include <filesystem>
#include <stdexcept>
#include <string>
#include <system_error>

namespace support {

/// Makes the folder where it is missing. Throws std::runtime_error where that cannot be.
inline void make_folder(const std::filesystem::path& path) {
  std::error_code problem;
  std::filesystem::create_directories(path, problem);
  if (!std::filesystem::is_directory(path))
    throw std::runtime_error(path.string() +
                             ": cannot be made a folder: " + (problem ? problem.message() : "it is a file"));
}

}  // namespace support
