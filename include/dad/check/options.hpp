// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// How closely derivatives are compared with differences, and at how many places.

#pragma once

#include <cmath>
#include <cstddef>
#include <cstdint>

#include <dad/core/error.hpp>

namespace dad {

/// Options of the checks. Steps are relative to the size of each entry, from `step` down to a
/// billionth of that, and from those the one with the smallest estimated error is taken; entries of size 0,
/// or far from 1 and badly resolved, are tried with absolute steps.
struct check_options {
  double tolerance = 1e-8;     ///< allowed, relative to the larger number, beside the quotient's own error
  double step = 0.0625;        ///< the largest step, relative to an entry
  std::size_t directions = 3;  ///< random directions for the slope of the Taylor remainder
  std::size_t most_entries =
      1024;                ///< of more inputs as many are compared one by one, the others in directions
  std::uint64_t seed = 1;  ///< of directions and of the entries that are compared
};

namespace detail {

/// Throws domain_error unless the options make sense.
template <class...>
void check_check_options(const check_options& o, const char* routine) {
  if (!(o.step > 0) || !std::isfinite(o.step))
    raise<domain_error>("dad: step of %s is %g, expected a positive number", routine, o.step);
  if (!(o.tolerance >= 0) || !std::isfinite(o.tolerance))
    raise<domain_error>("dad: tolerance of %s is %g, expected a number that is not negative", routine,
                        o.tolerance);
  if (o.most_entries == 0) raise<domain_error>("dad: most_entries of %s is 0, expected at least 1", routine);
}

/// Throws shape_error for a point without reals, domain_error for one that is not finite.
template <class...>
void check_check_point(const double* x, std::size_t count, const char* routine) {
  if (count == 0) raise<shape_error>("dad: x of %s has no reals, expected at least one", routine);
  for (std::size_t i = 0; i < count; ++i)
    if (!std::isfinite(x[i]))
      raise<domain_error>("dad: entry %zu of x in %s is %g, expected a finite number", i, routine, x[i]);
}

}  // namespace detail
}  // namespace dad
