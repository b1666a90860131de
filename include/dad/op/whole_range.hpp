// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// Functions of whole ranges for scalars that make one row of all elements, and their partials in plain
// numbers.

#pragma once

#include <cmath>
#include <cstddef>
#include <limits>
#include <type_traits>

#include <dad/core/promote.hpp>

namespace dad::detail {

/// All elements are scalars of type S, of which rows of whole ranges can be made.
template <class S, class R>
constexpr bool is_whole_range() {
  if constexpr (requires { S::template is_range<R>; })
    return S::template is_range<R>;
  else
    return false;
}

/// y, which has its value, as a . b at the level of S: false where that is left to terms.
template <class S, class A, class B>
constexpr bool multiply_whole_ranges([[maybe_unused]] S& y, [[maybe_unused]] const A& a,
                                     [[maybe_unused]] const B& b) {
  constexpr bool of_first = is_whole_range<S, A>(), of_second = is_whole_range<S, B>();
  [[maybe_unused]] const auto write = [&](const auto& factors) {
    return [&](typename S::value_type* partials) {
      for (std::size_t i = 0; i < factors.size(); ++i)
        partials[i] = static_cast<typename S::value_type>(factors[i]);
      return y.value();
    };
  };
  if constexpr (of_first && of_second)
    return S::multiply_ranges(y, a, b);
  else if constexpr (of_first && embeds<std::remove_cvref_t<decltype(b[0])>, typename S::value_type>)
    return S::reduce_range(y, a, write(b));
  else if constexpr (of_second && embeds<std::remove_cvref_t<decltype(a[0])>, typename S::value_type>)
    return S::reduce_range(y, b, write(a));
  else
    return false;
}

/// log(sum_i exp(u[i])) in plain numbers, and into `shares` its partials.
template <class T, class R>
T log_sum_exp_with_shares(const R& u, T* shares) {
  const std::size_t n = u.size();
  T largest = -std::numeric_limits<T>::infinity();
  for (std::size_t i = 0; i < n; ++i)
    if (!(u[i] <= largest)) largest = u[i];
  if (!std::isfinite(largest)) {
    for (std::size_t i = 0; i < n; ++i) shares[i] = std::exp(u[i] - largest);
    return largest;
  }
  T sum(0);
  for (std::size_t i = 0; i < n; ++i) sum += shares[i] = std::exp(u[i] - largest);
  for (std::size_t i = 0; i < n; ++i) shares[i] /= sum;
  return largest + std::log(sum);
}

}  // namespace dad::detail
