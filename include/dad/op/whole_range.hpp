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

  template <class R>
  static T largest(const R& x, std::size_t n) {
    return over<count>(x, n, -std::numeric_limits<T>::infinity(), [](T a, T b) { return a > b ? a : b; });
  }
  static T sum(const T* x, std::size_t n) {
    return over<count>(x, n, T(0), [](T a, T b) { return a + b; });
  }

 private:
  template <std::size_t Lanes, class R, class Combine>
  static T over(const R& x, std::size_t n, T none, Combine combine) {
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

/// What was found among the elements, or NaN if one of them is, which comparisons may have passed over.
template <class T, class R>
constexpr T or_nan(T found, const R& x) {
  for (std::size_t i = 0; i < x.size(); ++i)
    if (const T element = static_cast<T>(x[i]); element != element) return element;
  return found;
}

/// x[i] = exp(u[i] - largest), and their sum. exponentials(x, n) makes of n numbers their exponentials.
template <class T, class R, class Exponentials>
T exponentials_below(T largest, const R& u, T* x, Exponentials&& exponentials) {
  for (std::size_t i = 0; i < u.size(); ++i) x[i] = u[i] - largest;
  exponentials(x, u.size());
  return in_some_lanes<T>::sum(x, u.size());
}

/// log(sum_i exp(u[i])) in plain numbers, and into `shares` its partials.
template <class T, class R, class Exponentials>
T log_sum_exp_with_shares(const R& u, T* shares, Exponentials&& exponentials) {
  const T largest = in_some_lanes<T>::largest(u, u.size());
  if (!std::isfinite(largest)) {
    const T y = or_nan(largest, u);
    for (std::size_t i = 0; i < u.size(); ++i) shares[i] = std::exp(u[i] - y);
    return y;
  }
  const T sum = exponentials_below(largest, u, shares, exponentials);
  const T scale = 1 / sum;
  for (std::size_t i = 0; i < u.size(); ++i) shares[i] *= scale;
  return largest + std::log(sum);
}

/// Some neighbours in a range.
template <class R>
struct section {
  const R& range;
  std::size_t first, count;

  [[nodiscard]] std::size_t size() const { return count; }
  decltype(auto) operator[](std::size_t i) const { return range[first + i]; }
  [[nodiscard]] auto data() const requires requires(const R& r) { r.data(); }
  { return range.data() + first; }
};

/// y = log(sum_i exp(a[i])) of variables S with the values u, in parts p that are in a cache from the first
/// look at their elements to the last:
///   s_p = sum of exp(a[i] - l_p) in p,   y = l + log(sum_p exp(l_p - l) s_p),
/// with the largest l_p of each part and l of all, on which y does not depend. False where a part is not
/// usual, or its l_p not finite: nothing depends on the parts before it then.
template <class S, class A, class U>
bool log_sum_exp_in_parts(S& y, const A& a, const U& u) {
  using T = typename S::value_type;
  constexpr std::size_t part_size = 512;
  const std::size_t n = a.size();
  if (n <= part_size)
    return S::reduce_range(y, a, [&u](T* shares, auto&& exponentials) {
      return log_sum_exp_with_shares(u, shares, exponentials);
    });

  std::vector<S> sums;
  std::vector<T> weights;  // the largest elements at first
  for (std::size_t from = 0; from < n; from += part_size) {
    const std::size_t count = n - from < part_size ? n - from : part_size;
    const section<U> values{u, from, count};
    const T largest = in_some_lanes<T>::largest(values, count);
    if (!std::isfinite(largest)) return false;
    S sum(0);
    if (!S::reduce_range(sum, section<A>{a, from, count}, [&](T* partials, auto&& exponentials) {
          return exponentials_below(largest, values, partials, exponentials);
        }))
      return false;
    sums.push_back(sum);
    weights.push_back(largest);
  }

  const T largest = in_some_lanes<T>::largest(weights, weights.size());
  T sum(0);
  for (std::size_t k = 0; k < sums.size(); ++k) {
    weights[k] = std::exp(weights[k] - largest);
    sum += weights[k] * sums[k].value();
  }
  return S::reduce_range(y, sums, [&](T* partials, auto&&) {
    for (std::size_t k = 0; k < sums.size(); ++k) partials[k] = weights[k] / sum;
    return largest + std::log(sum);
  });
}

}  // namespace dad::detail
