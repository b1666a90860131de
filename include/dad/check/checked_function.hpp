// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// What a comparison knows of a function: reals in, reals out.

#pragma once

#include <cstddef>

#include <dad/core/list.hpp>

namespace dad::detail {

/// A function of reals at a point, and what dad says of its derivatives there. Matrices are outputs x inputs,
/// row-major.
class checked_function {
 public:
  checked_function() = default;
  checked_function(const checked_function&) = delete;
  checked_function& operator=(const checked_function&) = delete;
  virtual ~checked_function() = default;

  /// The outputs at x; NaN where f throws, unless x is the point.
  virtual void values(const double* x, double* y) const = 0;
  /// The outputs' tangents along v at the point, in forward mode.
  virtual void tangents(const double* v, double* dy) const = 0;

  list<double> point;
  std::size_t output_count = 0;
  list<double> matrix;    // in reverse
  list<double> replayed;  // empty where f cannot be recorded
  bool reads_numbers = false;
  bool has_rule = false;
};

}  // namespace dad::detail
