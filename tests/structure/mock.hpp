// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// A number type that is nothing but a value, so that tests of structures need no differentiation.

#pragma once

#include <dad/core/concepts.hpp>

template <class T = double>
class mock {
 public:
  using value_type = T;

  mock() = default;
  mock(T value) : value_(value) {}  // NOLINT: implicit, as for every scalar
  [[nodiscard]] const T& value() const { return value_; }
  friend bool operator==(const mock&, const mock&) = default;

 private:
  T value_ = T(-1);
};

template <class T>
inline constexpr bool dad::is_scalar<mock<T>> = true;
