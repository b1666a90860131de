// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// Results that take apart into two, auto [value, gradient] = ..., though they hold more than that.

#pragma once

#include <cstddef>
#include <utility>

namespace dad::detail {

/// get<0>() and get<1>() from Derived::part<I>(self); std::tuple_size and std::tuple_element are Derived's
/// own.
template <class Derived>
struct decomposable {
  template <std::size_t I>
  [[nodiscard]] auto& get() & noexcept {
    return Derived::template part<I>(static_cast<Derived&>(*this));
  }
  template <std::size_t I>
  [[nodiscard]] const auto& get() const& noexcept {
    return Derived::template part<I>(static_cast<const Derived&>(*this));
  }
  template <std::size_t I>
  [[nodiscard]] auto&& get() && noexcept {
    return std::move(Derived::template part<I>(static_cast<Derived&>(*this)));
  }
};

}  // namespace dad::detail
