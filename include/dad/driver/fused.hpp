// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// A function whose assignments are recorded, not its operations.

#pragma once

#include <concepts>
#include <cstddef>
#include <type_traits>
#include <utility>

#include <dad/driver/recorded.hpp>
#include <dad/forward/dual.hpp>
#include <dad/reverse/fused_var.hpp>

namespace dad {

namespace detail {

/// An expression as the variable it becomes, everything else as it is.
template <class Y>
auto as_variable(Y&& y) {
  using A = std::remove_cvref_t<Y>;
  if constexpr (is_expression<A>)
    return fused_var<typename A::value_type>(y);
  else
    return std::forward<Y>(y);
}

template <class F>
class fused_function {
 public:
  explicit fused_function(F f) : f_(std::move(f)) {}
  template <class... X>
  auto operator()(const X&... x) const {
    return as_variable(f_(x...));
  }

 private:
  F f_;
};

template <class F, std::floating_point T>
struct recorded_number<fused_function<F>, T> {
  using type = fused_var<T>;
};

template <class F, class T, std::size_t N, class Level>
struct recorded_number<fused_function<F>, dual<T, N, Level>> {
  using type = fused_var<dual<T, N, Level>>;
};

}  // namespace detail

/// f, of which the drivers that record numbers or duals on the tape (gradient, vjp, jacobian in reverse, hvp
/// in one direction) record assignments instead of operations: they call it with fused_var instead of var.
/// The same values and derivatives, faster where f is hot; f must declare its results, see fused_var. All
/// else calls f as it is.
///
///   auto g = dad::gradient(dad::fused(f), x);
template <class F>
auto fused(F f) {
  return detail::fused_function<F>(std::move(f));
}

}  // namespace dad
