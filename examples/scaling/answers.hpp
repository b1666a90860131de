// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// What the ways of computing a batch are held against each other by.

#pragma once

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <limits>
#include <string>
#include <vector>

#include "flow.hpp"

namespace scaling {

/// Value and derivatives at one input.
struct answer {
  double value;
  std::array<double, 2> gradient;
};

/// How far answers are from the closed form, a NaN where some are missing, and one number for all of their
/// bits.
struct check {
  double difference = 0;
  std::uint64_t bits = 0xcbf29ce484222325;  // as FNV-1a begins, here over words

  check() = default;
  template <class Answers>
  check(const std::vector<input>& inputs, const Answers& answers) {
    if (answers.size() != inputs.size()) {
      difference = std::numeric_limits<double>::quiet_NaN();
      return;
    }
    for (std::size_t i = 0; i < inputs.size(); ++i) {
      const auto& a = answers[i];
      const auto right = expected(inputs[i]);
      const double found[] = {a.value, a.gradient[0], a.gradient[1]};
      for (std::size_t k = 0; k < 3; ++k) {
        const double off = std::abs(found[k] - right[k]);
        if (!(off <= difference) && !std::isnan(difference)) difference = off;  // a NaN stays
        bits = (bits ^ std::bit_cast<std::uint64_t>(found[k])) * 0x100000001b3;
      }
    }
  }

  [[nodiscard]] std::string fingerprint() const {
    char text[20];
    std::snprintf(text, sizeof text, "%016llx", static_cast<unsigned long long>(bits));
    return text;
  }
};

}  // namespace scaling
