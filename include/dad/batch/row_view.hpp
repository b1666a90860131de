// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// One row of a batch result where it lies, to be read, compared and copied as the vector that it stands for.

#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include <dad/core/error.hpp>
#include <dad/structure/shape.hpp>

namespace dad {

/// The reals of one input's value, gradient, ... in the flat memory of a batch result, which has to live.
/// Converts to a std::vector<double>, a copy; compares with ranges by elements; is a point for further
/// derivatives.
class row_view : public std::span<const double> {
 public:
  row_view() = default;
  // Assigned: constructors of std::span from ranges are 1.6 % of what the include takes to compile.
  explicit row_view(std::span<const double> reals) noexcept { std::span<const double>::operator=(reals); }

  operator std::vector<double>() const { return {data(), data() + size()}; }

  /// Entry i. Throws shape_error where there is none.
  [[nodiscard]] const double& at(std::size_t i) const {
    if (i >= size())
      detail::raise<shape_error>("dad: row of a batch result has %zu entries, asked for entry %zu", size(),
                                 i);
    return (*this)[i];
  }

  template <class Range>
  requires requires(const Range& r, std::size_t i) {
    r.size();
    r[i] == 0.0;
  }
  [[nodiscard]] friend bool operator==(const row_view& a, const Range& b) {
    if (a.size() != b.size()) return false;
    for (std::size_t i = 0; i < a.size(); ++i)
      if (!(a[i] == b[i])) return false;
    return true;
  }
};

template <>
inline constexpr bool detail::is_span<row_view> = true;

}  // namespace dad
