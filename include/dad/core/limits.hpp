// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// std::numeric_limits of a scalar: those of its plain number, as constants.

#pragma once

#include <limits>

#include <dad/core/concepts.hpp>

namespace dad::detail {

template <class S>
struct scalar_limits : std::numeric_limits<plain_t<S>> {
  using plain_limits = std::numeric_limits<plain_t<S>>;

  static constexpr S min() noexcept { return plain_limits::min(); }
  static constexpr S max() noexcept { return plain_limits::max(); }
  static constexpr S lowest() noexcept { return plain_limits::lowest(); }
  static constexpr S epsilon() noexcept { return plain_limits::epsilon(); }
  static constexpr S round_error() noexcept { return plain_limits::round_error(); }
  static constexpr S infinity() noexcept { return plain_limits::infinity(); }
  static constexpr S quiet_NaN() noexcept { return plain_limits::quiet_NaN(); }
  static constexpr S signaling_NaN() noexcept { return plain_limits::signaling_NaN(); }
  static constexpr S denorm_min() noexcept { return plain_limits::denorm_min(); }
};

}  // namespace dad::detail
