// SPDX-License-Identifier: BSL-1.0
// Copyright the dad authors

// Functions of whole ranges for scalars that make one row of all elements, and their partials in plain
// numbers.

#pragma once

#include <cmath>
#include <cstddef>
#include <limits>
#include <type_traits>
#include <vector>

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

/// The largest of some plain numbers, and their sum: in several lanes, which do not wait for each other.
template <class T>
struct in_some_lanes {
  static constexpr std::size_t count = 8;

  static T largest(const T* x, std::size_t n) {
    return over<count>(x, n, -std::numeric_limits<T>::infinity(), [](T a, T b) { return b <= a ? a : b; });
  }
  static T sum(const T* x, std::size_t n) {
    return over<count>(x, n, T(0), [](T a, T b) { return a + b; });
  }

 private:
  template <std::size_t Lanes, class Combine>
  static T over(const T* x, std::size_t n, T none, Combine combine) {
    T all = none;
    std::size_t i = 0;
    if (n >= Lanes) {
      T lanes[Lanes];
      for (T& lane : lanes) lane = none;
      for (; i + Lanes <= n; i += Lanes)
        for (std::size_t lane = 0; lane < Lanes; ++lane) lanes[lane] = combine(lanes[lane], x[i + lane]);
      for (const T lane : lanes) all = combine(all, lane);
    }
    for (; i < n; ++i) all = combine(all, x[i]);
    return all;
  }
};

/// The largest of some elements, and the sum of exp(u[i] - largest), which are left at x.
template <class T>
struct exponential_part {
  T largest, sum;

  template <class R, class Exponentials>
  static exponential_part of(const R& u, std::size_t first, T* x, std::size_t count,
                             Exponentials&& exponentials) {
    for (std::size_t i = 0; i < count; ++i) x[i] = u[first + i];
    const T largest = in_some_lanes<T>::largest(x, count);
    for (std::size_t i = 0; i < count; ++i) x[i] -= largest;
    exponentials(x, count);
    return {largest, in_some_lanes<T>::sum(x, count)};
  }
};

/// log(sum_i exp(u[i])) in plain numbers, and into `shares` its partials. exponentials(x, n) makes of n
/// numbers their exponentials. Goes through long ranges in parts, each with its own largest element: once for
/// the exponentials, once for the shares.
template <class T, class R, class Exponentials>
T log_sum_exp_with_shares(const R& u, T* shares, Exponentials&& exponentials) {
  constexpr std::size_t part_size = 512;
  const std::size_t n = u.size();
  using part = exponential_part<T>;
  if (n <= part_size) {
    const part whole = part::of(u, 0, shares, n, exponentials);
    if (std::isfinite(whole.largest)) {
      const T scale = 1 / whole.sum;
      for (std::size_t i = 0; i < n; ++i) shares[i] *= scale;
      return whole.largest + std::log(whole.sum);
    }
  }
  const auto size_from = [n](std::size_t from) { return n - from < part_size ? n - from : part_size; };
  std::vector<part> parts;
  T largest = -std::numeric_limits<T>::infinity();
  for (std::size_t from = 0; from < n; from += part_size) {
    parts.push_back(part::of(u, from, shares + from, size_from(from), exponentials));
    if (!(parts.back().largest <= largest)) largest = parts.back().largest;
  }
  if (!std::isfinite(largest)) {
    for (std::size_t i = 0; i < n; ++i) shares[i] = std::exp(u[i] - largest);
    return largest;
  }
  T sum(0);
  for (part& p : parts) {
    p.largest = std::exp(p.largest - largest);  // 0 for a part of -inf alone, whose sum is no number
    sum += p.largest == 0 ? T(0) : p.largest * p.sum;
  }
  for (std::size_t k = 0, from = 0; from < n; ++k, from += part_size) {
    const T scale = parts[k].largest / sum;
    for (std::size_t i = 0; i < size_from(from); ++i)
      shares[from + i] = scale == 0 ? T(0) : shares[from + i] * scale;
  }
  return largest + std::log(sum);
}

}  // namespace dad::detail
