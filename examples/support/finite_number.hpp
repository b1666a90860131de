// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// What an option that is a number has to be beside its range.

#pragma once

#include <CLI/CLI.hpp>
#include <cmath>
#include <string>

namespace support {

/// A check that refuses what is not finite, which CLI::Range and CLI::PositiveNumber let through as "nan".
inline CLI::Validator finite_number() {
  return CLI::Validator(
      [](std::string& text) {
        double number = 0;
        const bool is_number = CLI::detail::lexical_cast(text, number);
        return is_number && std::isfinite(number) ? std::string() : text + " is not a finite number";
      },
      "FINITE");
}

}  // namespace support
