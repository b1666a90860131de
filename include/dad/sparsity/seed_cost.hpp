// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// What the directions of a compressed Jacobian cost: tangents in passes of eight, adjoints in sweeps of eight
// over one recording.

#pragma once

#include <cstddef>

namespace dad::detail {

/// In passes: f in numbers that have eight tangents. Counted, so that the same plan is made everywhere; what
/// a recording and a sweep take in multiples of a pass is about the middle of five functions of few and of
/// many operands, with 10^3 and 10^5 inputs: sixteen adjoints took 2.6 to 5.9 passes, and are 4.2 here.
struct seed_cost {
  static constexpr double recording = 1.2, sweep = 1.5, narrow_sweep = 0.6;

  // Of one more where there are many.
  static constexpr double tangent = 1.0 / 8, adjoint = sweep / 8;

  /// Of so many colours of columns and of rows.
  static constexpr double of(std::size_t tangents, std::size_t adjoints) noexcept {
    return static_cast<double>((tangents + 7) / 8) + (adjoints == 0 ? 0.0 : recording) +
           sweep * static_cast<double>((adjoints + 3) / 8) +
           (adjoints % 8 == 0 || adjoints % 8 > 4 ? 0.0 : narrow_sweep);
  }
};

}  // namespace dad::detail
